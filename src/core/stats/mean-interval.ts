// Student's interval of a mean: mean ± t(n−1) · s/√n ("Student", Biometrika 6 (1908) 1–25).

import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { type Moments, variance } from './moments.ts'
import type { Interval } from './wilson.ts'

/** Undefined below two values. */
export function meanInterval(moments: Moments, alpha = 0.05): Interval | undefined {
  const spread = variance(moments)
  if (spread === null) return undefined
  const half = tQuantile(1 - alpha / 2, moments.n - 1) * Math.sqrt(spread / moments.n)
  return { low: moments.mean - half, high: moments.mean + half }
}
