// Contents of decisions become columns: any JSON, nothing nested left, nothing lost.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '#core/kernel/json.ts'
import { columnsOf, positiveOf, withColumn } from './assessment-decisions.ts'

describe('columnsOf', () => {
  it('names nested members by their path and writes lists as JSON', () => {
    expect(columnsOf({ a: 1, b: { c: 'x', d: { e: null } }, f: [1, { g: 2 }] })).toEqual({
      a: 1,
      'b.c': 'x',
      'b.d.e': null,
      f: '[1,{"g":2}]',
    })
    expect(columnsOf('text')).toEqual({ input: 'text' })
    const lists: string[] = []
    columnsOf({ a: [1], b: { c: [] } }, { onList: (column) => lists.push(column) })
    expect(lists).toEqual(['a', 'b.c'])
  })

  it('gives scalars alone, one for each leaf', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const columns = columnsOf(value as JsonValue)
        for (const each of Object.values(columns)) expect(typeof each === 'object' && each !== null).toBe(false)
        expect(Object.keys(columns).length).toBeLessThanOrEqual(leaves(value as JsonValue))
      }),
    )
  })
})

describe('withColumn', () => {
  it('puts a value where its column came from, and keeps what is written as text', () => {
    expect(withColumn({ a: { b: 1, c: 2 }, d: [1] }, 'a.b', null)).toEqual({ a: { b: null, c: 2 }, d: [1] })
    expect(withColumn({ 'a.b': '1', c: 2 }, 'a.b', 1000)).toEqual({ 'a.b': '1000', c: 2 })
    expect(withColumn({ a: 1 }, 'b.c', 'x')).toEqual({ a: 1, 'b.c': 'x' })
    expect(withColumn('text', 'input', 'TEXT')).toBe('TEXT')
  })

  it('changes that column and no other', () => {
    const name = fc.stringMatching(/^[a-c]{1,3}$/)
    const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
      tree: fc.oneof(fc.integer(), fc.dictionary(name, tie('tree'), { minKeys: 1, maxKeys: 3, noNullPrototype: true })),
    }))
    fc.assert(
      fc.property(tree, fc.nat(), (input, pick) => {
        const before = columnsOf(input)
        const columns = Object.keys(before)
        const column = columns[pick % columns.length] ?? ''
        expect(columnsOf(withColumn(input, column, 'new'))).toEqual({ ...before, [column]: 'new' })
      }),
    )
  })
})

describe('positiveOf', () => {
  const values = (...given: readonly (readonly [string | boolean, number])[]) =>
    given.map(([value, n]) => ({ value, n }))

  it('is what was asked for, else true, else the rarer of two', () => {
    expect(positiveOf(values(['inbox', 70], ['junk', 30]), undefined)).toBe('junk')
    expect(positiveOf(values(['inbox', 70], ['junk', 30]), 'inbox')).toBe('inbox')
    expect(positiveOf(values([true, 70], [false, 30]), undefined)).toBe(true)
    expect(positiveOf(values([true, 70], [false, 30]), 'false')).toBe(false)
  })

  it('is none where there are not two', () => {
    expect(positiveOf(values(['a', 1], ['b', 2], ['c', 3]), 'a')).toBeUndefined()
    expect(positiveOf(values(['a', 1]), undefined)).toBeUndefined()
    expect(positiveOf([], undefined)).toBeUndefined()
  })
})

/** Objects without members have no columns. */
function leaves(value: JsonValue): number {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 1
  return Object.values(value).reduce<number>((sum, each) => sum + leaves(each), 0)
}
