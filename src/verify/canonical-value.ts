// Reads a value out of bytes that are known to be canonical JSON. Objects become maps: names come from the bytes as they
// stand there, and no name is special.
//
// For the few values a verifier must understand: the digests of payloads, what was erased, a new key.

import { endOfString, unitsOf } from './canonical-string.ts'

export type CanonicalValue = null | boolean | number | string | readonly CanonicalValue[] | CanonicalObject
export type CanonicalObject = ReadonlyMap<string, CanonicalValue>

export function isObject(value: CanonicalValue | undefined): value is CanonicalObject {
  return value instanceof Map
}

type Read = { readonly value: CanonicalValue; readonly end: number }

const literals = new Map<number, readonly [value: boolean | null, length: number]>([
  ['t'.charCodeAt(0), [true, 4]],
  ['f'.charCodeAt(0), [false, 5]],
  ['n'.charCodeAt(0), [null, 4]],
])
const [openObject, closeObject, openArray, closeArray, comma, quote] = '{}[],"'
  .split('')
  .map((letter) => letter.charCodeAt(0))

/** The value that begins at `from`. Its nesting is that of a few known values; deeper ones are refused by `undefined`. */
export function canonicalValue(bytes: Uint8Array, from: number): CanonicalValue | undefined {
  return readValue(bytes, from, nestingMax)?.value
}

const nestingMax = 16

function readValue(bytes: Uint8Array, at: number, nesting: number): Read | undefined {
  const byte = bytes[at] as number
  if (nesting === 0) return undefined
  if (byte === openObject) return readObject(bytes, at + 1, nesting - 1)
  if (byte === openArray) return readArray(bytes, at + 1, nesting - 1)
  if (byte === quote) return readString(bytes, at + 1)
  const literal = literals.get(byte)
  return literal ? { value: literal[0], end: at + literal[1] } : readNumber(bytes, at)
}

function readString(bytes: Uint8Array, from: number): { readonly value: string; readonly end: number } | undefined {
  const end = endOfString(bytes, from)
  return typeof end === 'number' ? { value: unitsOf(bytes, { from, to: end - 1 }), end } : undefined
}

function readNumber(bytes: Uint8Array, from: number): Read | undefined {
  let end = from
  while (/[0-9+\-.eE]/.test(String.fromCharCode(bytes[end] ?? 0))) end++
  return end === from ? undefined : { value: Number(unitsOf(bytes, { from, to: end })), end }
}

function readArray(bytes: Uint8Array, from: number, nesting: number): Read | undefined {
  const items: CanonicalValue[] = []
  let at = from
  while (bytes[at] !== closeArray) {
    const item = readValue(bytes, bytes[at] === comma ? at + 1 : at, nesting)
    if (!item) return undefined
    items.push(item.value)
    at = item.end
  }
  return { value: items, end: at + 1 }
}

function readObject(bytes: Uint8Array, from: number, nesting: number): Read | undefined {
  const members = new Map<string, CanonicalValue>()
  let at = from
  while (bytes[at] !== closeObject) {
    const name = readString(bytes, (bytes[at] === comma ? at + 1 : at) + 1)
    const member = name && readValue(bytes, name.end + 1, nesting)
    if (!member) return undefined
    members.set(name.value, member.value)
    at = member.end
  }
  return { value: members, end: at + 1 }
}
