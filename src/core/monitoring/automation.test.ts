import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '#core/stats/random.ts'
import { judgeAutomation } from './automation.ts'
import {
  addAutomationCount,
  type AutomationCells,
  confidenceThresholds,
  emptyAutomationCells,
  mergeAutomationCells,
} from './automation-cells.ts'
import { cellOf } from './cell-of.ts'

type Row = { readonly confidence: number | null; readonly isWrong: boolean | null }

function count(rows: readonly Row[]): AutomationCells {
  const cells = emptyAutomationCells()
  for (const { confidence, isWrong } of rows) {
    const cell = confidence === null ? null : cellOf(confidenceThresholds, confidence) - 1
    addAutomationCount(cells, { cell, n: 1, known: isWrong === null ? 0 : 1, errors: isWrong === true ? 1 : 0 })
  }
  return cells
}
const judge = (rows: readonly Row[], errorMax?: number) =>
  judgeAutomation({ cells: count(rows), data: 'live', ...(errorMax === undefined ? {} : { errorMax }) })

/** Errors grow as confidence falls: wrong with probability (1 − confidence) · slope. */
function draw(n: number, random: ReturnType<typeof seededRandom>, slope: number): Row[] {
  return Array.from({ length: n }, () => {
    const confidence = random.uniform()
    return { confidence, isWrong: random.uniform() < (1 - confidence) * slope }
  })
}

describe('automation', () => {
  it('bounds the error that it promises to bound, in at least 95 % of samples', () => {
    const random = seededRandom(41)
    // Above a threshold t the error is (1 − t)·slope/2; whatever is recommended must keep to it.
    for (const [slope, n] of [
      [0.2, 1000],
      [0.5, 4000],
    ] as const) {
      let broken = 0
      let recommended = 0
      for (let run = 0; run < 300; run++) {
        const found = judge(draw(n, random, slope)).recommended
        if (found === null) continue
        recommended++
        if (((1 - found.threshold) * slope) / 2 > 0.05) broken++
      }
      expect(broken / 300).toBeLessThanOrEqual(0.07)
      expect(recommended / 300).toBeGreaterThan(0.6)
    }
  })

  it('keeps its promise also where every threshold is just too bad', () => {
    const random = seededRandom(42)
    let broken = 0
    for (let run = 0; run < 400; run++) {
      const rows = Array.from({ length: 800 }, () => ({
        confidence: random.uniform(),
        isWrong: random.uniform() < 0.0505,
      }))
      if (judge(rows).recommended !== null) broken++
    }
    expect(broken / 400).toBeLessThanOrEqual(0.07)
  })

  it('finds most of what could be automated', () => {
    const found = judge(draw(20_000, seededRandom(43), 0.4), 0.05).recommended
    // True error 5 % at the threshold .75.
    expect(found?.threshold).toBeGreaterThanOrEqual(0.75)
    expect(found?.coverage).toBeGreaterThan(0.18)
    expect(found?.errorUpper).toBeLessThanOrEqual(0.05)
    expect(judge(draw(20_000, seededRandom(44), 0.05)).recommended?.coverage).toBe(1)
  })

  it('recommends nothing from too few rows, or where the most confident are wrong, and says which', () => {
    const few = judge(draw(30, seededRandom(45), 0))
    expect(few.recommended).toBeNull()
    expect(few.why).toMatch(/^30 labelled rows .* too few .* about \d+ are needed/)
    const bad = judge(draw(1000, seededRandom(46), 1).map((row) => ({ ...row, isWrong: (row.confidence ?? 0) > 0.8 })))
    expect(bad.recommended).toBeNull()
    expect(bad.why).toMatch(/^Even among the \d+ most confident/)
    expect(judge([]).curve).toEqual([])
    expect(() => judge([], 0)).toThrow(RangeError)
  })

  it('counts rows without a confidence as never automatic', () => {
    const rows = draw(2000, seededRandom(47), 0.02)
    const found = judge([...rows, ...rows.map((row) => ({ ...row, confidence: null }))])
    expect(found.recommended?.coverage).toBe(0.5)
  })

  it('says minutes and money a month when it is told what a review costs', () => {
    const cells = count(draw(2000, seededRandom(48), 0.02))
    const found = judgeAutomation({
      cells,
      data: 'live',
      costs: { reviewMinutes: 3, costHour: 60, volumePerMonth: 1000 },
    }).recommended
    expect(found?.minutesSaved).toBeCloseTo(3000 * (found?.coverage ?? 0))
    expect(found?.moneySaved).toBeCloseTo(3000 * (found?.coverage ?? 0))
    expect(judgeAutomation({ cells, data: 'live', costs: { reviewMinutes: 3 } }).recommended?.minutesSaved).toBeNull()
  })

  it('has the same cells however rows are ordered and split, and a curve that only grows', () => {
    const row = fc.record({
      confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      isWrong: fc.option(fc.boolean()),
    })
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (first, second) => {
        const all = count([...first, ...second])
        expect(count([...second, ...first].toReversed())).toEqual(all)
        expect(mergeAutomationCells(count(second), count(first))).toEqual(all)
        const { curve } = judgeAutomation({ cells: all, data: 'live' })
        expect(
          curve.every(
            ({ n, coverage }, i) =>
              n >= (curve[i - 1]?.n ?? 0) && (coverage.value ?? 0) > (curve[i - 1]?.coverage.value ?? 0),
          ),
        ).toBe(true)
        expect(JSON.stringify(curve)).not.toMatch(/NaN/)
      }),
    )
  })
})
