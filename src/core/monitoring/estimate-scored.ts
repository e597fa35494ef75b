// Performance without labels for yes/no models, confidence-based (CBPE), from cells instead of rows.
//
// The reference says which share of each score cell was positive; made monotone by isotonic regression that is the calibrated
// probability p of the cell. A live cell of n rows then holds n·p positives and n·(1−p) negatives in expectation, and all metrics
// follow (NannyML, "Confidence-based performance estimation"). It holds as long as p does: no change of the relation between
// score and label, no scores and no regions that the reference never had. Whether that is so is judged in performance-trust.ts.
//
// What it may be wrong by: the calibration, from 200 isotonic fits on Poisson-bootstrapped reference cells; and sampling, since
// labels of n rows scatter around n·p (Poisson-binomial, by the delta method for ratios).

import { poissonBootstrap, seededRandom } from '#core/stats/random.ts'
import type { Metric } from './assessment.ts'
import { fitShares } from './calibration-fit.ts'
import { calibrationDraws, type EstimatedValues, referenceLabelsMin } from './estimate-values.ts'
import type { MetricValues } from './performance-values.ts'
import { scoreCellCount, type ScoredCells } from './scored-cells.ts'
import { flipInfluence } from './scored-influence.ts'
import { type Profile, scoredMetrics } from './scored-metrics.ts'
import { isProbability } from './scored-performance.ts'

export type ScoredCalibration = {
  /** P(positive) by cell. */
  readonly probabilities: Float64Array
  /** The same from bootstrapped references. */
  readonly resampled: readonly Float64Array[]
}

/**
 * `draws` 0 where only values are wanted. Null when the reference has too few labels, or too few of one kind: nothing is learned
 * from them. The seed makes the draws repeatable.
 */
export function fitScoredCalibration(
  reference: ScoredCells,
  options: { readonly seed: number; readonly draws?: number },
): ScoredCalibration | null {
  const cells = scoreCellCount(reference.scale)
  const positive = new Float64Array(cells)
  const negative = new Float64Array(cells)
  for (let i = 0; i < cells * 2; i++) {
    positive[i >> 1] = (positive[i >> 1] as number) + (reference.positive[i] as number)
    negative[i >> 1] = (negative[i >> 1] as number) + (reference.known[i] as number) - (reference.positive[i] as number)
  }
  const [positives, negatives] = [total(positive), total(negative)]
  if (positives + negatives < referenceLabelsMin || positives < 10 || negatives < 10) return null
  const random = seededRandom(options.seed)
  const resampled = Array.from({ length: options.draws ?? calibrationDraws }, () =>
    fitShares(poissonBootstrap(positive, random), poissonBootstrap(negative, random)),
  )
  return { probabilities: fitShares(positive, negative), resampled }
}

/** Over the rows that have a score. Empty when none has. Metrics that are not defined are absent. */
export function estimateScored(calibration: ScoredCalibration, cells: ScoredCells): EstimatedValues {
  const profile = expectedProfile(cells, calibration.probabilities)
  const values = defined(allMetrics(cells, profile), profile)
  const influence = flipInfluence(profile)
  const draws = calibration.resampled.map((p) => allMetrics(cells, expectedProfile(cells, p)))
  const result: EstimatedValues = {}
  for (const [metric, value] of Object.entries(values) as [Metric, number][]) {
    const slope = metric === 'brier' ? brierInfluence(cells, profile) : influence[metric]
    result[metric] = {
      value,
      calibrationVariance: variance(draws.map((draw) => draw[metric] ?? value)),
      samplingVariance: slope === undefined ? 0 : scatter(profile, slope),
    }
  }
  return result
}

function expectedProfile(cells: ScoredCells, probabilities: Float64Array): Profile {
  const positive = new Float64Array(cells.n.length)
  const negative = new Float64Array(cells.n.length)
  for (let i = 0; i < probabilities.length * 2; i++) {
    const p = probabilities[i >> 1] as number
    positive[i] = (cells.n[i] as number) * p
    negative[i] = (cells.n[i] as number) * (1 - p)
  }
  return { positive, negative }
}

function allMetrics(cells: ScoredCells, profile: Profile): MetricValues {
  const brier = isProbability(cells) ? expectedBrier(cells, profile) : null
  return { ...scoredMetrics(profile), ...(brier === null ? {} : { brier }) }
}

/** Each score at its cell's mean. */
function expectedBrier(cells: ScoredCells, profile: Profile): number | null {
  let [sum, n] = [0, 0]
  for (let i = 0; i < scoreCellCount(cells.scale) * 2; i++) {
    const rows = cells.n[i] as number
    if (rows === 0) continue
    const said = (cells.scoreSum[i] as number) / rows
    sum += (profile.positive[i] as number) * (1 - said) ** 2 + (profile.negative[i] as number) * said ** 2
    n += rows
  }
  return n === 0 ? null : sum / n
}

/** Fewer cases of either kind, and what is measured among them has no interval that means anything. */
const eventsMin = 5

function defined(values: MetricValues, { positive, negative }: Profile): MetricValues {
  if (Math.min(total(positive), total(negative)) >= eventsMin) return values
  const { accuracy, brier } = values
  return { ...(accuracy === undefined ? {} : { accuracy }), ...(brier === undefined ? {} : { brier }) }
}

function brierInfluence(cells: ScoredCells, profile: Profile): (place: number) => number {
  const n = total(profile.positive) + total(profile.negative)
  return (place) => (1 - (2 * (cells.scoreSum[place] as number)) / (cells.n[place] as number)) / n
}

function scatter({ positive, negative }: Profile, slope: (place: number) => number): number {
  let sum = 0
  for (let i = 0; i < positive.length; i++) {
    const n = (positive[i] as number) + (negative[i] as number)
    if (n > 0) sum += (((positive[i] as number) * (negative[i] as number)) / n) * slope(i) ** 2
  }
  return sum
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function variance(values: readonly number[]): number {
  if (values.length < 2) return 0
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}
