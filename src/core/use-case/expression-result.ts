// What an expression computed, as JSON. Whole numbers become JSON numbers; what has no JSON form is an error.

import type { JsonValue } from '#core/kernel/json.ts'

/** Throws on values without a JSON form; the caller turns that into an outcome. Unchanged parts are not copied. */
export function resultToJson(value: unknown): JsonValue {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value
  if (typeof value === 'bigint') return wholeToJson(value)
  if (typeof value === 'object') return objectToJson(value)
  if (typeof value !== 'number') throw new Error(`The result is a ${typeof value}, which has no JSON form.`)
  if (!Number.isFinite(value)) throw new Error(`The result ${value} is not a JSON number.`)
  return value
}

function wholeToJson(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new Error(`The result ${value} is beyond what JSON numbers hold exactly.`)
  return number
}

function objectToJson(value: object): JsonValue {
  if (Array.isArray(value)) {
    const items = value.map(resultToJson)
    return items.every((item, at) => item === value[at]) ? (value as JsonValue[]) : items
  }
  if (value instanceof Date) return value.toISOString()
  // The library does not export its classes for durations and unsigned numbers; both convert themselves.
  const primitive: unknown = value.valueOf()
  if (typeof primitive === 'bigint') return wholeToJson(primitive)
  if (Object.prototype.toString.call(value) === '[object google.protobuf.Duration]')
    return (value as { toString(): string }).toString()
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new Error('The result has no JSON form.')
  const entries = Object.entries(value).map(([name, member]) => [name, resultToJson(member)] as const)
  const isSame = entries.every(([name, member]) => member === (value as Record<string, unknown>)[name])
  return isSame ? (value as JsonValue) : (Object.fromEntries(entries) as JsonValue)
}
