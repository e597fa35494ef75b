import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parityAbsent, parityRows } from '../../../test/support/parity-data.ts'
import { seededRandom } from '#core/stats/random.ts'
import { judgeCalibration } from './calibration.ts'
import { addBet, betEvidence, type Bets, mergeBets, noBets } from './calibration-bets.ts'
import { calibrationOfClasses, calibrationOfScored } from './calibration-cells.ts'
import { addClassRow, emptyClassCells } from './class-cells.ts'
import { addScoredRow, emptyScoredCells, type ScoreScale } from './scored-cells.ts'

const unit: ScoreScale = { edges: Array.from({ length: 199 }, (_, i) => (i + 1) / 200), min: 0, max: 1 }
type Row = { readonly score: number; readonly came: boolean }

function judge(rows: readonly Row[], scale = unit) {
  const cells = emptyScoredCells(scale)
  let bets = noBets
  for (const { score, came } of rows) {
    addScoredRow(cells, { score, predicted: score > 0.5, positive: came })
    if (score >= 0 && score <= 1) bets = addBet(bets, score, came)
  }
  return judgeCalibration({ data: 'live', scale, cells: calibrationOfScored(cells), bets, seed: 1 })
}

/** Rows whose truth is `truth(score)`. */
function rows(n: number, random: ReturnType<typeof seededRandom>, truth: (score: number) => number): Row[] {
  return Array.from({ length: n }, () => {
    const score = random.uniform()
    return { score, came: random.uniform() < truth(score) }
  })
}

describe('bets against a score', () => {
  const bet = fc.record({ score: fc.double({ min: 0, max: 1, noNaN: true }), came: fc.boolean() })
  const place = (of: readonly Row[]) => of.reduce<Bets>((bets, { score, came }) => addBet(bets, score, came), noBets)

  it('win the same in any order and however they are added up', () => {
    fc.assert(
      fc.property(fc.array(bet), fc.array(bet), (first, second) => {
        const all = place([...first, ...second])
        for (const other of [place([...second, ...first].toReversed()), mergeBets(place(second), place(first))]) {
          expect(other.n).toBe(all.n)
          for (const [i, log] of all.logWealth.entries()) expect(other.logWealth[i]).toBeCloseTo(log, 9)
        }
      }),
    )
  })

  it('are the product that is written down', () => {
    const wealth = [-0.5, -0.25, -0.1, 0.1, 0.25, 0.5].map((l) => (1 + l * 0.7) * (1 + l * -0.2))
    expect(betEvidence(addBet(addBet(noBets, 0.3, true), 0.2, false))).toBeCloseTo(
      wealth.reduce((a, b) => a + b, 0) / 6,
      12,
    )
    expect(betEvidence(noBets)).toBeNull()
    expect(() => addBet(noBets, 1.2, true)).toThrow(RangeError)
  })

  it('refute a true score in at most 5 % of samples, and one that is off by 3 points in nearly all', () => {
    const random = seededRandom(13)
    let [alarms, found] = [0, 0]
    for (let run = 0; run < 200; run++) {
      if ((betEvidence(place(rows(1000, random, (p) => p))) ?? 0) >= 20) alarms++
      const off = rows(5000, random, (p) => p).map(({ score, came }) => ({ score: Math.max(0, score - 0.03), came }))
      if ((betEvidence(place(off)) ?? 0) >= 20) found++
    }
    expect(alarms / 200).toBeLessThanOrEqual(0.05)
    expect(found / 200).toBeGreaterThan(0.9)
  })

  it('stay finite whatever they win', () => {
    expect(betEvidence({ n: 1e9, logWealth: [1e6, 0, 0, 0, 0, -1e6] })).toBeLessThan(Infinity)
  })
})

describe('calibration', () => {
  it('holds for a score that means what it says, in nearly all samples', () => {
    const random = seededRandom(14)
    const verdicts = Array.from({ length: 100 }, () => judge(rows(2000, random, (p) => p))?.verdict)
    expect(verdicts.filter((verdict) => verdict === 'holds').length).toBeGreaterThanOrEqual(98)
  })

  it('finds scores that are too extreme, which no bet in one direction wins against, and proposes a better score', () => {
    const random = seededRandom(15)
    const found = judge(rows(5000, random, (p) => 0.25 + p / 2))
    expect(found?.verdict).toBe('miscalibrated')
    expect(found?.ece).toBeCloseTo(0.125, 1)
    expect(found?.recalibrated?.ece).toBeLessThan(0.04)
    const map = found?.recalibrated?.map ?? []
    expect(
      map.every(
        ({ score, calibrated }, i) =>
          i === 0 || (score >= (map[i - 1]?.score ?? 0) && calibrated >= (map[i - 1]?.calibrated ?? 0)),
      ),
    ).toBe(true)
    expect(map.find(({ score }) => score > 0.9)?.calibrated).toBeGreaterThan(0.6)
    expect(found?.gaps).toHaveLength(10)
    expect(found?.gaps[0]?.gap).toBeGreaterThan(0.15)
    expect(found?.gaps[9]?.gap).toBeLessThan(-0.15)
  })

  it('proposes nothing where nothing is gained', () => {
    expect(judge(rows(5000, seededRandom(16), (p) => p))?.recalibrated).toBeUndefined()
  })

  it('says too little with fewer than 500 labels, unless they refute it, and nothing of what is no probability', () => {
    const random = seededRandom(18)
    expect(judge(rows(100, random, (p) => p))?.verdict).toBe('insufficient')
    expect(judge(rows(300, random, (p) => 1 - p))?.verdict).toBe('miscalibrated')
    expect(judge([])).toMatchObject({ n: 0, ece: null, verdict: 'insufficient', evidence: null })
    expect(judge([], { ...unit, max: 7 })).toBeNull()
  })

  it.skipIf(parityAbsent)('of the parity data needs recalibration, as NannyML says', () => {
    const found = judge(parityRows('ref').map(({ score, y }) => ({ score, came: y === 1 })))
    expect(found?.recalibrated).toBeDefined()
    expect(found?.recalibrated?.ece).toBeLessThan(found?.ece ?? 0)
  })

  it('of several classes is that of the confidence in the predicted one', () => {
    const random = seededRandom(19)
    const scored = emptyScoredCells(unit)
    const classes = emptyClassCells(['a', 'b', 'c'], unit)
    for (const { score, came } of rows(300, random, (p) => p)) {
      addScoredRow(scored, { score, predicted: true, positive: came })
      const predicted = random.integer(3)
      addClassRow(classes, { predicted, label: came ? predicted : (predicted + 1) % 3, score })
    }
    const [first, second] = [calibrationOfScored(scored), calibrationOfClasses(classes)]
    expect(second.map(({ cell, n, came }) => ({ cell, n, came }))).toEqual(
      first.map(({ cell, n, came }) => ({ cell, n, came })),
    )
  })
})
