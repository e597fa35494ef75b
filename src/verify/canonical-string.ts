// Strings and member names of canonical JSON (RFC 8785 §3.2.2.2 and §3.2.3), read from their bytes.
//
// Every character stands for itself but the quote, the backslash and the controls, each of which has one spelling.
// Bytes are looked up in tables and nothing is allocated for a good string: this runs over every byte of a log.

/** 0: stands for itself. 1: the quote. 2: the backslash. 3: a control, which must be escaped. 4: begins or continues UTF-8. */
const plain = 0
const quote = 1
const backslash = 2
const control = 3
const kinds = new Uint8Array(256).fill(4)
for (let byte = 0; byte < 128; byte++) kinds[byte] = byte < 0x20 ? control : plain
kinds[0x22] = quote
kinds[0x5c] = backslash

/** What a two-character escape stands for, by its letter. */
const shortEscapes = new Map(
  'btnfr"\\'.split('').map((letter, at) => [letter.charCodeAt(0), '\b\t\n\f\r"\\'.charCodeAt(at)]),
)
const shortEscaped = new Set(shortEscapes.values())
const letterU = 0x75

export type StringFault = { readonly at: number; readonly problem: string }

/** The position after the closing quote of the string whose contents begin at `from`, or the fault. */
export function endOfString(bytes: Uint8Array, from: number): number | StringFault {
  let at = from
  for (;;) {
    let byte = bytes[at] as number
    while (kinds[byte] === plain) byte = bytes[++at] as number
    const kind = kinds[byte]
    if (kind === quote) return at + 1
    const step =
      kind === backslash ? escapeLength(bytes, at) : kind === undefined || kind === control ? 0 : utf8Length(bytes, at)
    if (step === 0) return { at, problem: problemAt(bytes, at) }
    at += step
  }
}

/** Bytes of the escape at `at` where it is the one spelling of its character; else 0. */
function escapeLength(bytes: Uint8Array, at: number): number {
  const letter = bytes[at + 1] as number
  if (shortEscapes.has(letter)) return 2
  const unit = letter === letterU ? hexUnit(bytes, at + 2) : -1
  return unit >= 0 && unit < 0x20 && !shortEscaped.has(unit) ? 6 : 0
}

/** The value of four lower-case hex digits; -1 for anything else. */
function hexUnit(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let i = at; i < at + 4; i++) {
    const byte = bytes[i] as number
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1
    if (digit < 0) return -1
    value = value * 16 + digit
  }
  return value
}

/** Bytes of the well-formed UTF-8 sequence at `at` (RFC 3629: none overlong, no surrogates, up to U+10FFFF); else 0. */
function utf8Length(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] as number
  const length =
    lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
  if (length === 0) return 0
  for (let i = 1; i < length; i++) if (((bytes[at + i] as number) & 0xc0) !== 0x80) return 0
  const second = bytes[at + 1] as number
  if ((lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return 0
  if ((lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return 0
  return length
}

function problemAt(bytes: Uint8Array, at: number): string {
  const byte = bytes[at]
  if (byte === undefined) return 'a string does not end'
  if (byte < 0x20) return 'a control character stands unescaped in a string'
  if (byte !== 0x5c) return 'a string is not valid UTF-8'
  const isSurrogate =
    bytes[at + 1] === letterU && /^d[89a-f]/i.test(String.fromCharCode(bytes[at + 2] ?? 0, bytes[at + 3] ?? 0))
  return isSurrogate
    ? 'a surrogate is written as an escape; alone it has no UTF-8 form, in a pair it must not be escaped'
    : 'an escape is not the canonical spelling of its character'
}

/** A place in the bytes: from the first byte to before the last. */
export type Span = { readonly from: number; readonly to: number }

/** True for the characters whose bytes are in the order of their code units: ASCII that needs no escape. */
export function isPlain(byte: number): boolean {
  return kinds[byte] === plain
}

/** The text of a canonical string: its contents without the quotes. */
export function unitsOf(bytes: Uint8Array, { from, to }: Span): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8')
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, hex: string | undefined, letter: string) =>
    String.fromCharCode(hex === undefined ? (shortEscapes.get(letter.charCodeAt(0)) ?? 0) : Number.parseInt(hex, 16)),
  )
}
