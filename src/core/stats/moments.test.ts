import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanInterval } from './mean-interval.ts'
import { addToMoments, mergeMoments, momentsOf, noMoments, standardDeviation, variance } from './moments.ts'
import { seededRandom } from './random.ts'

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 200 })

describe('moments', () => {
  it('keep their digits where the mean is large beside the spread', () => {
    const moments = momentsOf([4, 7, 13, 16].map((value) => value + 1e9))
    expect(moments.mean).toBe(1e9 + 10)
    expect(variance(moments)).toBe(30)
  })

  it('say nothing of the spread of one value, and refuse what is not finite', () => {
    expect(variance(momentsOf([3]))).toBeNull()
    expect(standardDeviation(noMoments)).toBeNull()
    expect(() => addToMoments(noMoments, Number.NaN)).toThrow(RangeError)
    expect(() => addToMoments(noMoments, Infinity)).toThrow(RangeError)
  })

  it('merge to what one pass over everything gives, in any order', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        const [x, y, z] = [momentsOf(a), momentsOf(b), momentsOf(c)]
        const whole = momentsOf([...a, ...b, ...c])
        for (const merged of [mergeMoments(mergeMoments(x, y), z), mergeMoments(z, mergeMoments(y, x))]) {
          expect(merged.n).toBe(whole.n)
          expect(merged.min).toBe(whole.min)
          expect(merged.max).toBe(whole.max)
          expect(merged.mean).toBeCloseTo(whole.mean, 5)
          expect(Math.abs(merged.m2 - whole.m2)).toBeLessThanOrEqual(1e-9 * (1 + whole.m2))
        }
        expect(mergeMoments(x, y)).toEqual(mergeMoments(y, x))
      }),
    )
  })
})

describe('mean interval', () => {
  // SciPy 1.17, stats.t.interval.
  it('is Student’s', () => {
    const interval = meanInterval(momentsOf([1, 2, 3, 4, 5]))
    expect(interval?.low).toBeCloseTo(1.0367568385224428, 9)
    expect(interval?.high).toBeCloseTo(4.963243161477557, 9)
    expect(meanInterval(momentsOf([1]))).toBeUndefined()
  })

  it('covers the mean 95 times of 100', () => {
    const random = seededRandom(11)
    let covered = 0
    for (let run = 0; run < 4000; run++) {
      const interval = meanInterval(momentsOf(Array.from({ length: 8 }, () => 3 + 2 * random.normal())))
      if (interval !== undefined && interval.low <= 3 && interval.high >= 3) covered++
    }
    // ± 3.3 standard errors of 4000 runs.
    expect(Math.abs(covered / 4000 - 0.95)).toBeLessThan(0.0115)
  })
})
