import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical-json.ts'
import type { JsonValue } from './json.ts'

describe('canonicalJson', () => {
  it('agrees with an independent implementation on any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        expect(canonicalJson(value as JsonValue)).toBe(canonicalize(value))
      }),
    )
  })

  it('is the same for any order of members', () => {
    const dictionary = fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__'),
      fc.integer(),
    )
    fc.assert(
      fc.property(dictionary, (object) => {
        const turned = Object.fromEntries(Object.entries(object).toReversed())
        expect(canonicalJson(turned)).toBe(canonicalJson(object))
      }),
    )
  })

  // RFC 8785 §3.2.2 and §3.2.3.
  it('gives the bytes of the RFC’s example', () => {
    const numbers = [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001]
    expect(canonicalJson({ string: '€$\u000f\u000aA\'B"\\\\"/', numbers, literals: [null, true, false] })).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
    expect(canonicalJson({ '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 })).toBe(
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    )
  })

  it.each([[Infinity], [NaN], ['\ud800'], ['a\udc00b'], [{ '\ud800': 1 }]])('refuses %o', (value) => {
    return expect(() => canonicalJson(value as never)).toThrow(expect.objectContaining({ code: 'json_not_canonical' }))
  })
})

describe('canonicalJson of what is in order already', () => {
  it.each([
    ['integer-like names, which JavaScript enumerates by number', { '2': 1, '10': 2 }, '{"10":2,"2":1}'],
    ['members that are undefined', { a: undefined, b: 1 }, '{"b":1}'],
    ['nested disorder', { a: [{ d: 1, c: 2 }] }, '{"a":[{"c":2,"d":1}]}'],
  ])('is right for %s', (_, value, text) => expect(canonicalJson(value as never)).toBe(text))

  it('still refuses what has no canonical form', () => {
    for (const value of [{ a: NaN }, ['\ud800'], { a: { '\udfff': 1 } }]) {
      expect(() => canonicalJson(value as never)).toThrow(expect.objectContaining({ code: 'json_not_canonical' }))
    }
  })
})
