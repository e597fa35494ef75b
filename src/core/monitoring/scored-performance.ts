// How well a yes/no model did, where labels are known: every metric with a 95 % interval.
//
//   accuracy, precision, recall, specificity: Wilson. F1 = 2J/(1+J) with J = TP/(TP+FP+FN): given TP+FP+FN, TP is binomial, so
//   J has a Wilson interval and F1, which rises with J, has the image of it. ROC area: DeLong's variance (E. R. DeLong et al.,
//   Biometrics 44 (1988) 837–845) from cells, on the logit scale. Average precision: logit interval with τ = (P·AP(1−AP))^−½ for P
//   positives (K. Boyd, K. Eng, C. Page, ECML 2013). MCC: delta method on the four counts, on the scale of atanh. Brier: normal.

import { z95 } from '#core/stats/wilson.ts'
import type { Estimate, Metrics } from './assessment.ts'
import { around, aroundLogit, metricEnds, rate, unknown } from './performance-values.ts'
import { scoreCellCount, type ScoredCells } from './scored-cells.ts'
import { confusionOf, labelledProfile, type Confusion, type Profile, scoredMetrics } from './scored-metrics.ts'

/** Metrics that are not defined on these rows are absent; with no label at all the result is empty. */
export function scoredPerformance(cells: ScoredCells): Metrics {
  const profile = labelledProfile(cells)
  const values = scoredMetrics(profile)
  const { tp, fp, fn, tn } = confusionOf(profile)
  const jaccard = rate(tp, tp + fp + fn)
  const all: Metrics = {
    accuracy: rate(tp + tn, tp + fp + fn + tn),
    rocAuc: values.rocAuc === undefined ? unknown : rocArea(profile, values.rocAuc),
    f1: jaccard.value === null ? unknown : mapped(jaccard, (j) => (2 * j) / (1 + j)),
    precision: rate(tp, tp + fp),
    recall: rate(tp, tp + fn),
    specificity: rate(tn, tn + fp),
    averagePrecision:
      values.averagePrecision === undefined ? unknown : averagePrecision(profile, values.averagePrecision),
    mcc: values.mcc === undefined ? unknown : matthews(values.mcc, { tp, fp, fn, tn }),
    brier: brier(cells),
  }
  return Object.fromEntries(Object.entries(all).filter(([, estimate]) => estimate.value !== null))
}

function mapped({ value, low, high }: Estimate, map: (x: number) => number): Estimate {
  return {
    value: value === null ? null : map(value),
    low: low === null ? null : map(low),
    high: high === null ? null : map(high),
  }
}

/** Each positive's share of negatives below it has variance S10, each negative's share of positives above it S01. */
function rocArea(profile: Profile, area: number): Estimate {
  const rows = rankedRows(profile)
  const positives = rows.reduce((sum, { p }) => sum + p, 0)
  const negatives = rows.reduce((sum, { q }) => sum + q, 0)
  let [below, above, s10, s01] = [0, positives, 0, 0]
  for (const { p, q } of rows) {
    above -= p
    s10 += p * ((below + q / 2) / negatives - area) ** 2
    s01 += q * ((above + p / 2) / positives - area) ** 2
    below += q
  }
  if (positives < 2 || negatives < 2) return { value: area, low: null, high: null }
  const variance = s10 / (positives - 1) / positives + s01 / (negatives - 1) / negatives
  if (variance > 0) return aroundLogit(area, variance)
  // All scores in one cell order nothing: the variance of a rank sum without any order.
  if (area > 0 && area < 1) return aroundLogit(area, (positives + negatives + 1) / (12 * positives * negatives))
  // Perfect (or perfectly wrong) order has no spread in the sample: bounded as that many successes of the rarer class.
  const rarer = Math.min(positives, negatives)
  return { ...rate(area * rarer, rarer), value: area }
}

/** From the lowest score up. */
function rankedRows({ positive, negative }: Profile): { readonly p: number; readonly q: number }[] {
  const cells = positive.length / 2 - 1
  return Array.from({ length: cells }, (_, cell) => ({
    p: (positive[cell * 2] as number) + (positive[cell * 2 + 1] as number),
    q: (negative[cell * 2] as number) + (negative[cell * 2 + 1] as number),
  }))
}

function averagePrecision(profile: Profile, value: number): Estimate {
  const positives = rankedRows(profile).reduce((sum, { p }) => sum + p, 0)
  if (value <= 0 || value >= 1) return { ...rate(Math.round(value * positives), positives), value }
  return aroundLogit(value, (value * (1 - value)) / positives)
}

/** Delta method: variance Σ g²π/n − (Σ gπ)²/n with g the derivative by each share π. */
function matthews(value: number, { tp, fp, fn, tn }: Confusion): Estimate {
  if (Math.abs(value) >= 1) return { value, low: null, high: null }
  const n = tp + fp + fn + tn
  const [rows, columns] = [(tp + fp) * (tn + fn), (tp + fn) * (tn + fp)]
  const root = Math.sqrt(rows * columns)
  // ∂ of tp·tn − fp·fn, less value × ∂ of the logarithm of the root; the constant parts do not matter to a variance.
  const slope = (cross: number, row: number, column: number) =>
    (cross / root - (value / 2) * (row / rows + column / columns)) * n
  const slopes = [
    { count: tp, g: slope(tn, tn + fn, tn + fp) },
    { count: tn, g: slope(tp, tp + fp, tp + fn) },
    { count: fp, g: slope(-fn, tn + fn, tp + fn) },
    { count: fn, g: slope(-fp, tp + fp, tn + fp) },
  ]
  const mean = slopes.reduce((sum, { count, g }) => sum + (count / n) * g, 0)
  const variance = slopes.reduce((sum, { count, g }) => sum + (count / n) * (g - mean) ** 2, 0) / n
  const half = (z95 * Math.sqrt(variance)) / (1 - value * value)
  return { value, low: Math.tanh(Math.atanh(value) - half), high: Math.tanh(Math.atanh(value) + half) }
}

/** Σ(s − y)²/n, exact; its spread with each score at its cell's mean. Only of scores that lie in [0,1]. */
function brier(cells: ScoredCells): Estimate {
  if (!isProbability(cells)) return unknown
  let [n, sum, squares] = [0, 0, 0]
  for (let i = 0; i < scoreCellCount(cells.scale) * 2; i++) {
    const known = cells.known[i] as number
    if (known === 0) continue
    const positive = cells.positive[i] as number
    const said = (cells.knownScoreSum[i] as number) / known
    n += known
    sum += (cells.knownScoreSquares[i] as number) - 2 * (cells.positiveScoreSum[i] as number) + positive
    squares += positive * (1 - said) ** 4 + (known - positive) * said ** 4
  }
  if (n === 0) return unknown
  const value = Math.max(0, sum / n)
  return n < 2
    ? { value, low: null, high: null }
    : around(value, Math.max(0, squares / n - value * value) / (n - 1), metricEnds.brier)
}

/** Whether the scores can be read as probabilities: the reference's range lies in [0,1]. */
export function isProbability({ scale }: Pick<ScoredCells, 'scale'>): boolean {
  return scale.min >= 0 && scale.max <= 1
}
