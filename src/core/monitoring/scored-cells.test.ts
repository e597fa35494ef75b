import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellOf } from './cell-of.ts'
import { addScoredRow, emptyScoredCells, mergeScoredCells, type ScoredCells, type ScoredRow } from './scored-cells.ts'
import { scoreScale } from './scored-scale.ts'

// Eighths and small counts add up exactly in any order.
const row: fc.Arbitrary<ScoredRow> = fc.record({
  score: fc.option(
    fc.oneof(
      fc.integer({ min: -2, max: 12 }).map((eighths) => eighths / 8),
      fc.constant(Number.NaN),
    ),
  ),
  predicted: fc.boolean(),
  positive: fc.option(fc.boolean()),
})
const scale = { edges: [0.25, 0.5, 0.75], min: 0, max: 1 }

function count(rows: readonly ScoredRow[]): ScoredCells {
  const cells = emptyScoredCells(scale)
  for (const row of rows) addScoredRow(cells, row)
  return cells
}

describe('scored cells', () => {
  it('are the same however rows are ordered and split', () => {
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (first, second) => {
        const all = count([...first, ...second])
        expect(count([...second, ...first].toReversed())).toEqual(all)
        expect(mergeScoredCells(count(first), count(second))).toEqual(all)
        expect(mergeScoredCells(count(second), count(first))).toEqual(all)
      }),
    )
  })

  it('account for every row, with or without a score, and say which lie outside the reference', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const cells = count(rows)
        const scored = rows.filter(({ score }) => score !== null && !Number.isNaN(score))
        expect(cells.n.reduce((a, b) => a + b, 0)).toBe(rows.length)
        expect((cells.n[8] as number) + (cells.n[9] as number)).toBe(rows.length - scored.length)
        expect(cells.outside).toBe(scored.filter(({ score }) => (score ?? 0) < 0 || (score ?? 0) > 1).length)
      }),
    )
  })

  it('on different scales are not added', () => {
    expect(() => mergeScoredCells(count([]), emptyScoredCells({ ...scale, max: 2 }))).toThrow(RangeError)
  })
})

describe('scale of scores', () => {
  it('gives each of up to 200 different scores its own cell', () => {
    const points = Array.from({ length: 200 }, (_, i) => ({ score: i / 10, n: 1 + (i % 3), positive: i % 2 }))
    const found = scoreScale(points.toReversed())
    expect(found?.edges).toHaveLength(199)
    for (const [i, { score }] of points.entries()) expect(cellOf(found?.edges ?? [], score)).toBe(i)
  })

  it('gives rare positives as much room as the many negatives', () => {
    // 100,000 negatives low, 300 positives high: half of the cells are where the positives are.
    const negatives = Array.from({ length: 100_000 }, (_, i) => ({ score: i / 1e6, n: 1, positive: 0 }))
    const positives = Array.from({ length: 300 }, (_, i) => ({ score: 0.5 + i / 1000, n: 1, positive: 1 }))
    const edges = scoreScale([...negatives, ...positives])?.edges ?? []
    expect(edges.length).toBeLessThanOrEqual(199)
    expect(edges.filter((edge) => edge >= 0.5).length).toBeGreaterThan(90)
    expect(edges.filter((edge) => edge < 0.5).length).toBeGreaterThan(90)
  })

  it('has ascending edges within the range, at most 199, for any scores', () => {
    const point = fc.record({
      score: fc.double({ noNaN: false }),
      n: fc.constant(3),
      positive: fc.integer({ min: 0, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(point, { maxLength: 600 }), (points) => {
        const found = scoreScale(points)
        const finite = points.filter(({ score }) => Number.isFinite(score))
        if (found === undefined) {
          expect(finite).toEqual([])
          return
        }
        const { edges, min, max } = found
        expect(edges.length).toBeLessThanOrEqual(199)
        expect(edges.every((edge, i) => edge > (edges[i - 1] ?? min) && edge <= max)).toBe(true)
      }),
    )
  })
})
