import { describe, expect, it } from 'vitest'
import { sharedAbsent, sharedRows } from '../../../test/support/shared-data.ts'
import { seededRandom } from '#core/stats/random.ts'
import {
  constantAnswer,
  constantClass,
  judgeRival,
  judgeRivalErrors,
  majorityAnswer,
  majorityClass,
} from './baseline.ts'
import { mergeRivalCounts, mergeRivalErrors } from './baseline-counts.ts'
import { addClassRow, emptyClassCells } from './class-cells.ts'
import { addScoredRow, emptyScoredCells } from './scored-cells.ts'

const named = { name: 'majority', data: 'live' } as const

describe('rivals', () => {
  it.skipIf(sharedAbsent('elec2/elec.csv.gz'))(
    'says the last value right in 85.3 % of the electricity data, and lets nothing less beat it',
    () => {
      const labels = sharedRows('elec2/elec.csv.gz').map((row) => row['class'] === '1')
      const counts = { n: 0, modelRight: 0, rivalRight: 0, bothRight: 0 }
      // The model says always DOWN.
      for (const [i, label] of labels.entries()) {
        if (i === 0) continue
        counts.n++
        if (!label) counts.modelRight++
        if (label === labels[i - 1]) counts.rivalRight++
        if (!label && label === labels[i - 1]) counts.bothRight++
      }
      const found = judgeRival({ name: 'last-value', data: 'live' }, counts)
      expect(found?.rival.value).toBeCloseTo(0.8533, 4)
      expect(found?.model.value).toBeCloseTo(0.5755, 3)
      expect(found?.beaten).toBe(false)
    },
  )

  it('are beaten beyond chance only, and lose to nobody for lack of rows', () => {
    const counts = (n: number, onlyModel: number, onlyRival: number) => ({
      n,
      modelRight: n / 2 + onlyModel,
      rivalRight: n / 2 + onlyRival,
      bothRight: n / 2,
    })
    expect(judgeRival(named, counts(1000, 60, 20))?.beaten).toBe(true)
    expect(judgeRival(named, counts(40, 3, 1))?.beaten).toBeNull()
    expect(judgeRival(named, counts(1000, 20, 60))?.beaten).toBe(false)
    // The same answers as the rival on many rows: nothing is gained by it.
    expect(judgeRival(named, counts(10_000, 0, 0))?.beaten).toBe(false)
    expect(judgeRival(named, counts(20, 0, 0))?.beaten).toBeNull()
    expect(judgeRival(named, { n: 0, modelRight: 0, rivalRight: 0, bothRight: 0 })).toBeNull()
    expect(mergeRivalCounts(counts(40, 3, 1), counts(60, 1, 5))).toEqual({
      n: 100,
      modelRight: 54,
      rivalRight: 56,
      bothRight: 50,
    })
  })

  it('is called beaten without reason in at most 2.5 % of samples', () => {
    const random = seededRandom(3)
    let wrong = 0
    for (let run = 0; run < 1000; run++) {
      const counts = { n: 300, modelRight: 0, rivalRight: 0, bothRight: 0 }
      for (let i = 0; i < 300; i++) {
        const [model, rival] = [random.uniform() < 0.7, random.uniform() < 0.7]
        counts.modelRight += model ? 1 : 0
        counts.rivalRight += rival ? 1 : 0
        counts.bothRight += model && rival ? 1 : 0
      }
      if (judgeRival(named, counts)?.beaten === true) wrong++
    }
    expect(wrong / 1000).toBeLessThan(0.04)
  })

  it('always giving one answer is counted from the cells', () => {
    const cells = emptyScoredCells({ edges: [0.5], min: 0, max: 1 })
    const rows = [
      [true, true],
      [true, false],
      [false, false],
      [false, false],
      [false, true],
    ] as const
    for (const [predicted, positive] of rows) addScoredRow(cells, { score: 0.4, predicted, positive })
    addScoredRow(cells, { score: 0.4, predicted: true, positive: null })
    expect(majorityAnswer(cells)).toBe(false)
    expect(constantAnswer(cells, false)).toEqual({ n: 5, modelRight: 3, rivalRight: 3, bothRight: 2 })
    expect(constantAnswer(cells, true)).toEqual({ n: 5, modelRight: 3, rivalRight: 2, bothRight: 1 })
    const classes = emptyClassCells(['no', 'yes'], cells.scale)
    for (const [predicted, label] of rows) {
      addClassRow(classes, { predicted: Number(predicted), label: Number(label), score: null })
    }
    expect(majorityClass(classes)).toBe(0)
    expect(constantClass(classes, 0)).toEqual(constantAnswer(cells, false))
    expect(constantClass(classes, 1)).toEqual(constantAnswer(cells, true))
    expect(majorityAnswer(emptyScoredCells(cells.scale))).toBeNull()
  })

  it('of numbers are compared by the errors on the same rows', () => {
    const random = seededRandom(4)
    const errors = (n: number, model: number, rival: number) => {
      const sums = { n, modelAbsolute: 0, rivalAbsolute: 0, modelSquares: 0, rivalSquares: 0, differenceSquares: 0 }
      for (let i = 0; i < n; i++) {
        const shared = random.normal()
        const [a, b] = [Math.abs(model * shared), Math.abs(rival * shared + 0.1 * random.normal())]
        sums.modelAbsolute += a
        sums.rivalAbsolute += b
        sums.modelSquares += a * a
        sums.rivalSquares += b * b
        sums.differenceSquares += (a - b) ** 2
      }
      return sums
    }
    const judge = (sums: ReturnType<typeof errors>) => judgeRivalErrors({ name: 'mean', data: 'reference' }, sums)
    expect(judge(errors(500, 1, 1.5))?.beaten).toBe(true)
    expect(judge(errors(500, 1.5, 1))?.beaten).toBe(false)
    expect(judge(errors(5, 1, 1.01))?.beaten).toBeNull()
    expect(judge(errors(1, 1, 2))?.beaten).toBeNull()
    expect(judge(errors(0, 1, 2))).toBeNull()
    const halves = [errors(10, 1, 2), errors(20, 1, 2)] as const
    expect(mergeRivalErrors(...halves).n).toBe(30)
    expect(mergeRivalErrors(...halves).differenceSquares).toBe(
      halves[0].differenceSquares + halves[1].differenceSquares,
    )
  })
})
