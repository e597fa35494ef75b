// Copies a value that must be JSON and nothing else.
//
// What a model gives becomes part of the record, and what cannot be written down must be found here, where it is the
// model's failure and the fallback applies, not later, where it would be an error for the caller. The copy also cuts the
// ties to objects that a module keeps and might change afterwards.

import type { JsonValue } from '#core/kernel/json.ts'
import { jsonLimits } from '#core/kernel/parse-json.ts'

export type PlainJson =
  | { readonly kind: 'plain'; readonly value: JsonValue }
  /** `why` starts with where: "/score is NaN, which JSON cannot hold". Names are shown, values are not. */
  | { readonly kind: 'not-plain'; readonly why: string }

/** Throws only what getters and proxies in `value` throw. */
export function copyPlainJson(value: unknown): PlainJson {
  const finding: Finding = { why: undefined, path: '', nodes: 0 }
  const copy = copyValue(value, 0, finding)
  if (finding.why === undefined) return { kind: 'plain', value: copy }
  return { kind: 'not-plain', why: `${finding.path === '' ? 'the value' : finding.path.slice(0, 200)} ${finding.why}` }
}

type Finding = { why: string | undefined; path: string; nodes: number }

function copyValue(value: unknown, depth: number, finding: Finding): JsonValue {
  if (typeof value === 'string') {
    return value.isWellFormed() ? value : report(finding, 'holds half of a surrogate pair, which has no UTF-8 form')
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : report(finding, `is ${value}, which JSON cannot hold`)
  }
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value === 'object') return copyObject(value, depth, finding)
  return report(finding, `is ${value === undefined ? 'undefined' : `a ${typeof value}`}, which JSON cannot hold`)
}

function copyObject(value: object, depth: number, finding: Finding): JsonValue {
  if (depth >= jsonLimits.depthMax)
    return report(finding, `is nested deeper than ${jsonLimits.depthMax}, or holds itself`)
  if (Array.isArray(value)) return copyList(value, depth, finding)
  const prototype: unknown = Object.getPrototypeOf(value)
  // Any realm's Object.prototype has no prototype; what a class or a built-in makes has a longer chain.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    return report(finding, 'is an instance of a class, not a plain object')
  }
  return copyMembers(value as Readonly<Record<string, unknown>>, depth, finding)
}

function copyList(items: readonly unknown[], depth: number, finding: Finding): JsonValue {
  const copy: JsonValue[] = []
  for (let i = 0; i < items.length; i++) {
    copy.push(copyValue(items[i], depth + 1, finding))
    if (isStopped(finding, i)) return null
  }
  return copy
}

function copyMembers(members: Readonly<Record<string, unknown>>, depth: number, finding: Finding): JsonValue {
  const copy: Record<string, JsonValue> = {}
  for (const name of Object.keys(members)) {
    if (name === '__proto__' || !name.isWellFormed()) return report(finding, 'has a member name that is refused')
    copy[name] = copyValue(members[name], depth + 1, finding)
    if (isStopped(finding, name)) return null
  }
  return copy
}

/** Counts, and on the way back from a finding writes down where it was. */
function isStopped(finding: Finding, step: string | number): boolean {
  if (++finding.nodes > jsonLimits.membersMax) finding.why ??= `has more than ${jsonLimits.membersMax} members`
  if (finding.why === undefined) return false
  finding.path = `/${step}${finding.path}`
  return true
}

function report(finding: Finding, why: string): null {
  finding.why = why
  return null
}
