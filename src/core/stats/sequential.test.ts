import { describe, expect, it } from 'vitest'
import { sequenceHalfWidth, sequencePValue } from './asymptotic-sequence.ts'
import { lnGamma } from './ln-gamma.ts'
import { gammaExponentialBound, normalMixtureBound } from './mixture-bounds.ts'
import { seededRandom } from './random.ts'
import { splitBayesFactor } from './split-test.ts'

describe('logarithm of gamma', () => {
  // SciPy 1.17, special.gammaln; the last two from (n − 1)!.
  it.each([
    [0.001, 6.907178885383853],
    [0.5, 0.5723649429247001],
    [1.5, -0.12078223763524522],
    [12.5, 18.73434751193645],
    [100, 359.1342053695754],
    [1e6, 12815504.569147611],
    [3, Math.LN2],
    [10, Math.log(362_880)],
  ])('of %d is %d', (x, expected) => {
    expect(Math.abs(lnGamma(x) - expected) / Math.max(1, Math.abs(expected))).toBeLessThan(1e-14)
  })

  it('is of positive numbers only', () => expect(() => lnGamma(0)).toThrow(RangeError))
})

describe('bounds that hold at every moment', () => {
  // confseq, uniform_boundaries.h.
  it('are those of confseq', () => {
    expect(normalMixtureBound(500, { alpha: 0.05, vBest: 500 })).toBeCloseTo(67.86933628, 7)
    expect(gammaExponentialBound(100, { alpha: 0.05, vBest: 100 })).toBeCloseTo(30.23812962, 7)
  })

  it('are crossed by one walk in twenty at most, however often one looks', () => {
    const random = seededRandom(21)
    let crossed = { normal: 0, gamma: 0 }
    const walks = 400
    for (let walk = 0; walk < walks; walk++) {
      let [sum, losses, over] = [0, 0, { normal: false, gamma: false }]
      for (let step = 1; step <= 2000; step++) {
        sum += random.normal()
        if (step % 10 !== 0) continue
        over.normal ||= Math.abs(sum) > normalMixtureBound(step, { alpha: 0.05, vBest: 500 })
      }
      for (let step = 1; step <= 500; step++) {
        losses += (random.uniform() < 0.2 ? 1 : 0) - 0.2
        if (step % 25 === 0) over.gamma ||= losses > gammaExponentialBound(step * 0.16, { alpha: 0.05, vBest: 40 })
      }
      crossed = { normal: crossed.normal + Number(over.normal), gamma: crossed.gamma + Number(over.gamma) }
    }
    expect(crossed.normal / walks).toBeLessThan(0.07)
    expect(crossed.gamma / walks).toBeLessThan(0.07)
  })

  it('refuse what is no level', () => {
    expect(() => normalMixtureBound(1, { alpha: 0, vBest: 1 })).toThrow(RangeError)
    expect(() => gammaExponentialBound(1, { alpha: 0.6, vBest: 1 })).toThrow(RangeError)
  })
})

describe('asymptotic confidence sequence', () => {
  it('is that of GrowthBook: 1000 of 10000 against 1100 of 10000', () => {
    expect(sequenceHalfWidth({ standardError: 0.004, n: 20_000, planned: 5000, alpha: 0.05 })).toBeCloseTo(
      0.0125084566,
      10,
    )
    const spread = (hits: number) => (hits / 10_000) * (1 - hits / 10_000)
    const standardError = Math.sqrt((spread(1000) + spread(1100)) / 10_000)
    const question = { standardError, n: 20_000, planned: 5000, alpha: 0.05 }
    expect(0.01 - sequenceHalfWidth(question)).toBeCloseTo(-0.0035559151, 5)
    expect(0.01 + sequenceHalfWidth(question)).toBeCloseTo(0.0235559151, 5)
    expect(sequencePValue(0.01, question)).toBeCloseTo(0.4338321157, 3)
  })

  it('holds at all looks together, where a fixed interval does not', () => {
    const random = seededRandom(5)
    const runs = 300
    let [lost, lostFixed] = [0, 0]
    for (let run = 0; run < runs; run++) {
      let [sum, left, leftFixed] = [0, false, false]
      for (let n = 1; n <= 3000; n++) {
        sum += random.normal()
        if (n < 100 || n % 20 !== 0) continue
        const question = { standardError: 1 / Math.sqrt(n), n, planned: 2000, alpha: 0.05 }
        left ||= Math.abs(sum / n) > sequenceHalfWidth(question)
        leftFixed ||= Math.abs(sum / n) > 1.96 * question.standardError
        expect(sequencePValue(sum / n, question) < 0.05).toBe(Math.abs(sum / n) > sequenceHalfWidth(question))
      }
      lost += Number(left)
      lostFixed += Number(leftFixed)
    }
    expect(lost / runs).toBeLessThan(0.07)
    expect(lostFixed / runs).toBeGreaterThan(0.2)
  })

  it('refuses what is no question', () => {
    expect(() => sequenceHalfWidth({ standardError: 1, n: 0, planned: 1, alpha: 0.05 })).toThrow(RangeError)
  })
})

describe('test of a split', () => {
  it('is that of SSRM', () => {
    expect(splitBayesFactor([5000, 5200], [0.5, 0.5])).toBeCloseTo(1.893834, 5)
    expect(splitBayesFactor([10_000, 10_400], [0.5, 0.5])).toBeCloseTo(7.970888, 5)
    expect(splitBayesFactor([0, 0], [0.5, 0.5])).toBeCloseTo(1, 9)
  })

  it('reaches 20 in one fair split of twenty at most, and always in a crooked one', () => {
    const random = seededRandom(6)
    let [fair, crooked] = [0, 0]
    for (let run = 0; run < 100; run++) {
      const reaches = (share: number, n: number) => {
        let first = 0
        for (let at = 1; at <= n; at++) {
          if (random.uniform() < share) first++
          if (at % 100 === 0 && splitBayesFactor([first, at - first], [0.5, 0.5]) >= 20) return 1
        }
        return 0
      }
      fair += reaches(0.5, 5000)
      crooked += reaches(0.54, 10_000)
    }
    expect(fair).toBeLessThanOrEqual(8)
    expect(crooked).toBeGreaterThan(95)
  })

  it('refuses shares that are no split', () => {
    expect(() => splitBayesFactor([1, 2], [0.5, 0.6])).toThrow(RangeError)
    expect(() => splitBayesFactor([1, 2], [1, 0])).toThrow(RangeError)
  })
})
