// Is a number written as ECMAScript writes it? RFC 8785 §3.2.2.3 takes that form and no other.
//
// Most are known to be right from their digits. Read as the integer m over 10^k, both are doubles exactly while m < 2^53 and
// k <= 22, so one division gives the double that is meant (W. D. Clinger, PLDI 1990). The decimals of k places that mean the
// same double stand side by side: where neither (m - 1) nor (m + 1) over 10^k does, no other does, nor any shorter one, which
// would be one of them with a zero at its end. Then these digits are the shortest, which ECMA-262 (Number::toString) asks for.
// All other numbers are written again by the runtime and compared.

const minus = 0x2d
const dot = 0x2e
const zero = 0x30
const nine = 0x39

/** Powers of ten that a double holds exactly: 10^0 to 10^22. */
const powers = Array.from({ length: 23 }, (_, k) => 10 ** k)
/** 0.000001 is written so; smaller numbers are written with an exponent. */
const plainMin = 1e-6

/** True when `bytes[from, to)` is a number in canonical form. */
export function isCanonicalNumber(bytes: Uint8Array, from: number, to: number): boolean {
  return isPlainDecimal(bytes, from, to) || isAsWritten(bytes, from, to)
}

/** True for what can be told from the digits alone; false says nothing. */
function isPlainDecimal(bytes: Uint8Array, from: number, to: number): boolean {
  const start = bytes[from] === minus ? from + 1 : from
  let at = start
  let m = 0
  for (; at < to && isDigit(bytes[at]); at++) m = m * 10 + (bytes[at] as number) - zero
  const whole = at - start
  // -0 is no canonical form; the runtime says so.
  if (whole === 0 || (bytes[start] === zero && (whole > 1 || (at === to && start !== from)))) return false
  if (at === to) return m < Number.MAX_SAFE_INTEGER
  if (bytes[at] !== dot || at + 1 === to || bytes[to - 1] === zero) return false
  const first = at + 1
  for (at = first; at < to && isDigit(bytes[at]); at++) m = m * 10 + (bytes[at] as number) - zero
  return at === to && isShortest(m, to - first)
}

/** Are these the shortest digits of `m` over 10^`k`, of which the last is no zero? False says nothing. */
function isShortest(m: number, k: number): boolean {
  const power = powers[k]
  // A sum of digits beyond the safe integers was rounded on the way, and stays beyond them.
  if (power === undefined || m >= Number.MAX_SAFE_INTEGER) return false
  const value = m / power
  return value >= plainMin && (m - 1) / power !== value && (m + 1) / power !== value
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= nine
}

/** A number is ASCII. Works on any bytes, without making a Buffer of them. */
const { latin1Slice } = Buffer.prototype

/** Longest that Number::toString gives is 25 characters: `-1.2345678901234567e-308` and the like. */
const longest = 25

function isAsWritten(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > longest) return false
  const text = latin1Slice.call(bytes, from, to)
  const value = Number(text)
  return text !== '' && Number.isFinite(value) && String(value) === text
}
