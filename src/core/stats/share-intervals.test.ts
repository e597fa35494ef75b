import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clopperPearson } from './clopper-pearson.ts'
import { newcombe } from './difference-interval.ts'
import { type Random, seededRandom } from './random.ts'
import { ratioLogDelta, ratioScore } from './ratio-interval.ts'
import { testShares } from './two-shares.ts'

const share = fc.integer({ min: 1, max: 5000 }).chain((n) => fc.record({ hits: fc.nat({ max: n }), n: fc.constant(n) }))
/** Rows of which each is a hit with probability `p`. */
function drawer(random: Random) {
  return (n: number, p: number) => {
    let hits = 0
    for (let row = 0; row < n; row++) if (random.uniform() < p) hits++
    return { hits, n }
  }
}

const first = { hits: 7, n: 40 }
const second = { hits: 30, n: 100 }

describe('intervals of shares', () => {
  // statsmodels; the last two Clopper-Pearson from SciPy 1.17.
  it('are those of statsmodels and SciPy', () => {
    expect(clopperPearson(7, 40)?.low).toBeCloseTo(0.073383, 6)
    expect(clopperPearson(7, 40)?.high).toBeCloseTo(0.32779, 6)
    expect(clopperPearson(99, 1000, 0.01)?.low).toBeCloseTo(0.07613518018423075, 9)
    expect(clopperPearson(99, 1000, 0.01)?.high).toBeCloseTo(0.12577658350826934, 9)
    expect(clopperPearson(0, 50)?.high).toBeCloseTo(0.07112173646420458, 9)
    expect(newcombe(first, second)?.low).toBeCloseTo(-0.254812, 6)
    expect(newcombe(first, second)?.high).toBeCloseTo(0.040679, 6)
    expect(ratioScore(first, second)?.low).toBeCloseTo(0.275404, 6)
    expect(ratioScore(first, second)?.high).toBeCloseTo(1.157786, 6)
    expect(ratioLogDelta(first, second)?.low).toBeCloseTo(0.27930266539009396, 12)
    expect(ratioLogDelta(first, second)?.high).toBeCloseTo(1.2183119602618964, 12)
  })

  it('say nothing of nothing', () => {
    expect(clopperPearson(0, 0)).toBeUndefined()
    expect(newcombe({ hits: 0, n: 0 }, second)).toBeUndefined()
    expect(ratioLogDelta({ hits: 0, n: 10 }, second)).toBeUndefined()
    expect(ratioScore({ hits: 0, n: 10 }, { hits: 0, n: 10 })).toBeUndefined()
    expect(ratioScore({ hits: 0, n: 0 }, second)).toBeUndefined()
    expect(() => ratioScore({ hits: 3, n: 2 }, second)).toThrow(RangeError)
    expect(() => clopperPearson(1, 2, 1)).toThrow(RangeError)
  })

  it('hold what was seen, mirror when the two change places, are never NaN', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const there = newcombe(a, b)
        const back = newcombe(b, a)
        const difference = a.hits / a.n - b.hits / b.n
        expect(there?.low).toBeLessThanOrEqual(difference + 1e-12)
        expect(there?.high).toBeGreaterThanOrEqual(difference - 1e-12)
        expect(there?.low).toBeCloseTo(-(back?.high ?? Number.NaN), 9)
        const exact = clopperPearson(a.hits, a.n)
        expect(exact?.low).toBeLessThanOrEqual(a.hits / a.n)
        expect(exact?.high).toBeGreaterThanOrEqual(a.hits / a.n)
      }),
    )
  })

  it('the score interval of a ratio holds the ratio, is its own mirror, and reaches to infinity without hits below', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        fc.pre(a.hits + b.hits > 0)
        const there = ratioScore(a, b)
        const back = ratioScore(b, a)
        const ratio = b.hits === 0 ? Infinity : a.hits / a.n / (b.hits / b.n)
        expect(there?.low).not.toBeNaN()
        expect(there?.high).not.toBeNaN()
        expect(there?.low).toBeLessThanOrEqual(ratio * (1 + 1e-9))
        expect(there?.high).toBeGreaterThanOrEqual(ratio * (1 - 1e-9))
        if (b.hits === 0) expect(there?.high).toBe(Infinity)
        else if (a.hits > 0) expect((there?.low ?? 0) * (back?.high ?? 0)).toBeCloseTo(1, 6)
      }),
    )
  })

  it('cover the truth about as often as they say', () => {
    const draw = drawer(seededRandom(3))
    const covered = { newcombe: 0, score: 0, log: 0, exact: 0 }
    const runs = 3000
    for (let run = 0; run < runs; run++) {
      const a = draw(60, 0.2)
      const b = draw(150, 0.35)
      const holds = (interval: { low: number; high: number } | undefined, truth: number) =>
        interval !== undefined && interval.low <= truth && truth <= interval.high ? 1 : 0
      covered.newcombe += holds(newcombe(a, b), -0.15)
      covered.score += holds(ratioScore(a, b), 0.2 / 0.35)
      covered.log += holds(ratioLogDelta(a, b), 0.2 / 0.35)
      covered.exact += holds(clopperPearson(a.hits, a.n), 0.2)
    }
    for (const approximate of [covered.newcombe, covered.score, covered.log]) {
      expect(Math.abs(approximate / runs - 0.95)).toBeLessThan(0.02)
    }
    expect(covered.exact / runs).toBeGreaterThan(0.94)
  })
})

describe('test of two shares', () => {
  it('is the chi-square test for common events and the conditional one for rare ones', () => {
    // Two cells of the contingency table [[120, 280], [100, 400]]: SciPy 1.17 without correction.
    expect(testShares({ hits: 120, n: 400 }, { hits: 100, n: 500 })).toBeCloseTo(0.000519, 5)
    // Three of 200 where 5000 had none: 2·P(X ≥ 3) for X ~ Binomial(3, 200/5200), SciPy 1.17.
    expect(testShares({ hits: 0, n: 5000 }, { hits: 3, n: 200 })).toBeCloseTo(2 * (200 / 5200) ** 3, 12)
    expect(testShares({ hits: 0, n: 0 }, { hits: 3, n: 200 })).toBeNull()
  })

  it('is a p-value, the same for hits and for misses', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const p = testShares(a, b)
        expect(p).toBeGreaterThan(0)
        expect(p).toBeLessThanOrEqual(1)
        const misses = testShares({ hits: a.n - a.hits, n: a.n }, { hits: b.n - b.hits, n: b.n })
        expect(p).toBeCloseTo(misses ?? Number.NaN, 9)
      }),
      {
        examples: [
          [
            { hits: 5, n: 8 },
            { hits: 0, n: 2 },
          ],
        ],
      },
    )
  })

  it('rejects no more than it says when nothing has moved, for rare events too', () => {
    const draw = drawer(seededRandom(5))
    for (const rate of [0.0005, 0.01, 0.2]) {
      let rejected = 0
      for (let run = 0; run < 4000; run++) {
        if ((testShares(draw(3000, rate), draw(300, rate)) ?? 1) <= 0.01) rejected++
      }
      expect(rejected / 4000, `at ${rate}`).toBeLessThan(0.0165)
    }
  })
})
