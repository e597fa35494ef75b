// Between which values a metric of a chunk is as it always was: 3 standard deviations of the ESTIMATES on the reference's own chunks
// (they vary less than realised values, so that shifts are found which would drown in the noise of labels), and at least a floor away,
// below which a difference does not matter to anyone.
//
// From few chunks the standard deviation itself is uncertain: with k of them the factor is at least t(k−1; 99.5 %)·√(1 + 1/k), the
// 99 % prediction interval for one chunk more; from 17 chunks on that is below 3. Below five chunks it is at least what chance alone gives.

import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { momentsOf, standardDeviation } from '#core/stats/moments.ts'
import type { Metric } from './assessment.ts'
import { metricEnds } from './performance-values.ts'

export type Limits = { readonly low: number; readonly high: number }

export type LimitEvidence = {
  readonly metric: Metric
  /** Of the reference's chunks. */
  readonly values: readonly number[]
  /** Of the whole reference: the centre where there are no chunks. */
  readonly whole: number | null
  /** Standard error of a realised value in a chunk of the usual size. */
  readonly chunkError: number | null
  /** Differences below this do not matter, in units of the metric. */
  readonly floor: number
}

const chunksForSpread = 5

/** Undefined where neither chunks nor the whole say anything. */
export function alarmLimits({ metric, values, whole, chunkError, floor }: LimitEvidence): Limits | undefined {
  const moments = momentsOf(values)
  const k = values.length
  const centre = k >= 2 ? moments.mean : whole
  if (centre === null) return undefined
  const observed = standardDeviation(moments) ?? 0
  if (k < chunksForSpread && chunkError === null) return undefined
  const spread = k < chunksForSpread ? Math.max(observed, chunkError ?? 0) : observed
  const factor = k < chunksForSpread ? 3 : Math.max(3, tQuantile(0.995, k - 1) * Math.sqrt(1 + 1 / k))
  const reach = Math.max(factor * spread, floor)
  const ends = metricEnds[metric]
  return { low: Math.max(ends.low ?? -Infinity, centre - reach), high: Math.min(ends.high ?? Infinity, centre + reach) }
}
