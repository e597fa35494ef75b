// RFC 8785 (JSON Canonicalization Scheme): one value, one sequence of bytes, so that a digest means something.
//
// JSON.stringify already writes numbers and strings as RFC 8785 asks, with two exceptions that are errors here: numbers
// that are not finite, and lone surrogates, which it would let through escaped although they have no UTF-8.

import { PlatformError } from './errors.ts'
import type { JsonObject, JsonValue } from './json.ts'

/**
 * The canonical text of `value`. Members with the value undefined are left out, as JSON.stringify does.
 * Errors: json_not_canonical.
 */
export function canonicalJson(value: JsonValue): string {
  // Entries are built with their members in order, and then the runtime's own writer does it in a quarter of the time.
  return isInOrder(value) ? JSON.stringify(value) : write(value)
}

/** True when JSON.stringify gives the canonical text already. False also for what has none: `write` says why. */
function isInOrder(value: JsonValue | undefined): boolean {
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return typeof value === 'boolean'
  if (value === null) return true
  if (Array.isArray(value)) return value.every(isInOrder)
  let before = ''
  for (const name of Object.keys(value)) {
    if (name < before || !name.isWellFormed()) return false
    const member = (value as JsonObject)[name]
    if (member !== undefined && !isInOrder(member)) return false
    before = name
  }
  return true
}

function write(value: JsonValue | undefined): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return writeString(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new PlatformError('json_not_canonical', `The number ${value} has no JSON form.`)
    return JSON.stringify(value)
  }
  if (typeof value !== 'object') throw new PlatformError('json_not_canonical', `A ${typeof value} has no JSON form.`)
  return Array.isArray(value) ? writeArray(value) : writeObject(value as JsonObject)
}

function writeString(text: string): string {
  if (!text.isWellFormed()) {
    throw new PlatformError('json_not_canonical', 'A string holds half of a surrogate pair, which has no UTF-8 form.')
  }
  return JSON.stringify(text)
}

function writeArray(items: readonly JsonValue[]): string {
  let out = '['
  for (let i = 0; i < items.length; i++) out += (i === 0 ? '' : ',') + write(items[i] ?? null)
  return `${out}]`
}

/** Members in the order of their names' UTF-16 code units, which is what Array.sort compares by default. */
function writeObject(object: { readonly [name: string]: JsonValue | undefined }): string {
  let out = ''
  for (const name of Object.keys(object).sort()) {
    const member = object[name]
    if (member === undefined) continue
    out += `${out === '' ? '' : ','}${writeString(name)}:${write(member)}`
  }
  return `{${out}}`
}
