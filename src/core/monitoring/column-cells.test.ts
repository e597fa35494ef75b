import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { momentsOf } from '#core/stats/moments.ts'
import { seededRandom } from '#core/stats/random.ts'
import type { ColumnKind } from './assessment.ts'
import { cellOf } from './cell-of.ts'
import type { ColumnCells, ColumnValue } from './column-cells.ts'
import {
  categoricalCells,
  categoricalLayout,
  emptyCells,
  mergeCells,
  nextDouble,
  numericLayout,
} from './column-layout.ts'
import { columnReference, countAll } from './column-reference.ts'
import { discreteQuantiles } from './discrete-quantiles.ts'

const layoutOf = (values: readonly number[]) => numericLayout(discreteQuantiles(values))
const ascending = (edges: readonly number[]) => edges.every((edge, at) => at === 0 || edge > (edges[at - 1] ?? edge))
const total = (counts: Float64Array) => counts.reduce((sum, count) => sum + count, 0)
const good = (cells: ColumnCells) => cells.rows - cells.nulls - cells.invalid - cells.nonFinite

const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.constantFrom(0, 1),
)
const anything: fc.Arbitrary<ColumnValue> = fc.oneof(
  number,
  fc.constantFrom<ColumnValue>(null, undefined, '', 'A', 'B', 'true', false, Number.NaN, Infinity, 'NaN', '1.5', ' 7 '),
  fc.constantFrom<ColumnValue>({}, [], 12n, '0x10', '2024-02-29', '2023-02-29', new Date(0), new Date(Number.NaN)),
  fc.string({ maxLength: 12 }),
)
const kinds: readonly ColumnKind[] = ['numeric', 'categorical', 'boolean', 'datetime', 'id']

describe('numeric layout', () => {
  it('has ten cells of a tenth each and fine cells that end where the values end', () => {
    const values = Array.from({ length: 10_000 }, (_, at) => at / 100)
    const layout = layoutOf(values)
    expect(layout.edges).toHaveLength(9)
    expect(layout.fineEdges).toHaveLength(65)
    const cells = countAll(layout, values)
    for (const count of cells.cells) expect(Math.abs(count - 1000)).toBeLessThanOrEqual(1)
    expect(cells.fine[0]).toBe(0)
    expect(cells.fine.at(-1)).toBe(0)
    expect(countAll(layout, [-0.01, 100]).fine[0]).toBe(1)
    expect(countAll(layout, [-0.01, 100]).fine.at(-1)).toBe(1)
  })

  it('gives a value that holds much of the mass a cell of its own', () => {
    const layout = layoutOf(Array.from({ length: 1000 }, (_, at) => Math.max(0, at - 699)))
    expect(layout.edges.slice(0, 2)).toEqual([0, Number.MIN_VALUE])
    expect(Array.from(countAll(layout, [-1, 0, 0, 1e-300, 5]).cells.slice(0, 3))).toEqual([1, 2, 2])
  })

  it('tells below, at and above a constant apart', () => {
    const layout = layoutOf([5, 5, 5, 5])
    expect(layout.fineEdges).toEqual([5, nextDouble(5)])
    expect([...countAll(layout, [4, 5, 5, 6]).cells]).toEqual([1, 2, 1])
  })

  it('of nothing is one cell', () => {
    expect(layoutOf([])).toEqual({ kind: 'numeric', edges: [], fineEdges: [] })
    expect([...countAll(layoutOf([]), [1, 2]).cells]).toEqual([2])
  })

  it('has ascending edges, never more than 64 fine cells between its ends, and its own values inside', () => {
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 300 }), (values) => {
        const layout = layoutOf(values)
        expect(ascending(layout.edges)).toBe(true)
        expect(ascending(layout.fineEdges)).toBe(true)
        expect(layout.edges.length).toBeLessThanOrEqual(9)
        expect(layout.fineEdges.length).toBeLessThanOrEqual(65)
        const { fine, cells, moments } = countAll(layout, values)
        expect(fine[0]).toBe(0)
        expect(fine.at(-1)).toBe(0)
        expect(total(fine)).toBe(values.length)
        expect(total(cells)).toBe(values.length)
        expect(moments.n).toBe(values.length)
      }),
    )
  })

  it('finds the cell of a value by halving as by counting edges', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer()), fc.integer(), (edges, value) => {
        const sorted = edges.toSorted((a, b) => a - b)
        expect(cellOf(sorted, value)).toBe(sorted.filter((edge) => edge <= value).length)
      }),
    )
  })

  it('knows the next double', () => {
    expect(nextDouble(1)).toBe(1 + Number.EPSILON)
    expect(nextDouble(0)).toBe(Number.MIN_VALUE)
    expect(nextDouble(-0)).toBe(Number.MIN_VALUE)
    expect(nextDouble(-1)).toBe(-1 + Number.EPSILON / 2)
  })
})

describe('categorical layout', () => {
  it('labels what is frequent, remembers the rest, and counts what the reference has once as new to itself', () => {
    const counts = [
      { value: 'b', n: 5 },
      { value: 'once', n: 1 },
      { value: 'a', n: 5 },
      { value: 'twice', n: 2 },
    ]
    const layout = categoricalLayout(counts)
    expect(layout).toEqual({ kind: 'categorical', labels: ['a', 'b', 'twice'], others: ['once'] })
    const reference = categoricalCells(layout, counts, { data: 'reference', nulls: 4 })
    expect([...reference.cells]).toEqual([5, 5, 2, 0, 1])
    expect(reference.rows).toBe(17)
    const live = categoricalCells(layout, [...counts, { value: 'never', n: 3 }], { data: 'live' })
    expect([...live.cells]).toEqual([5, 5, 2, 1, 3])
  })

  it('has at most 64 labels, and calls nothing new when there are too many values to remember', () => {
    const many = Array.from({ length: 60_000 }, (_, at) => ({ value: `v${at}`, n: 50 }))
    const layout = categoricalLayout(many)
    expect(layout.labels).toHaveLength(64)
    expect(layout.others).toBeNull()
    expect(categoricalCells(layout, [{ value: 'never', n: 3 }], { data: 'live' }).cells.at(-1)).toBe(0)
    // Of many, only what is frequent for sure.
    expect(categoricalLayout(many.map(({ value }) => ({ value, n: 49 }))).labels).toEqual([])
  })
})

describe('counting', () => {
  it.each([
    ['numeric', { rows: 9, nulls: 2, invalid: 3, nonFinite: 2 }],
    ['categorical', { rows: 9, nulls: 2, invalid: 1, nonFinite: 0 }],
    ['boolean', { rows: 9, nulls: 2, invalid: 6, nonFinite: 0 }],
  ] as const)('sorts out what is no %s', (kind, expected) => {
    const { layout } = columnReference(kind, kind === 'boolean' ? [true, false] : [1, 2, 3])
    const cells = countAll(layout, [null, '', 'NaN', Infinity, '0x10', '1.5', ' 7 ', true, {}])
    expect(cells).toMatchObject(expected)
    expect(total(cells.cells)).toBe(good(cells))
  })

  it('reads ISO times and no others, and no 29th of February in a common year', () => {
    const cells = countAll({ kind: 'datetime' }, [
      '2024-02-29',
      '2024-01-01T10:00:00Z',
      '2024-01-01 10:00:00.5+01:00',
      new Date(0),
      '2023-02-29',
      '3/19/10',
      'yesterday',
      7,
    ])
    expect(cells).toMatchObject({ rows: 8, invalid: 4 })
  })

  it('accounts for every row, whatever comes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.array(anything), fc.array(anything), (kind, reference, live) => {
        const made = columnReference(kind, reference)
        for (const [cells, rows] of [
          [made.cells, reference.length],
          [countAll(made.layout, live), live.length],
        ] as const) {
          expect(cells.rows).toBe(rows)
          if (kind !== 'datetime' && kind !== 'id') expect(total(cells.cells)).toBe(good(cells))
          if (kind === 'numeric') expect(total(cells.fine)).toBe(good(cells))
        }
      }),
    )
  })

  it('does not care about the order of rows, nor how they were split and merged', () => {
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.array(anything), fc.integer(), (kind, values, seed) => {
        const { layout } = columnReference(kind, values)
        const random = seededRandom(seed)
        const shuffled = values
          .map((value) => ({ value, key: random.uniform() }))
          .sort((a, b) => a.key - b.key)
          .map(({ value }) => value)
        const parts: ColumnValue[][] = [[], [], []]
        for (const value of shuffled) parts[random.integer(3)]?.push(value)
        const [a, b, c] = parts.map((part) => countAll(layout, part)) as [ColumnCells, ColumnCells, ColumnCells]
        const whole = countAll(layout, values)
        for (const merged of [mergeCells(mergeCells(a, b), c), mergeCells(c, mergeCells(b, a))]) {
          const { moments, ...rest } = merged
          const { moments: expected, ...others } = whole
          expect(rest).toEqual(others)
          expect(moments.mean).toBeCloseTo(expected.mean, 3)
          expect([moments.n, moments.min, moments.max]).toEqual([expected.n, expected.min, expected.max])
        }
        expect(mergeCells(whole, emptyCells(layout))).toEqual(whole)
      }),
    )
  })

  it('refuses to merge what does not belong together', () => {
    const cells = emptyCells({ kind: 'boolean' })
    expect(() => mergeCells(cells, emptyCells({ kind: 'id' }))).toThrow(RangeError)
    expect(() => mergeCells(emptyCells(layoutOf([1])), emptyCells(layoutOf([])))).toThrow(RangeError)
  })

  it('takes numbers that nothing can measure for not finite: their squares would overflow', () => {
    const { layout } = columnReference('numeric', [1, 2, 3e307])
    const cells = countAll(layout, [1e100, -1e101, 1e308, '1e400'])
    expect(cells).toMatchObject({ rows: 4, nonFinite: 3, invalid: 0 })
    expect(Number.isFinite(cells.moments.m2)).toBe(true)
  })

  it('keeps the moments of what is finite', () => {
    const { layout } = columnReference('numeric', [1])
    expect(countAll(layout, [1, 'x', Number.NaN, 4]).moments).toEqual(momentsOf([1, 4]))
  })
})
