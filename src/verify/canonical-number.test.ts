import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isCanonicalNumber } from './canonical-number.ts'

function isCanonical(text: string): boolean {
  // Not at the beginning: the position counts.
  const bytes = Buffer.from(`[${text},`)
  return isCanonicalNumber(bytes, 1, bytes.length - 1)
}

/** What RFC 8785 §3.2.2.3 says, word for word. */
const isAsEcmaScriptWrites = (text: string) => Number.isFinite(Number(text)) && String(Number(text)) === text

const double = fc.double({ noNaN: true, noDefaultInfinity: true })
/** As many digits as a double has, and some more or fewer: the last ones decide. */
const share = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 22 }))
const digits = fc.string({
  unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
  minLength: 1,
  maxLength: 20,
})

describe('a number in canonical form', () => {
  it('is what ECMAScript writes, and nothing else', () => {
    const texts = fc.oneof(
      double.map(String),
      share.map(([value, places]) => value.toFixed(places)),
      share.map(([value, places]) => String(Number((value * 1e6).toPrecision(Math.min(places, 17))))),
      share.map(([value]) => `${value}1`),
      fc.tuple(digits, digits).map(([whole, fraction]) => `${whole}.${fraction}`),
      digits.map((text) => `0.${text}`),
      digits,
      digits.map((text) => `-${text}`),
    )
    fc.assert(
      fc.property(texts, (text) => {
        expect(isCanonical(text), text).toBe(isAsEcmaScriptWrites(text))
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    '0',
    '-1',
    '0.1',
    '0.6915742527724168',
    '9007199254740991',
    '1e-7',
    '1.5e+300',
    '0.000001',
    '5e-324',
    '1e+21',
  ])('may be %s', (text) => expect(isCanonical(text)).toBe(true))

  it.each([
    '-0',
    '01',
    '1.0',
    '1.',
    '.5',
    '0.10',
    '1e7',
    '1E21',
    '0.0000001',
    '0.69157425277241681',
    '9007199254740993',
    '+1',
    '',
  ])('may not be %s', (text) => expect(isCanonical(text)).toBe(false))
})
