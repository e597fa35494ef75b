// Is an entry canonical JSON (RFC 8785)? Decided over its bytes, in one pass, without a JSON parser.
//
// A parser would not do: it drops what must be seen (whitespace, spellings, repeated names), and V8's gives wrong names for
// some that are written with escapes (nodejs/node#63785). One scanner is used for all entries: it keeps its stacks, and
// remembers where the members of the outermost object and of the objects in it lie, for those who read the entry next.

import { isCanonicalNumber } from './canonical-number.ts'
import { endOfString, isPlain, unitsOf, type Span } from './canonical-string.ts'

export type ScanFault = { readonly at: number; readonly problem: string }

const byteOf = (letter: string) => letter.charCodeAt(0)
const [openObject, closeObject, openArray, closeArray] = [byteOf('{'), byteOf('}'), byteOf('['), byteOf(']')]
const [comma, colon, quote, minus, zero, nine] = [
  byteOf(','),
  byteOf(':'),
  byteOf('"'),
  byteOf('-'),
  byteOf('0'),
  byteOf('9'),
]

const inNumber = new Uint8Array(256)
for (const letter of '0123456789+-.eE') inNumber[byteOf(letter)] = 1
const inSpace = new Set(' \t\r\n'.split('').map(byteOf))
const words = new Map(['true', 'false', 'null'].map((word) => [byteOf(word), Buffer.from(word)]))

/** An entry has at most 65,535 bytes, so it cannot be nested deeper. */
const depthMax = 65_536
const noName = -1
/** Members that are remembered, per level; an event has seven, and its data some twenty. */
const membersMax = 256

/** Where members of one level lie: name (without quotes) and value, in the order of the text. */
class MemberTable {
  count = 0
  readonly nameFrom = new Int32Array(membersMax)
  readonly nameTo = new Int32Array(membersMax)
  readonly valueFrom = new Int32Array(membersMax)
  readonly valueTo = new Int32Array(membersMax)

  begin(nameFrom: number, nameTo: number, valueFrom: number): void {
    if (this.count < membersMax) {
      this.nameFrom[this.count] = nameFrom
      this.nameTo[this.count] = nameTo
      this.valueFrom[this.count] = valueFrom
    }
    this.count++
  }

  end(valueTo: number): void {
    if (this.count > 0 && this.count <= membersMax) this.valueTo[this.count - 1] = valueTo
  }

  /** The position in this table of the member called `name`; -1 when there is none. */
  find(bytes: Uint8Array, name: Uint8Array): number {
    const count = Math.min(this.count, membersMax)
    for (let i = 0; i < count; i++) {
      const from = this.nameFrom[i] as number
      if ((this.nameTo[i] as number) - from === name.length && isAt(bytes, from, name)) return i
    }
    return -1
  }
}

/** True when `expected` stands in `bytes` at `from`. */
export function isAt(bytes: Uint8Array, from: number, expected: Uint8Array): boolean {
  for (let i = 0; i < expected.length; i++) if (bytes[from + i] !== expected[i]) return false
  return true
}

/** Keeps its stacks from one entry to the next. The loop and what it calls are functions over it: faster than methods. */
export class CanonicalScanner {
  /** Members of the outermost object, and of the objects that are its members' values. */
  readonly outer = new MemberTable()
  readonly inner = new MemberTable()
  fault: ScanFault | undefined
  depth = 0
  // Per depth: whether it is an object, and where its latest name lies (an empty place before the first one).
  readonly isObject = new Uint8Array(depthMax)
  readonly nameFrom = new Int32Array(depthMax)
  readonly nameTo = new Int32Array(depthMax)

  /** Undefined when `bytes` are one value in canonical form. */
  scan(bytes: Uint8Array): ScanFault | undefined {
    this.fault = undefined
    this.depth = 0
    this.outer.count = 0
    this.inner.count = 0
    const end = endOfValue(this, bytes)
    if (end >= 0 && end < bytes.length) fail(this, end, unexpected(bytes[end], 'something follows the value'))
    return this.fault
  }
}

/** Where the value at the beginning of `bytes` ends; -1 after a fault. */
function endOfValue(scanner: CanonicalScanner, bytes: Uint8Array): number {
  const { isObject } = scanner
  let depth = 0
  let at = 0
  for (;;) {
    // Here a value begins.
    const opening = bytes[at]
    if (opening === openObject || opening === openArray) {
      if (bytes[at + 1] === (opening === openObject ? closeObject : closeArray)) {
        at += 2
      } else {
        at = enter(scanner, bytes, at)
        depth = scanner.depth
        if (at < 0) return at
        continue
      }
    } else {
      at = endOfScalar(scanner, bytes, at)
      if (at < 0) return at
    }
    // Here one has ended: objects and arrays may end with it, or another value follows.
    for (;;) {
      if (depth === 0) return at
      const isIn = isObject[depth] === 1
      if (isIn && depth <= 2) (depth === 1 ? scanner.outer : scanner.inner).end(at)
      const byte = bytes[at]
      if (byte === comma) {
        at = isIn ? valueOfName(scanner, bytes, at + 1) : at + 1
        if (at < 0) return at
        break
      }
      if (byte !== (isIn ? closeObject : closeArray))
        return fail(scanner, at, unexpected(byte, 'a comma or an end was expected'))
      scanner.depth = --depth
      at++
    }
  }
}

/** Goes into the object or array that opens at `at`; answers where its first value begins, -1 after a fault. */
function enter(scanner: CanonicalScanner, bytes: Uint8Array, at: number): number {
  const depth = scanner.depth + 1
  if (depth >= depthMax) return fail(scanner, at, 'it is nested too deep')
  const isObject = bytes[at] === openObject
  scanner.depth = depth
  scanner.isObject[depth] = isObject ? 1 : 0
  scanner.nameTo[depth] = noName
  return isObject ? valueOfName(scanner, bytes, at + 1) : at + 1
}

function endOfScalar(scanner: CanonicalScanner, bytes: Uint8Array, from: number): number {
  const byte = bytes[from] as number
  if (byte === quote) return endOfText(scanner, bytes, from + 1)
  if ((byte >= zero && byte <= nine) || byte === minus) {
    let to = from + 1
    while (inNumber[bytes[to] as number] === 1) to++
    return isCanonicalNumber(bytes, from, to) ? to : fail(scanner, from, 'a number is not in canonical form')
  }
  const word = words.get(byte)
  if (word !== undefined && isAt(bytes, from, word)) return from + word.length
  return fail(scanner, from, unexpected(byte, 'a value was expected'))
}

/** Where the text ends whose contents begin at `from`. */
function endOfText(scanner: CanonicalScanner, bytes: Uint8Array, from: number): number {
  let at = from
  while (isPlain(bytes[at] as number)) at++
  if (bytes[at] === quote) return at + 1
  const end = endOfString(bytes, at)
  return typeof end === 'number' ? end : fail(scanner, end.at, end.problem)
}

/** Reads `"name":` of the object at the depth now and answers where its value begins; -1 after a fault. */
function valueOfName(scanner: CanonicalScanner, bytes: Uint8Array, at: number): number {
  if (bytes[at] !== quote) return fail(scanner, at, unexpected(bytes[at], 'a member name was expected'))
  const end = endOfText(scanner, bytes, at + 1)
  if (end < 0) return end
  if (bytes[end] !== colon) return fail(scanner, end, unexpected(bytes[end], 'a colon was expected'))
  const { depth } = scanner
  if (scanner.nameTo[depth] !== noName && !follows(scanner, bytes, at + 1)) {
    const problem = orderProblem(scanner, bytes, { from: at + 1, to: end - 1 })
    if (problem !== undefined) return fail(scanner, at + 1, problem)
  }
  scanner.nameFrom[depth] = at + 1
  scanner.nameTo[depth] = end - 1
  if (depth <= 2) (depth === 1 ? scanner.outer : scanner.inner).begin(at + 1, end - 1, end + 1)
  return end + 1
}

/**
 * True when the name that begins at `from` comes after the latest one, as far as plain characters tell. Each name ends at a
 * quote, which is not plain; so a name that the other begins with is left to `orderProblem`, as is every fault.
 */
function follows({ nameFrom, depth }: CanonicalScanner, bytes: Uint8Array, from: number): boolean {
  let before = nameFrom[depth] as number
  let at = from
  while (bytes[before] === bytes[at] && isPlain(bytes[at] as number)) {
    before++
    at++
  }
  const left = bytes[before] as number
  const right = bytes[at] as number
  return left < right && isPlain(left) && isPlain(right)
}

/** Names ascend strictly, by their UTF-16 code units; so none comes twice. */
function orderProblem(
  { nameFrom, nameTo, depth }: CanonicalScanner,
  bytes: Uint8Array,
  name: Span,
): string | undefined {
  const before = unitsOf(bytes, { from: nameFrom[depth] as number, to: nameTo[depth] as number })
  const after = unitsOf(bytes, name)
  if (before < after) return undefined
  return before === after ? 'a member name comes twice' : 'the members are not in order'
}

function fail(scanner: CanonicalScanner, at: number, problem: string): -1 {
  scanner.fault = { at, problem }
  return -1
}

function unexpected(byte: number | undefined, otherwise: string): string {
  if (byte === undefined) return 'the text ends too early'
  return inSpace.has(byte) ? 'there is whitespace' : otherwise
}
