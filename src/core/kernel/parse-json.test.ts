import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLimits, parseJson } from './parse-json.ts'

const parse = (text: string) => parseJson(Buffer.from(text))
const codeOf = (work: () => unknown): unknown => {
  try {
    work()
    return 'no error'
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('parseJson', () => {
  it('reads what JSON.parse reads, when names need no escape', () => {
    const name = fc
      .string({ unit: 'grapheme-ascii' })
      .filter((text) => !/["\\]|^(__proto__|constructor|prototype)$/.test(text))
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'grapheme' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any')),
        fc.dictionary(name, tie('any')),
      ),
    })).any
    fc.assert(
      fc.property(value, fc.nat(3), (any, indent) => {
        const text = JSON.stringify(any, null, indent)
        expect(parse(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('refuses escaped member names, wherever they stand, and allows escaped values', () => {
    expect(codeOf(() => parse('{"\\n":2}'))).toBe('json_name_refused')
    expect(codeOf(() => parse('{"a":[{"b":1,"\\u0063":2}]}'))).toBe('json_name_refused')
    expect(parse('{"a":"\\u0063\\n\\"","b":["\\\\"]}')).toEqual({ a: 'c\n"', b: ['\\'] })
    // A long value that ends in backslashes, so that the native search has to count them.
    expect(parse(`{"a":"${'x'.repeat(100)}\\\\\\"","b":1}`)).toEqual({ a: `${'x'.repeat(100)}\\"`, b: 1 })
  })

  it.each(['__proto__', 'constructor', 'prototype'])('refuses the name %s and allows the value', (name) => {
    expect(codeOf(() => parse(`{"a":{"${name}":1}}`))).toBe('json_name_refused')
    expect(parse(`{"a":"${name}"}`)).toEqual({ a: name })
  })

  it('refuses nesting and member counts over the limit, and allows them at the limit', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(codeOf(() => parse(nested(jsonLimits.depthMax)))).toBe('no error')
    expect(codeOf(() => parse(nested(jsonLimits.depthMax + 1)))).toBe('json_too_deep')
    expect(codeOf(() => parse(`[${'1,'.repeat(jsonLimits.membersMax)}1]`))).toBe('json_too_deep')
    expect(codeOf(() => parse('['.repeat(1_000_000)))).toBe('json_too_deep')
  })

  it.each([
    ['empty', ''],
    ['cut off', '{"a":'],
    ['no JSON', '<html>'],
    ['two values', '{} {}'],
    ['NaN', '{"a":NaN}'],
  ])('calls %s malformed', (_, text) => {
    expect(codeOf(() => parse(text))).toBe('request_malformed')
  })

  it('calls invalid UTF-8 malformed', () => {
    expect(codeOf(() => parseJson(Buffer.from([0x22, 0xff, 0x22])))).toBe('request_malformed')
  })

  it('never fails in another way, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(['no error', 'request_malformed', 'json_too_deep', 'json_name_refused']).toContain(
          codeOf(() => parseJson(bytes)),
        )
      }),
      { numRuns: 2000 },
    )
  })
})
