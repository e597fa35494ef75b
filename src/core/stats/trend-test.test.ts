import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kolmogorovTail } from '../../../test/support/kolmogorov-tail.ts'
import { poissonBootstrap, seededRandom } from './random.ts'
import { testTrend } from './trend-test.ts'

describe('rank test on ordered cells', () => {
  // SciPy 1.17: mannwhitneyu(method='asymptotic', use_continuity=False) on the cell numbers.
  it('is that of SciPy', () => {
    expect(testTrend([10, 20, 30, 25], [5, 8, 30, 40])).toBeCloseTo(0.0022909040060894678, 10)
  })

  it('sees nothing in one cell, in the same shares, or in nothing', () => {
    expect(testTrend([0, 7, 0], [0, 9, 0])).toBe(1)
    expect(testTrend([10, 20, 30], [1, 2, 3])).toBe(1)
    expect(testTrend([0], [5])).toBeNull()
    expect(() => testTrend([1, 2], [1])).toThrow(RangeError)
  })

  it('does not care which sample is which, nor from which end one counts', () => {
    const cells = fc.array(fc.nat({ max: 300 }), { minLength: 6, maxLength: 6 }).filter((a) => a.some((n) => n > 0))
    fc.assert(
      fc.property(cells, cells, (a, b) => {
        const p = testTrend(a, b) ?? Number.NaN
        expect(p).toBeGreaterThan(0)
        expect(p).toBeLessThanOrEqual(1)
        expect(testTrend(b, a)).toBeCloseTo(p, 8)
        expect(testTrend(a.toReversed(), b.toReversed())).toBeCloseTo(p, 8)
      }),
    )
  })

  it('has uniform p-values when nothing has moved', () => {
    const random = seededRandom(77)
    const draw = (n: number) =>
      poissonBootstrap(
        [1, 1, 2, 3, 5, 1, 1].map((share) => (share * n) / 14),
        random,
      )
    const pValues = Array.from({ length: 2000 }, () => testTrend(draw(3000), draw(200)) ?? 0).sort((a, b) => a - b)
    const gap = pValues.reduce((most, p, at) => Math.max(most, Math.abs(p - (at + 0.5) / 2000)), 0)
    expect(kolmogorovTail(gap, 2000)).toBeGreaterThan(0.001)
    expect(pValues.filter((p) => p <= 0.001).length).toBeLessThan(9)
  })
})
