import { describe, expect, it } from 'vitest'
import { sharedAbsent, sharedRows } from '../../../test/support/shared-data.ts'
import { seededRandom } from '#core/stats/random.ts'
import { addClassRow, type ClassRow, emptyClassCells } from './class-cells.ts'
import { classPerformance } from './class-performance.ts'
import { estimateClasses, fitClassCalibration } from './estimate-class.ts'
import type { ScoreScale } from './scored-cells.ts'
import { scoreScale } from './scored-scale.ts'

const names = ['a', 'b', 'c', 'd']
const unit: ScoreScale = { edges: Array.from({ length: 199 }, (_, i) => (i + 1) / 200), min: 0, max: 1 }
function count(rows: readonly ClassRow[], classes = names, scale = unit) {
  const cells = emptyClassCells(classes, scale)
  for (const row of rows) addClassRow(cells, row)
  return cells
}
const blind = (rows: readonly ClassRow[]) => rows.map((row) => ({ ...row, label: null }))

/** Right with probability score²; a wrong answer usually hides the next class. */
function draw(random: ReturnType<typeof seededRandom>, low: number): ClassRow {
  const predicted = random.integer(4)
  const score = low + (1 - low) * random.uniform()
  const hidden = (predicted + (random.uniform() < 0.8 ? 1 : 2)) % 4
  return { predicted, score, label: random.uniform() < score * score ? predicted : hidden }
}

describe('estimate without labels, several classes', () => {
  it('covers what is realised when confidence shifts, about as often as it says', () => {
    const random = seededRandom(61)
    const runs = 120
    const covered = { accuracy: 0, f1: 0, precision: 0, recall: 0, mcc: 0 }
    for (let run = 0; run < runs; run++) {
      const calibration = fitClassCalibration(count(Array.from({ length: 4000 }, () => draw(random, 0.5))), {
        seed: run,
        draws: 30,
      })
      if (calibration === null) throw new Error('no calibration')
      const live = Array.from({ length: 800 }, () => draw(random, 0.65))
      const estimated = estimateClasses(calibration, count(blind(live)))
      const realised = classPerformance(count(live))
      for (const metric of Object.keys(covered) as (keyof typeof covered)[]) {
        const said = estimated[metric]
        const band = 1.96 * Math.sqrt((said?.calibrationVariance ?? 0) + (said?.samplingVariance ?? 0))
        if (Math.abs((said?.value ?? 9) - (realised[metric]?.value ?? -9)) <= band) covered[metric]++
      }
    }
    for (const [metric, hits] of Object.entries(covered)) {
      expect(hits / runs, metric).toBeGreaterThan(0.88)
      expect(hits / runs, metric).toBeLessThan(0.995)
    }
  })

  it('says nothing without mistakes to learn from', () => {
    const right = Array.from({ length: 500 }, (_, i) => ({ predicted: i % 4, label: i % 4, score: 0.9 }))
    expect(fitClassCalibration(count(right), { seed: 1 })).toBeNull()
    expect(fitClassCalibration(count([]), { seed: 1 })).toBeNull()
  })

  it.skipIf(sharedAbsent('hint3_sofmattress/preds/bert.csv'))(
    'of one half of the HINT3 messages foretells the other',
    () => {
      const answers = sharedRows('hint3_sofmattress/preds/bert.csv')
      const classes = [...new Set(answers.flatMap((row) => [row['label'] ?? '', row['predicted_node'] ?? '']))]
      const rows = answers.map((row) => ({
        predicted: classes.indexOf(row['predicted_node'] ?? ''),
        label: classes.indexOf(row['label'] ?? ''),
        score: Number(row['predicted_node_score']),
      }))
      const [even, odd] = [rows.filter((_, i) => i % 2 === 0), rows.filter((_, i) => i % 2 === 1)]
      const scale = scoreScale(even.map(({ score }) => ({ score, n: 1, positive: 0 }))) ?? unit
      const calibration = fitClassCalibration(count(even, classes, scale), { seed: 1 })
      if (calibration === null) throw new Error('no calibration')
      const said = estimateClasses(calibration, count(blind(odd), classes, scale)).accuracy
      const came = classPerformance(count(odd, classes, scale)).accuracy?.value ?? 0
      const band = 1.96 * Math.sqrt((said?.calibrationVariance ?? 0) + (said?.samplingVariance ?? 0))
      expect(Math.abs((said?.value ?? 0) - came)).toBeLessThan(band)
    },
  )

  it('is finite where live rows are so sure that the classes behind wrong answers are not expected at all', () => {
    const sure = (predicted: number): ClassRow => ({ predicted, score: 0.9, label: predicted })
    const unsure = (predicted: number, at: number): ClassRow => ({
      predicted,
      score: 0.3,
      label: at % 2 === 0 ? predicted : 3,
    })
    const pilot = [0, 1, 2].flatMap((predicted) =>
      Array.from({ length: 100 }, (_, at) => (at < 50 ? sure(predicted) : unsure(predicted, at))),
    )
    const calibration = fitClassCalibration(count(pilot), { seed: 1, draws: 20 })
    if (calibration === null) throw new Error('no calibration')
    const estimated = estimateClasses(calibration, count(blind(Array.from({ length: 90 }, (_, at) => sure(at % 3)))))
    expect(estimated.accuracy?.value).toBeCloseTo(1, 6)
    for (const { value, calibrationVariance, samplingVariance } of Object.values(estimated)) {
      expect([value, calibrationVariance, samplingVariance].every(Number.isFinite)).toBe(true)
    }
  })
})
