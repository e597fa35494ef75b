import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kolmogorovTail } from '../../../test/support/kolmogorov-tail.ts'
import { parityAbsent, parityRows } from '../../../test/support/parity-data.ts'
import { poissonBootstrap, seededRandom } from './random.ts'
import { expectedMin, poolRareCells, testCells } from './two-sample.ts'

const counts = fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 30 })
const twoCounts = fc
  .integer({ min: 1, max: 30 })
  .chain((size) => fc.tuple(...[0, 1].map(() => fc.array(fc.nat({ max: 500 }), { minLength: size, maxLength: size }))))
  .map(([a, b]) => [a ?? [], b ?? []] as const)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

describe('two-sample test on cells', () => {
  it('is the contingency test of SciPy 1.17 (chi2_contingency without correction)', () => {
    const test = testCells([120, 80, 60, 140], [100, 100, 50, 250])
    expect(test?.statistic).toBeCloseTo(25.174825174825187, 10)
    expect(test?.df).toBe(3)
    expect(test?.pValue).toBeCloseTo(1.4193957298735304e-5, 15)
  })

  it.skipIf(parityAbsent !== null)(`gives NannyML's chi-square on the parity data ${parityAbsent ?? ''}`, () => {
    const labels = ['A', 'B', 'C', 'D']
    const count = (rows: readonly { g: string }[]) => labels.map((label) => rows.filter(({ g }) => g === label).length)
    const reference = count(parityRows('ref'))
    const ana = parityRows('ana')
    for (const [chunk, expected] of [3143.8, 2977.87, 2953.53, 2950.63].entries()) {
      const test = testCells(reference, count(ana.slice(chunk * 5000, (chunk + 1) * 5000)))
      expect(test?.statistic).toBeCloseTo(expected, 1)
      expect(test?.pValue).toBeGreaterThan(0)
    }
  })

  it('says nothing of an empty sample, and that one cell has not moved', () => {
    expect(testCells([1, 2], [0, 0])).toBeNull()
    expect(testCells([], [])).toBeNull()
    expect(testCells([500], [300])).toMatchObject({ statistic: 0, df: 0, pValue: 1 })
  })

  it('refuses cells that do not fit or are no counts', () => {
    expect(() => testCells([1, 2], [1])).toThrow(RangeError)
    expect(() => testCells([1, -2], [1, 1])).toThrow(RangeError)
    expect(() => testCells([1, Number.NaN], [1, 1])).toThrow(RangeError)
  })

  it('is 1 for the same shares, does not care which sample is which nor in which order the cells come', () => {
    fc.assert(
      fc.property(twoCounts, fc.integer(), ([a, b], seed) => {
        fc.pre(sum(a) > 0 && sum(b) > 0)
        const there = testCells(a, b)
        const back = testCells(b, a)
        expect(there?.statistic).toBeCloseTo(back?.statistic ?? Number.NaN, 8)
        const random = seededRandom(seed)
        const order = a.map((_, at) => ({ at, key: random.uniform() })).sort((x, y) => x.key - y.key)
        const shuffled = testCells(
          order.map(({ at }) => a[at] ?? 0),
          order.map(({ at }) => b[at] ?? 0),
        )
        // Cells of one size may be pooled in another order, so only what is kept is compared.
        expect(sum(shuffled?.live ?? [])).toBeCloseTo(sum(there?.live ?? []), 8)
        expect(Number.isFinite(there?.statistic)).toBe(true)
        expect(there?.pValue).toBeGreaterThan(0)
        expect(testCells(a, a)?.pValue).toBe(1)
      }),
    )
  })

  it('pools until every cell expects enough in both samples, and loses no row', () => {
    fc.assert(
      fc.property(twoCounts, ([a, b]) => {
        fc.pre(sum(a) > 0 && sum(b) > 0)
        const { reference, live } = poolRareCells(a, b)
        expect(sum(reference)).toBe(sum(a))
        expect(sum(live)).toBe(sum(b))
        const smaller = Math.min(sum(a), sum(b)) / (sum(a) + sum(b))
        if (live.length > 1) {
          for (const [cell, p] of live.entries()) {
            expect((p + (reference[cell] ?? 0)) * smaller).toBeGreaterThanOrEqual(expectedMin - 1e-9)
          }
        }
      }),
    )
  })

  it('has uniform p-values when nothing has moved: 3, 10 and 60 cells, small and large samples', () => {
    const random = seededRandom(20_261_121)
    for (const [cells, n, m] of [
      [3, 200, 1000],
      [10, 200, 5000],
      [10, 1000, 1000],
      [60, 400, 20_000],
    ] as const) {
      const shares = Array.from({ length: cells }, (_, j) => 1 + j / 3)
      const draw = (size: number) => {
        const total = shares.reduce((whole, share) => whole + share, 0)
        return poissonBootstrap(
          shares.map((share) => (size * share) / total),
          random,
        )
      }
      const pValues = Array.from({ length: 2000 }, () => testCells(draw(m), draw(n))?.pValue ?? 0)
      const gap = pValues
        .sort((a, b) => a - b)
        .reduce((most, p, at) => Math.max(most, Math.abs(p - (at + 0.5) / 2000)), 0)
      expect(kolmogorovTail(gap, 2000), `${cells} cells, ${n} against ${m}`).toBeGreaterThan(0.001)
      const share = (level: number) => pValues.filter((p) => p <= level).length / 2000
      expect(share(0.05)).toBeLessThan(0.067)
      expect(share(0.001)).toBeLessThan(0.005)
    }
  })

  it('takes counts that are all zero in one cell for no cell at all', () => {
    fc.assert(
      fc.property(counts, (a) => {
        fc.pre(sum(a) > 0)
        const with0 = testCells([...a, 0], [...a.map((n) => n + 1), 0])
        const without = testCells(
          a,
          a.map((n) => n + 1),
        )
        expect(with0?.statistic).toBe(without?.statistic)
        expect(with0?.df).toBe(without?.df)
      }),
    )
  })
})
