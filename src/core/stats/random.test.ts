import { describe, expect, it } from 'vitest'
import { momentsOf, variance } from './moments.ts'
import { poissonBootstrap, seededRandom } from './random.ts'

describe('seeded randomness', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed)
      return [random.uniform(), random.normal(), random.integer(1000), random.poisson(4)]
    }
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })

  it('has the moments that it should have', () => {
    const random = seededRandom(99)
    const n = 40_000
    const check = (draw: () => number, mean: number, spread: number) => {
      const moments = momentsOf(Array.from({ length: n }, draw))
      // Four standard errors.
      expect(Math.abs(moments.mean - mean)).toBeLessThan(4 * Math.sqrt(spread / n))
      expect((variance(moments) ?? 0) / spread).toBeCloseTo(1, 1)
    }
    check(() => random.uniform(), 0.5, 1 / 12)
    check(() => random.normal(), 0, 1)
    check(() => random.integer(7), 3, 4)
    for (const mean of [0.3, 1, 29.9, 61, 499, 5000]) check(() => random.poisson(mean), mean, mean)
  })

  it('draws no Poisson without a mean, and nothing from empty cells', () => {
    const random = seededRandom(1)
    expect(random.poisson(0)).toBe(0)
    expect(() => random.poisson(-1)).toThrow(RangeError)
    expect([...poissonBootstrap([0, 0], random)]).toEqual([0, 0])
    expect(poissonBootstrap([1, 10, 100], random)).toHaveLength(3)
  })
})
