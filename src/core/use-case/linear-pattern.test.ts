import { array, assert, constantFrom, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileLinearPattern } from './linear-pattern.ts'

function compile(source: string) {
  const result = compileLinearPattern(source)
  if (result.kind === 'invalid') throw new Error(result.message)
  return result.pattern
}

const atom = constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\w',
  '\\d',
  '\\s',
  '\\b',
  '^',
  '$',
  'é',
  '\\u{1F600}',
  '\\.',
  '(?:a|bc)',
  '()',
)
const quantifier = constantFrom('', '', '*', '+', '?', '{2}', '{1,3}', '{0,2}?', '{2,}')
const isAssertion = (text: string) => ['^', '$', '\\b', '\\B'].includes(text)
const piece = tuple(atom, quantifier).map(([a, q]) => (isAssertion(a) ? a : a + q))
const flat = array(piece, { maxLength: 5 }).map((parts) => parts.join(''))
const pattern = tuple(flat, flat, flat, quantifier).map(
  ([before, inside, after, q]) => `${before}(${inside}|${after})${q}${after}`,
)
const text = array(constantFrom('a', 'b', 'c', ' ', '1', '.', 'é', '😀', '\n'), { maxLength: 12 }).map((c) =>
  c.join(''),
)

describe('linear patterns', () => {
  it('agree with the platform’s engine on every pattern of the subset', () => {
    assert(
      property(pattern, text, (source, subject) => {
        expect([source, subject, compile(source).test(subject)]).toEqual([
          source,
          subject,
          new RegExp(source, 'u').test(subject),
        ])
      }),
      { numRuns: 3000 },
    )
  })

  it('take linear time where backtracking would take for ever', () => {
    const evil = `${'a'.repeat(1_000_000)}!`
    for (const source of ['^(a+)+$', '^(a|a)*$', '^a*a*a*a*b$', 'a+b', '(.*)*x'])
      expect(compile(source).test(evil)).toBe(false)
  })

  it.each([
    ['(?=a)b', 'looks ahead'],
    ['(?<!a)b', 'looks ahead'],
    ['(a)\\1', 'refers back'],
    ['(?<n>a)\\k<n>', 'refers back'],
    ['a{2000}', 'repeats more than'],
    ['((a{100}){100}){5}', 'more than 3000'],
    ['(a', 'Unterminated group'],
    ['[z-a]', 'out of order'],
  ])('refuse %s', (source, reason) => {
    const result = compileLinearPattern(source)
    expect(result).toMatchObject({ kind: 'invalid', message: expect.stringContaining(reason) as string })
  })

  it('know \\B, which the platform also finds between the halves of one character', () => {
    expect(compile('a\\Bb').test('ab')).toBe(true)
    expect(compile('\\B').test('a😀a')).toBe(false)
    expect(compile('\\B').test('😀😀')).toBe(true)
  })

  it('know the patterns that contracts use', () => {
    expect(compile('^[A-Z]{2}\\d{2}[A-Z0-9]{1,30}$').test('DE89370400440532013000')).toBe(true)
    expect(compile('^\\p{L}+$').test('Füße')).toBe(true)
    expect(compile('^\\p{L}+$').test('Füße1')).toBe(false)
    expect(compile('^[\\w.+-]+@[\\w-]+\\.[\\w.]+$').test('a.b@example.org')).toBe(true)
    expect(compile('^\\/[^\\]/]+$').test('/x')).toBe(true)
  })
})
