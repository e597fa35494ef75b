import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLimits } from '#core/kernel/parse-json.ts'
import { copyPlainJson } from './plain-json.ts'

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])

describe('copyPlainJson', () => {
  it('copies every JSON value, and shares nothing with it', () => {
    const value = fc.jsonValue({ maxDepth: 5 }).map((json) => JSON.parse(JSON.stringify(json)) as unknown)
    fc.assert(
      fc.property(value, (json) => {
        const copied = copyPlainJson(json)
        if (copied.kind === 'plain') {
          expect(copied.value).toEqual(json)
          if (typeof json === 'object' && json !== null) expect(copied.value).not.toBe(json)
        } else expect(copied.why).toMatch(/surrogate|refused/)
      }),
    )
  })

  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle

  it.each([
    [undefined, 'a value is undefined'],
    [10n, 'a value is a bigint'],
    [() => 1, 'a value is a function'],
    [Symbol('s'), 'a value is a symbol'],
    [{ a: [1, { b: undefined }] }, 'a value is undefined'],
    [{ score: Number.NaN }, 'a number is NaN'],
    [[1 / 0], 'a number is Infinity'],
    [{ at: new Date(0) }, 'instance of a class'],
    [new Map(), 'instance of a class'],
    [new Float32Array(2), 'instance of a class'],
    [
      new (class Score {
        value = 1
      })(),
      'instance of a class',
    ],
    [{ text: '\ud800' }, 'half of a surrogate pair'],
    [JSON.parse('{"__proto__": 1}'), 'a member name is refused'],
    [cycle, 'or holds itself'],
    [Array.from({ length: 3 }), 'a value is undefined'],
  ])('finds %o', (value, why) => {
    const copied = copyPlainJson(value)
    expect(copied.kind === 'not-plain' && copied.why).toContain(why)
  })

  it('holds the limits of JSON from outside', () => {
    expect(copyPlainJson(nested(jsonLimits.depthMax)).kind).toBe('plain')
    expect(copyPlainJson(nested(jsonLimits.depthMax + 1)).kind).toBe('not-plain')
    expect(copyPlainJson(Array(jsonLimits.membersMax).fill(1)).kind).toBe('plain')
    expect(copyPlainJson(Array(jsonLimits.membersMax + 1).fill(1)).kind).toBe('not-plain')
  })

  it('takes objects without a prototype', () => {
    expect(copyPlainJson(Object.assign(Object.create(null), { a: 1 }))).toEqual({ kind: 'plain', value: { a: 1 } })
  })
})
