// Values with intervals, as all of performance states them: 95 %, two-sided; nulls where there is nothing to say.

import { wilson, z95 } from '#core/stats/wilson.ts'
import type { Estimate, Metric } from './assessment.ts'

export const unknown: Estimate = { value: null, low: null, high: null }

/** Only what is defined: a metric without a value is absent. */
export type MetricValues = Partial<Record<Metric, number>>

/** A share with its Wilson interval; unknown for nothing of nothing. */
export function rate(hits: number, n: number): Estimate {
  const interval = wilson(hits, n)
  return interval === undefined ? unknown : { value: hits / n, ...interval }
}

/** value ± z·√variance, cut off where the metric ends. Unknown unless both are finite. */
export function around(value: number, variance: number, ends: Ends = {}): Estimate {
  if (!Number.isFinite(value)) return unknown
  if (!(variance >= 0 && variance < Infinity)) return { value, low: null, high: null }
  const half = z95 * Math.sqrt(variance)
  return {
    value,
    low: Math.max(ends.low ?? -Infinity, value - half),
    high: Math.min(ends.high ?? Infinity, value + half),
  }
}
export type Ends = { readonly low?: number; readonly high?: number }

/** Where each metric ends. */
export const metricEnds: Readonly<Record<Metric, Ends>> = {
  accuracy: { low: 0, high: 1 },
  rocAuc: { low: 0, high: 1 },
  f1: { low: 0, high: 1 },
  precision: { low: 0, high: 1 },
  recall: { low: 0, high: 1 },
  specificity: { low: 0, high: 1 },
  averagePrecision: { low: 0, high: 1 },
  mcc: { low: -1, high: 1 },
  brier: { low: 0, high: 1 },
  mae: { low: 0 },
  rmse: { low: 0 },
  bias: {},
  r2: { high: 1 },
}

/**
 * On the logit scale, where the interval of a value in (0,1) is closer to normal and cannot leave it (M. S. Pepe, "The Statistical
 * Evaluation of Medical Tests", 2003, §5.2). `variance` of the value itself.
 */
export function aroundLogit(value: number, variance: number): Estimate {
  const half = (z95 * Math.sqrt(variance)) / (value * (1 - value))
  if (!Number.isFinite(half)) return { value, low: null, high: null }
  const logit = Math.log(value / (1 - value))
  return { value, low: 1 / (1 + Math.exp(half - logit)), high: 1 / (1 + Math.exp(-half - logit)) }
}
