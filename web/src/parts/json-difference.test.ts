import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonDifference } from './json-difference.ts'

describe('the difference of two JSON values', () => {
  it('is none between equals', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(jsonDifference(value, structuredClone(value))).toEqual([])
      }),
    )
  })

  it('names each place once', () => {
    expect(
      jsonDifference({ a: 1, b: [1, 2], 'c/d': { e: null } }, { a: 2, b: [1], 'c/d': { e: null, f: true } }),
    ).toEqual([
      { path: '/a', kind: 'changed', before: 1, after: 2 },
      { path: '/b/1', kind: 'removed', before: 2 },
      { path: '/c~1d/f', kind: 'added', after: true },
    ])
  })

  it('changes a whole value where its kind changes', () => {
    expect(jsonDifference([1], { 0: 1 })).toEqual([{ path: '', kind: 'changed', before: [1], after: { 0: 1 } }])
  })
})
