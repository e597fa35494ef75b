import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wilson, z95 } from './wilson.ts'

describe('wilson', () => {
  // 7 of 40: statsmodels, proportion_confint(method="wilson"); the others: the closed forms for p = 0, 1/2 and 1.
  it.each([
    [7, 40, 0.087454, 0.3195],
    [0, 10, 0, 0.277533],
    [10, 10, 0.722467, 1],
    [10, 20, 0.299298, 0.700702],
  ])('%i of %i is in [%d, %d]', (hits, n, low, high) => {
    expect(wilson(hits, n)?.low).toBeCloseTo(low, 5)
    expect(wilson(hits, n)?.high).toBeCloseTo(high, 5)
  })

  it('has closed forms at the ends: 0 of n reaches up to z²/(n+z²)', () => {
    for (const n of [1, 5, 100, 1e6]) {
      expect(wilson(0, n)).toEqual({ low: 0, high: expect.closeTo(z95 ** 2 / (n + z95 ** 2), 12) as number })
    }
  })

  it('says nothing of nothing, and refuses what is no count', () => {
    expect(wilson(0, 0)).toBeUndefined()
    for (const [hits, n] of [
      [-1, 5],
      [6, 5],
      [0.5, 5],
      [1, Number.NaN],
    ] as const) {
      expect(() => wilson(hits, n)).toThrow(RangeError)
    }
  })

  const count = fc
    .integer({ min: 1, max: 1_000_000 })
    .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))

  it('lies within [0,1], holds the share itself, mirrors when hits and misses change places', () => {
    fc.assert(
      fc.property(count, ([hits, n]) => {
        const { low, high } = wilson(hits, n) as { low: number; high: number }
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(hits / n)
        expect(high).toBeGreaterThanOrEqual(hits / n)
        const mirrored = wilson(n - hits, n)
        expect(mirrored?.low).toBeCloseTo(1 - high, 10)
        expect(mirrored?.high).toBeCloseTo(1 - low, 10)
      }),
    )
  })

  it('holds exactly the shares that a score test does not reject', () => {
    fc.assert(
      fc.property(count, fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), ([hits, n], share) => {
        const { low, high } = wilson(hits, n) as { low: number; high: number }
        const score = Math.abs(hits / n - share) / Math.sqrt((share * (1 - share)) / n)
        fc.pre(Math.abs(score - z95) > 1e-6)
        expect(share >= low && share <= high).toBe(score < z95)
      }),
    )
  })

  it('narrows with n and widens with z', () => {
    fc.assert(
      fc.property(count, ([hits, n]) => {
        const width = (interval: ReturnType<typeof wilson>) => (interval?.high ?? 0) - (interval?.low ?? 0)
        expect(width(wilson(hits * 2, n * 2))).toBeLessThan(width(wilson(hits, n)))
        expect(width(wilson(hits, n, 2.5758))).toBeGreaterThan(width(wilson(hits, n)))
      }),
    )
  })
})
