// Copies a value that must be JSON and nothing else.
//
// What a model gives becomes part of the record, and what cannot be written down must be found here, where it is the
// model's failure and the fallback applies, not later, where it would be an error for the caller. The copy also cuts the
// ties to objects that a module keeps and might change afterwards.

import type { JsonValue } from '#core/kernel/json.ts'
import { jsonLimits } from '#core/kernel/parse-json.ts'

export type PlainJson =
  | { readonly kind: 'plain'; readonly value: JsonValue }
  /**
   * "a number is NaN": neither the value nor the names on the way to it. What a model gives may be about a person, and
   * the reason goes into the log, where nothing can be erased.
   */
  | { readonly kind: 'not-plain'; readonly why: string }

/** Throws only what getters and proxies in `value` throw. */
export function copyPlainJson(value: unknown): PlainJson {
  const finding: Finding = { why: undefined, nodes: 0 }
  const copy = copyValue(value, 0, finding)
  return finding.why === undefined ? { kind: 'plain', value: copy } : { kind: 'not-plain', why: finding.why }
}

type Finding = { why: string | undefined; nodes: number }

function copyValue(value: unknown, depth: number, finding: Finding): JsonValue {
  if (typeof value === 'string')
    return value.isWellFormed() ? value : report(finding, 'a text holds half of a surrogate pair')
  if (typeof value === 'number') return Number.isFinite(value) ? value : report(finding, `a number is ${value}`)
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'object') return copyObject(value, depth, finding)
  return report(finding, `a value is ${value === undefined ? 'undefined' : `a ${typeof value}`}`)
}

function copyObject(value: object, depth: number, finding: Finding): JsonValue {
  if (depth >= jsonLimits.depthMax)
    return report(finding, `a value is nested deeper than ${jsonLimits.depthMax}, or holds itself`)
  if (Array.isArray(value)) return copyList(value, depth, finding)
  const prototype: unknown = Object.getPrototypeOf(value)
  // Any realm's Object.prototype has no prototype; what a class or a built-in makes has a longer chain.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    return report(finding, 'a value is an instance of a class, not a plain object')
  }
  return copyMembers(value as Readonly<Record<string, unknown>>, depth, finding)
}

function copyList(items: readonly unknown[], depth: number, finding: Finding): JsonValue {
  const copy: JsonValue[] = []
  for (let i = 0; i < items.length; i++) {
    copy.push(copyValue(items[i], depth + 1, finding))
    if (isStopped(finding)) return null
  }
  return copy
}

function copyMembers(members: Readonly<Record<string, unknown>>, depth: number, finding: Finding): JsonValue {
  const copy: Record<string, JsonValue> = {}
  for (const name of Object.keys(members)) {
    if (name === '__proto__' || !name.isWellFormed()) return report(finding, 'a member name is refused')
    copy[name] = copyValue(members[name], depth + 1, finding)
    if (isStopped(finding)) return null
  }
  return copy
}

function isStopped(finding: Finding): boolean {
  if (++finding.nodes > jsonLimits.membersMax) finding.why ??= `there are more than ${jsonLimits.membersMax} members`
  return finding.why !== undefined
}

function report(finding: Finding, why: string): null {
  finding.why = why
  return null
}
