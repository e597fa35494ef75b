// What one label more or less does to a metric: the derivative by turning one negative of a cell into a positive. With labels drawn
// as Bernoulli(p) in each cell, the variance of a metric is Σ n p (1−p) g² (delta method).

import type { Metric } from './assessment.ts'
import { confusionOf, type Profile, scoredMetrics } from './scored-metrics.ts'

export type Influence = Partial<Record<Metric, (place: number) => number>>

/** `place` as in `Profile`. Only of metrics that are defined. */
export function flipInfluence(profile: Profile): Influence {
  const values = scoredMetrics(profile)
  const { tp, fp, fn, tn } = confusionOf(profile)
  const n = tp + fp + fn + tn
  /** One value where the model says no, one where it says yes. */
  const byPrediction = (whenNo: number, whenYes: number) => (place: number) => (place % 2 === 0 ? whenNo : whenYes)
  const precisionWeight = 2 * tp + fp + fn
  const [actual, others] = [tp + fn, tn + fp]
  const f1 = values.f1 ?? 0
  const mcc = values.mcc ?? 0
  const root = Math.sqrt((tp + fp) * (tn + fn) * actual * others)
  const logRoot = (others - actual) / (2 * actual * others)
  const ranking = rankingInfluence(profile)
  return {
    accuracy: byPrediction(-1 / n, 1 / n),
    f1: byPrediction(-f1 / precisionWeight, (2 - f1) / precisionWeight),
    precision: byPrediction(0, 1 / (tp + fp)),
    recall: byPrediction(-tp / actual ** 2, fn / actual ** 2),
    specificity: byPrediction(-fp / others ** 2, tn / others ** 2),
    mcc: byPrediction((-tp - fp) / root - mcc * logRoot, (tn + fn) / root - mcc * logRoot),
    rocAuc: (place) => ranking.area[place >> 1] ?? 0,
    averagePrecision: (place) => ranking.precision[place >> 1] ?? 0,
  }
}

/** By cell; the rows without a score have none. */
function rankingInfluence({ positive, negative }: Profile) {
  const cells = positive.length / 2 - 1
  const p = (cell: number) => (positive[cell * 2] as number) + (positive[cell * 2 + 1] as number)
  const q = (cell: number) => (negative[cell * 2] as number) + (negative[cell * 2 + 1] as number)
  let [positives, negatives] = [0, 0]
  for (let cell = 0; cell < cells; cell++) {
    positives += p(cell)
    negatives += q(cell)
  }
  const values = scoredMetrics({ positive, negative })
  const area = new Float64Array(cells)
  const precision = new Float64Array(cells)
  let [above, below, rows] = [0, negatives, positives + negatives]
  /** Σ over the cells below of positives per row at or above: what one more positive on top adds to their precision. */
  let gainBelow = 0
  for (let cell = cells - 1; cell >= 0; cell--) {
    below -= q(cell)
    const pairs = below + q(cell) / 2 - above - p(cell) / 2
    area[cell] = pairs / (positives * negatives) - (values.rocAuc ?? 0) * (1 / positives - 1 / negatives)
    above += p(cell)
  }
  for (let cell = 0; cell < cells; cell++) {
    const [m, mine] = [p(cell) + q(cell), p(cell)]
    const [middle, hits] = [rows - m / 2, above - mine / 2]
    const gain = middle > 0 ? mine / middle : 0
    precision[cell] =
      ((middle > 0 ? hits / middle : 0) + gainBelow + gain / 2 - (values.averagePrecision ?? 0)) / positives
    gainBelow += gain
    rows -= m
    above -= mine
  }
  return { area, precision }
}
