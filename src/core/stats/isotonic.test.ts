import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isotonic } from './isotonic.ts'

describe('isotonic regression', () => {
  // SciPy 1.17, optimize.isotonic_regression.
  it('is that of SciPy', () => {
    const fitted = isotonic([1, 3, 2, 4, 3.5, 3.4, 6, 2], [1, 2, 1, 1, 3, 1, 1, 2])
    const expected = [1, 8 / 3, 8 / 3, 3.4875, 3.4875, 3.4875, 3.4875, 3.4875]
    for (const [at, value] of expected.entries()) expect(fitted[at]).toBeCloseTo(value, 12)
  })

  it('lets cells without weight follow, and refuses what has no order', () => {
    expect([...isotonic([0, 1, 0], [1, 0, 1])]).toEqual([0, 0, 0])
    expect([...isotonic([], [])]).toEqual([])
    expect(() => isotonic([1], [1, 2])).toThrow(RangeError)
    expect(() => isotonic([Number.NaN], [1])).toThrow(RangeError)
    expect(() => isotonic([1], [-1])).toThrow(RangeError)
  })

  const cells = fc.array(
    fc.record({ value: fc.double({ min: 0, max: 1, noNaN: true }), weight: fc.integer({ min: 1, max: 50 }) }),
    { minLength: 1, maxLength: 60 },
  )

  it('never falls, keeps the weighted mean, leaves what already rises as it is, and is nearer than any other rising line', () => {
    fc.assert(
      fc.property(cells, fc.double({ min: 0, max: 1, noNaN: true }), (given, level) => {
        const values = given.map(({ value }) => value)
        const weights = given.map(({ weight }) => weight)
        const fitted = isotonic(values, weights)
        const cost = (line: ArrayLike<number>) =>
          given.reduce((sum, { value, weight }, at) => sum + weight * (value - (line[at] ?? 0)) ** 2, 0)
        let meanOf = 0
        let mean = 0
        for (const [at, { value, weight }] of given.entries()) {
          if (at > 0) expect(fitted[at]).toBeGreaterThanOrEqual(fitted[at - 1] ?? 0)
          meanOf += weight * (fitted[at] ?? 0)
          mean += weight * value
        }
        expect(meanOf).toBeCloseTo(mean, 6)
        const rising = values.toSorted((a, b) => a - b)
        for (const [at, value] of isotonic(rising, weights).entries()) expect(value).toBeCloseTo(rising[at] ?? 0, 12)
        expect(cost(fitted)).toBeLessThanOrEqual(cost(rising) + 1e-9)
        expect(cost(fitted)).toBeLessThanOrEqual(cost(values.map(() => level)) + 1e-9)
      }),
    )
  })
})
