// The metrics of a yes/no model from its cells, given how many positives and negatives each cell holds. The same formulas serve
// labels that are known (counts) and labels that are estimated (rows × calibrated probability): what differs is who fills the profile.

import type { MetricValues } from './performance-values.ts'
import type { ScoredCells } from './scored-cells.ts'

/** Index as in `ScoredCells`: cell * 2 + (predicted positive ? 1 : 0), the last two without a score. Fractions allowed. */
export type Profile = { readonly positive: Float64Array; readonly negative: Float64Array }

/** Of the rows whose label is known. */
export function labelledProfile(cells: ScoredCells): Profile {
  return { positive: cells.positive, negative: cells.known.map((n, i) => n - (cells.positive[i] as number)) }
}

export type Confusion = { readonly tp: number; readonly fp: number; readonly fn: number; readonly tn: number }

export function confusionOf({ positive, negative }: Profile): Confusion {
  let [tp, fp, fn, tn] = [0, 0, 0, 0]
  for (let i = 0; i < positive.length; i += 2) {
    fn += positive[i] as number
    tn += negative[i] as number
    tp += positive[i + 1] as number
    fp += negative[i + 1] as number
  }
  return { tp, fp, fn, tn }
}

/** All but Brier, which needs the scores themselves. What is not defined (no positives, no score) is absent. */
export function scoredMetrics(profile: Profile): MetricValues {
  const { tp, fp, fn, tn } = confusionOf(profile)
  const ranking = rankingMetrics(profile)
  return {
    ...share('accuracy', tp + tn, tp + fp + fn + tn),
    ...ranking,
    ...share('f1', 2 * tp, 2 * tp + fp + fn),
    ...share('precision', tp, tp + fp),
    ...share('recall', tp, tp + fn),
    ...share('specificity', tn, tn + fp),
    ...share('mcc', tp * tn - fp * fn, Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))),
  }
}

function share(name: keyof MetricValues, part: number, whole: number): MetricValues {
  return whole > 0 ? { [name]: part / whole } : {}
}

/**
 * ROC area by the trapezoid over cells from the highest score down. Average precision as the area under precision over recall, with
 * positives and negatives of one cell evenly mixed: what random order of equal scores gives on average.
 */
function rankingMetrics({ positive, negative }: Profile): MetricValues {
  const scored = positive.length - 2
  let [positives, negatives, area, precision] = [0, 0, 0, 0]
  for (let i = scored - 2; i >= 0; i -= 2) {
    const p = (positive[i] as number) + (positive[i + 1] as number)
    const q = (negative[i] as number) + (negative[i + 1] as number)
    area += q * (positives + p / 2)
    precision += precisionWithin({ positives, rows: positives + negatives, p, m: p + q })
    positives += p
    negatives += q
  }
  return {
    ...share('rocAuc', area, positives * negatives),
    ...share('averagePrecision', precision, positives),
  }
}

/** ∫₀¹ p (positives + p x) / (rows + m x) dx. */
function precisionWithin(at: { positives: number; rows: number; p: number; m: number }): number {
  const { positives, rows, p, m } = at
  if (p <= 0) return 0
  const slope = p / m
  if (rows <= 0) return p * slope
  return p * (slope + ((positives - rows * slope) / m) * Math.log1p(m / rows))
}
