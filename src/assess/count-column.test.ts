import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import type { ColumnCells } from '#core/monitoring/column-cells.ts'
import { columnReference, countAll } from '#core/monitoring/column-reference.ts'
import { emptyCells } from '#core/monitoring/column-layout.ts'
import { countBatch } from './count-column.ts'
import { numberEmpty, numberUnreadable } from './encode-column.ts'

/** What the database hands over for a value. */
function encoded(value: number | string | null): number {
  if (value === null) return numberEmpty
  return typeof value === 'string' ? numberUnreadable : value
}

describe('counting a batch of numbers', () => {
  it('gives what counting one by one gives, wherever the batch is cut', () => {
    const value = fc.oneof(
      fc.double({ min: -50, max: 50, noNaN: true }),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(null, 'n.a.', Number.NaN, Infinity, -Infinity, 1e100, -1e100, 2e100, -1e300, Number.MAX_VALUE),
    )
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 80 }),
        fc.array(value, { minLength: 1, maxLength: 80 }),
        fc.nat(79),
        (pilot, live, cut) => {
          const { layout } = columnReference('numeric', pilot)
          const expected = countAll(layout, live)
          const cells = emptyCells(layout)
          const batch = {
            codes: new Uint8Array(live.length),
            flags: new Uint8Array(live.length),
            get: (row: number) => encoded(live[row] ?? null),
          }
          const at = Math.min(cut, live.length)
          countBatch(layout, cells, { ...batch, from: 0, to: at })
          countBatch(layout, cells, { ...batch, from: at, to: live.length })
          expect([...cells.cells]).toEqual([...expected.cells])
          expect([...cells.fine]).toEqual([...expected.fine])
          const others = ({ rows, nulls, invalid, nonFinite }: ColumnCells) => ({ rows, nulls, invalid, nonFinite })
          expect(others(cells)).toEqual(others(expected))
          expect(cells.moments.n).toBe(expected.moments.n)
          const scale = Math.max(1, Math.abs(expected.moments.min), Math.abs(expected.moments.max))
          expect(cells.moments.mean / scale).toBeCloseTo(expected.moments.mean / scale, 9)
        },
      ),
    )
  })
})
