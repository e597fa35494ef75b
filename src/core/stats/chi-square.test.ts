import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chiSquareTail } from './chi-square.ts'

describe('chi-square tail', () => {
  // SciPy 1.17, stats.chi2.sf.
  it.each([
    [3.841458820694124, 1, 0.05],
    [16.918977604620448, 9, 0.05],
    [0.5, 2, 0.7788007830714049],
    [100, 9, 1.5735176303753876e-17],
    [500, 11, 3.2070752462700124e-100],
    [1200, 3, 7.331671591550422e-260],
    [2000, 255, 6.879590201140631e-268],
  ])('of %d at %i degrees of freedom is %d', (statistic, df, tail) => {
    expect(chiSquareTail(statistic, df) / tail).toBeCloseTo(1, 8)
  })

  it('never says 0, however far out', () => {
    for (const statistic of [1e4, 1e9, Infinity]) expect(chiSquareTail(statistic, 9)).toBeGreaterThan(0)
  })

  it('is 1 where nothing can deviate, and refuses what is no statistic', () => {
    expect(chiSquareTail(0, 0)).toBe(1)
    expect(chiSquareTail(0, 5)).toBe(1)
    expect(() => chiSquareTail(-1, 5)).toThrow(RangeError)
    expect(() => chiSquareTail(Number.NaN, 5)).toThrow(RangeError)
  })

  it('falls with the statistic and lies in (0,1]', () => {
    const x = fc.double({ min: 0, max: 3000, noNaN: true })
    fc.assert(
      fc.property(x, x, fc.integer({ min: 1, max: 300 }), (a, b, df) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        expect(chiSquareTail(high, df)).toBeLessThanOrEqual(chiSquareTail(low, df) * (1 + 1e-9))
        expect(chiSquareTail(high, df)).toBeGreaterThan(0)
        expect(chiSquareTail(low, df)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
