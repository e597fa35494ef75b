import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parityAbsent, parityRows } from '../../../test/support/parity-data.ts'
import { seededRandom } from '#core/stats/random.ts'
import type { Metric } from './assessment.ts'
import { estimateScored, fitScoredCalibration } from './estimate-scored.ts'
import { addScoredRow, emptyScoredCells, type ScoredRow, type ScoreScale } from './scored-cells.ts'
import { flipInfluence } from './scored-influence.ts'
import { scoredMetrics } from './scored-metrics.ts'
import { scoredPerformance } from './scored-performance.ts'
import { scoreScale } from './scored-scale.ts'

const unit: ScoreScale = { edges: Array.from({ length: 199 }, (_, i) => (i + 1) / 200), min: 0, max: 1 }

function count(rows: readonly ScoredRow[], scale = unit) {
  const cells = emptyScoredCells(scale)
  for (const row of rows) addScoredRow(cells, row)
  return cells
}

describe('estimate without labels, yes/no', () => {
  // NannyML calibrates row by row, we cell by cell: sums over decisions agree to 4e-4, areas to 12e-4 (their own standard error is 47e-4).
  it.skipIf(parityAbsent)('is that of NannyML on the parity data', () => {
    const published: Partial<Record<Metric, readonly number[]>> = {
      rocAuc: [0.804935, 0.797577, 0.801147, 0.802556],
      f1: [0.736729, 0.73264, 0.739739, 0.73583],
      precision: [0.725552, 0.717811, 0.72342, 0.72418],
      recall: [0.748255, 0.748095, 0.75681, 0.747861],
      specificity: [0.707415, 0.692862, 0.688458, 0.702472],
      accuracy: [0.728174, 0.721078, 0.723897, 0.725661],
      averagePrecision: [0.805105, 0.798731, 0.807132, 0.803613],
    }
    const reference = parityRows('ref')
    const scale = scoreScale(reference.map(({ score, y }) => ({ score, n: 1, positive: y }))) ?? unit
    const rowOf = (r: (typeof reference)[number]) => ({
      score: r.score,
      predicted: r.decision === 1,
      positive: r.y === 1,
    })
    const calibration = fitScoredCalibration(count(reference.map(rowOf), scale), { seed: 1 })
    if (calibration === null) throw new Error('no calibration')
    const live = parityRows('ana').map(rowOf)
    for (let chunk = 0; chunk < 4; chunk++) {
      const rows = live.slice(chunk * 5000, (chunk + 1) * 5000)
      const found = estimateScored(calibration, count(rows, scale))
      const realised = scoredPerformance(count(rows, scale))
      for (const [metric, values] of Object.entries(published) as [Metric, readonly number[]][]) {
        const { value, calibrationVariance, samplingVariance } = found[metric] ?? fail(metric)
        const tolerance = metric === 'rocAuc' || metric === 'averagePrecision' ? 12e-4 : 4e-4
        expect(Math.abs(value - (values[chunk] ?? 0)), metric).toBeLessThan(tolerance)
        // And what came lies in the band.
        const band = 1.96 * Math.sqrt(calibrationVariance + samplingVariance)
        expect(Math.abs(value - (realised[metric]?.value ?? 0)), metric).toBeLessThan(band)
      }
    }
  })

  it('needs no labels, and is the same however its rows are ordered', () => {
    const random = seededRandom(3)
    const rows = Array.from({ length: 1000 }, () => draw(random.uniform(), random.uniform()))
    const calibration = fitScoredCalibration(count(rows), { seed: 5, draws: 20 })
    if (calibration === null) throw new Error('no calibration')
    const unlabelled = rows.map((row) => ({ ...row, positive: null }))
    const values = (cells: readonly ScoredRow[]) =>
      Object.values(estimateScored(calibration, count(cells))).map((estimate) => estimate.value)
    const [first, second] = [values(unlabelled), values(rows.toReversed())]
    for (const [i, value] of first.entries()) expect(second[i]).toBeCloseTo(value, 12)
  })

  it('learns nothing from fewer than 100 labels or 10 of a kind', () => {
    const row = (positive: boolean) => ({ score: 0.4, predicted: false, positive })
    const rows = (yes: number, no: number) => [
      ...Array.from({ length: yes }, () => row(true)),
      ...Array.from({ length: no }, () => row(false)),
    ]
    expect(fitScoredCalibration(count(rows(9, 991)), { seed: 1 })).toBeNull()
    expect(fitScoredCalibration(count(rows(49, 50)), { seed: 1 })).toBeNull()
    expect(fitScoredCalibration(count(rows(50, 50)), { seed: 1 })).not.toBeNull()
  })

  it('has no NaN for any rows', () => {
    const random = seededRandom(4)
    const reference = count(Array.from({ length: 500 }, () => draw(random.uniform(), random.uniform())))
    const calibration = fitScoredCalibration(reference, { seed: 6, draws: 10 })
    if (calibration === null) throw new Error('no calibration')
    const row = fc.record({
      score: fc.option(fc.double({ min: -1, max: 2, noNaN: true })),
      predicted: fc.boolean(),
      positive: fc.constant(null),
    })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 50 }), (rows) => {
        for (const { value, calibrationVariance, samplingVariance } of Object.values(
          estimateScored(calibration, count(rows)),
        )) {
          expect([value, calibrationVariance, samplingVariance].every(Number.isFinite)).toBe(true)
        }
      }),
    )
  })

  it('knows what one label more does to each metric', () => {
    const random = seededRandom(9)
    const sizes = Array.from({ length: 12 }, () => random.uniform() * 20 + 1)
    const positive = Float64Array.from(sizes, (n) => n * random.uniform())
    const negative = Float64Array.from(sizes, (n, i) => n - (positive[i] as number))
    const influence = flipInfluence({ positive, negative })
    // The last two places have no score. Average precision counts its own cell as evenly mixed: within a few percent.
    const ranking = new Set<Metric>(['rocAuc', 'averagePrecision'])
    for (const [metric, slope] of Object.entries(influence) as [Metric, (place: number) => number][]) {
      for (let place = 0; place < (ranking.has(metric) ? 10 : 12); place++) {
        const moved = (by: number) =>
          scoredMetrics({
            positive: positive.with(place, (positive[place] as number) + by),
            negative: negative.with(place, (negative[place] as number) - by),
          })[metric] ?? 0
        expect(slope(place), metric).toBeCloseTo(
          (moved(1e-5) - moved(-1e-5)) / 2e-5,
          metric === 'averagePrecision' ? 2 : 6,
        )
      }
    }
  })

  it('covers what is realised under covariate shift about as often as it says', () => {
    const random = seededRandom(21)
    const runs = 200
    const covered = { accuracy: 0, rocAuc: 0, f1: 0 }
    for (let run = 0; run < runs; run++) {
      const reference = Array.from({ length: 4000 }, () => draw(random.uniform(), random.uniform()))
      // Live scores crowd towards the middle; the relation of score and label stays.
      const live = Array.from({ length: 1000 }, () => draw(0.2 + 0.6 * random.uniform(), random.uniform()))
      const calibration = fitScoredCalibration(count(reference), { seed: run, draws: 50 })
      if (calibration === null) throw new Error('no calibration')
      const estimated = estimateScored(calibration, count(live.map((row) => ({ ...row, positive: null }))))
      const realised = scoredPerformance(count(live))
      for (const metric of Object.keys(covered) as (keyof typeof covered)[]) {
        const { value, calibrationVariance, samplingVariance } = estimated[metric] ?? fail(metric)
        const band = 1.96 * Math.sqrt(calibrationVariance + samplingVariance)
        if (Math.abs(value - (realised[metric]?.value ?? Number.NaN)) <= band) covered[metric]++
      }
    }
    for (const hits of Object.values(covered)) expect(hits / runs).toBeGreaterThan(0.9)
    for (const hits of Object.values(covered)) expect(hits / runs).toBeLessThan(0.99)
  })
})

/** A row whose score u says too much: the label is positive with probability u². */
function draw(u: number, v: number): ScoredRow {
  return { score: u, predicted: u > 0.6, positive: v < u * u }
}

function fail(metric: string): never {
  throw new Error(`${metric} is missing`)
}
