import { describe, expect, it } from 'vitest'
import { assessCost } from './cost.ts'
import { costInput } from './cost-assumptions.ts'

const fixed = { volumePerMonth: 1000, pilotPerDecision: 2, seed: 1 }

describe('cost at scale', () => {
  it('without unknowns is plain multiplication', () => {
    const found = assessCost({
      ...fixed,
      unknowns: [],
      parts: [
        { name: 'review', per: 'decision', factors: [0.1, 2, 3], assumption: 'given' },
        { name: 'hosting', per: 'month', factors: [400], assumption: 'given' },
      ],
    })
    for (const cost of Object.values(found.perMonth)) expect(cost).toBeCloseTo(1000, 9)
    expect(found.perDecision.value).toBeCloseTo(1, 12)
    expect(found.unknowns).toEqual([])
  })

  it('has the mean and the 95 % range of a triangular unknown', () => {
    const found = assessCost({
      ...fixed,
      unknowns: [{ name: 'x', low: 0, likely: 3, high: 12 }],
      parts: [{ name: 'all', per: 'month', factors: ['x'], assumption: 'range' }],
    })
    expect(found.perMonth.value).toBeCloseTo(5, 0)
    // Quantiles of the triangular distribution: √(u·12·3) below the peak, 12 − √((1−u)·12·9) above it.
    expect(found.perMonth.low).toBeCloseTo(Math.sqrt(0.025 * 36), 0)
    expect(found.perMonth.high).toBeCloseTo(12 - Math.sqrt(0.025 * 108), 0)
    expect(found.unknowns[0]?.share).toBeCloseTo(1, 1)
  })

  it('names the three largest unknowns with their shares of the variance', () => {
    const wide = (name: string, width: number) => ({ name, low: 0, likely: width / 2, high: width })
    const found = assessCost({
      ...fixed,
      unknowns: [wide('a', 1), wide('b', 4), wide('c', 2), wide('d', 0.5)],
      parts: ['a', 'b', 'c', 'd'].map(
        (name) => ({ name, per: 'month', factors: [name], assumption: 'range' }) as const,
      ),
    })
    expect(found.unknowns.map(({ name }) => name)).toEqual(['b', 'c', 'a'])
    // Of a sum, shares are those of the variances: widths squared.
    const total = 1 + 16 + 4 + 0.25
    for (const [i, share] of [16 / total, 4 / total, 1 / total].entries()) {
      expect(Math.abs((found.unknowns[i]?.share ?? 0) - share)).toBeLessThan(0.05)
    }
  })

  it('is the same for the same seed', () => {
    const input = {
      ...fixed,
      unknowns: [{ name: 'x', low: 0, likely: 1, high: 2 }],
      parts: [{ name: 'p', per: 'decision', factors: ['x'], assumption: '' }],
    } as const
    expect(assessCost(input)).toEqual(assessCost(input))
    expect(assessCost({ ...input, seed: 2 }).perMonth.value).not.toBe(assessCost(input).perMonth.value)
  })

  it('refuses what cannot be multiplied', () => {
    const part = { name: 'p', per: 'month', factors: ['y'], assumption: '' } as const
    expect(() => assessCost({ ...fixed, unknowns: [], parts: [part] })).toThrow(/p depends on y/)
    expect(() =>
      assessCost({ ...fixed, unknowns: [{ name: 'y', low: 2, likely: 1, high: 3 }], parts: [part] }),
    ).toThrow(/range of y/)
    expect(() => assessCost({ ...fixed, volumePerMonth: 0, unknowns: [], parts: [] })).toThrow(/volume/)
  })
})

describe('what a cost is made of', () => {
  const rate = (value: number) => ({ value, low: value * 0.8, high: value * 1.2 })
  const facts = {
    volumePerMonth: 10_000,
    fpRate: rate(0.05),
    fnRate: rate(0.02),
    reviewShare: rate(0.3),
    isReviewed: true,
    seed: 1,
  }

  it('is errors, review and what a pilot does not show, each with where it comes from', () => {
    const input = costInput({ ...facts, costFp: 10, costFn: 50, reviewMinutes: 6, costHour: 60 })
    if (input === null) throw new Error('no cost')
    const found = assessCost(input)
    expect(found.parts.map(({ name }) => name)).toEqual([
      'wrong yes',
      'wrong no',
      'review',
      'monitoring',
      'retraining',
      'integration',
    ])
    expect(found.pilotPerDecision).toBeCloseTo(0.05 * 10 + 0.02 * 50 + 0.3 * 6)
    expect(found.perDecision.value).toBeGreaterThan(found.pilotPerDecision ?? Infinity)
    expect(found.perMonth.low).toBeLessThan(found.perMonth.value ?? 0)
    expect(found.unknowns).toHaveLength(3)
  })

  it('leaves out what nobody priced, and is nothing without any price', () => {
    expect(costInput(facts)).toBeNull()
    expect(costInput({ ...facts, costFp: 10, fpRate: { value: null, low: null, high: null } })).toBeNull()
    expect(costInput({ ...facts, costFn: 5 })?.parts.map(({ name }) => name)).toEqual(['wrong no'])
  })
})
