// The simplest rivals, on the same rows as the model: always the pilot's most frequent class (majority), the label of the row before
// (last value), always the pilot's mean (mean). A model that does not beat them is not worth its cost.
//
// Model and rival are right or wrong on the same rows, so the difference of their shares has a paired interval: with b rows that only
// the model got right and c that only the rival did, (b − c)/n ± z √(b + c − (b − c)²/n)/n after adding ½ to each of the four
// counts (A. Agresti, Y. Min, Stat. Med. 24 (2005) 729–740; McNemar's test inverted).

import { z95 } from '#core/stats/wilson.ts'
import type { PerformanceAssessment } from './assessment.ts'
import type { RivalCounts, RivalErrors } from './baseline-counts.ts'
import type { ClassCells } from './class-cells.ts'
import { around, rate } from './performance-values.ts'
import type { ScoredCells } from './scored-cells.ts'
import { confusionOf, labelledProfile } from './scored-metrics.ts'

export type Baseline = PerformanceAssessment['baselines'][number]
type Named = { readonly name: Baseline['name']; readonly data: Baseline['data'] }

/** Gains below this are none: a hundredth of accuracy, or of the rival's MAE. */
const gainMin = 0.01

/** `beaten`: true when the model is better beyond chance, false when it gains less than 0.01 at best, else null. Null without rows. */
export function judgeRival(named: Named, counts: RivalCounts): Baseline | null {
  const { n, modelRight, rivalRight, bothRight } = counts
  if (n === 0) return null
  const onlyModel = modelRight - bothRight + 0.5
  const onlyRival = rivalRight - bothRight + 0.5
  const rows = n + 2
  const gain = (onlyModel - onlyRival) / rows
  const half = (z95 * Math.sqrt(onlyModel + onlyRival - rows * gain * gain)) / rows
  return {
    ...named,
    metric: 'accuracy',
    model: rate(modelRight, n),
    rival: rate(rivalRight, n),
    n,
    beaten: verdict({ low: gain - half, high: gain + half }, gainMin),
  }
}

/** For numbers, by mean absolute error. Null without rows; with one row nothing is decided. */
export function judgeRivalErrors(named: Named, errors: RivalErrors): Baseline | null {
  const { n, modelAbsolute, rivalAbsolute, modelSquares, rivalSquares, differenceSquares } = errors
  if (n === 0) return null
  const varianceOfMean = (sum: number, squares: number) =>
    n < 2 ? Number.NaN : Math.max(0, squares / n - (sum / n) ** 2) / (n - 1)
  const gain = (rivalAbsolute - modelAbsolute) / n
  const half = z95 * Math.sqrt(varianceOfMean(rivalAbsolute - modelAbsolute, differenceSquares))
  return {
    ...named,
    metric: 'mae',
    model: around(modelAbsolute / n, varianceOfMean(modelAbsolute, modelSquares), { low: 0 }),
    rival: around(rivalAbsolute / n, varianceOfMean(rivalAbsolute, rivalSquares), { low: 0 }),
    n,
    beaten: n < 2 ? null : verdict({ low: gain - half, high: gain + half }, (gainMin * rivalAbsolute) / n),
  }
}

function verdict(gain: { readonly low: number; readonly high: number }, needed: number): boolean | null {
  if (gain.low > 0) return true
  return gain.high < needed ? false : null
}

/** Which answer was more frequent among the labels; null without labels. */
export function majorityAnswer(cells: ScoredCells): boolean | null {
  const { tp, fp, fn, tn } = confusionOf(labelledProfile(cells))
  return tp + fp + fn + tn === 0 ? null : tp + fn >= fp + tn
}

/** Counts of the rival that always gives this answer. */
export function constantAnswer(cells: ScoredCells, answer: boolean): RivalCounts {
  const { tp, fp, fn, tn } = confusionOf(labelledProfile(cells))
  return {
    n: tp + fp + fn + tn,
    modelRight: tp + tn,
    rivalRight: answer ? tp + fn : fp + tn,
    bothRight: answer ? tp : tn,
  }
}

/** Index of the most frequent label; null without labels. */
export function majorityClass(cells: ClassCells): number | null {
  const labels = new Map<number, number>()
  for (const [at, n] of cells.confusion) {
    const label = at % cells.classes.length
    labels.set(label, (labels.get(label) ?? 0) + n)
  }
  const most = [...labels].sort(([a, n], [b, m]) => m - n || a - b)[0]
  return most?.[0] ?? null
}

/** Counts of the rival that always gives this class. */
export function constantClass(cells: ClassCells, answer: number): RivalCounts {
  const size = cells.classes.length
  const counts = { n: 0, modelRight: 0, rivalRight: 0, bothRight: 0 }
  for (const [at, n] of cells.confusion) {
    const [predicted, label] = [Math.floor(at / size), at % size]
    counts.n += n
    if (predicted === label) counts.modelRight += n
    if (label === answer) counts.rivalRight += n
    if (label === answer && predicted === answer) counts.bothRight += n
  }
  return counts
}
