// Takes personal data out of what is about to be stored: addresses and numbers inside texts, and whole members by name.
//
// It runs on every decision and on texts that anybody may send, so every detector is linear in the text: quantifiers are
// bounded, and where a number has a checksum the checksum decides.

import { isJsonObject, type JsonObject, type JsonValue } from '#core/kernel/json.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { detectors, type DetectorName } from './personal-data.ts'

export type Redaction = (value: JsonValue) => JsonValue

/** What a whole member becomes. */
const redactedMember = '[redacted]'

/** Answers the very same value when nothing had to be taken out; the value given is never changed. */
export function compileRedaction(privacy: ResolvedManifest['privacy']): Redaction {
  const declared = privacy?.redact ?? []
  const names = declared.filter((item) => typeof item === 'string')
  // In the order of the detectors: an IBAN and a card number would otherwise pass for a telephone number.
  const active = (Object.keys(detectors) as DetectorName[]).filter((name) => names.includes(name))
  const fields = fieldTree(declared.flatMap((item) => (typeof item === 'string' ? [] : [item.field])))
  if (active.length === 0 && fields === undefined) return (value) => value
  const inText = (text: string) => active.reduce((rest, name) => detectors[name](rest), text)
  return (value) => redactValue(value, { inText, fields })
}

/** `a.b` and `a.c` as `{ a: { b: true, c: true } }`. */
type FieldTree = { readonly [name: string]: FieldTree | true }
type Rules = { readonly inText: (text: string) => string; readonly fields: FieldTree | undefined }

function fieldTree(paths: readonly string[]): FieldTree | undefined {
  if (paths.length === 0) return undefined
  const tree: Record<string, FieldTree | true> = Object.create(null) as Record<string, never>
  for (const [first, below] of Map.groupBy(paths, (path) => path.split('.', 1)[0] ?? '')) {
    const isWhole = below.includes(first)
    tree[first] = isWhole ? true : (fieldTree(below.map((path) => path.slice(first.length + 1))) ?? true)
  }
  return tree
}

function redactValue(value: JsonValue, rules: Rules): JsonValue {
  if (typeof value === 'string') return rules.inText(value)
  if (Array.isArray(value)) return redactList(value as readonly JsonValue[], rules)
  return isJsonObject(value) ? redactObject(value, rules) : value
}

/** A list has no names: its items are judged as the members of what holds the list. */
function redactList(items: readonly JsonValue[], rules: Rules): JsonValue {
  let copy: JsonValue[] | undefined
  for (const [at, item] of items.entries()) {
    const redacted = redactValue(item, rules)
    if (redacted === item) continue
    copy ??= [...items]
    copy[at] = redacted
  }
  return copy ?? items
}

function redactObject(object: JsonObject, { inText, fields }: Rules): JsonValue {
  let isSame = true
  const entries: [string, JsonValue][] = []
  for (const name of Object.keys(object)) {
    const value = object[name] ?? null
    const field = fields?.[name]
    const redacted = field === true ? redactedMember : redactValue(value, { inText, fields: field })
    const shownName = inText(name)
    if (redacted !== value || shownName !== name) isSame = false
    entries.push([shownName, redacted])
  }
  return isSame ? object : fromEntries(entries)
}

/** Two names may become one by redaction: the later ones are numbered, so that no member is lost. */
function fromEntries(entries: readonly [string, JsonValue][]): JsonObject {
  const taken = new Set<string>()
  const distinct = entries.map(([name, value]) => {
    let free = name
    for (let n = 2; taken.has(free); n++) free = `${name} (${n})`
    taken.add(free)
    return [free, value] as const
  })
  return Object.fromEntries(distinct)
}
