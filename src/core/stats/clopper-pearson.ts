// The exact binomial interval, where a bound must hold and not only be near: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934)
// 404–413, by the quantiles of the beta distribution.

import betaQuantile from '@stdlib/stats-base-dists-beta-quantile'
import type { Interval } from './wilson.ts'

/**
 * For `hits` of `n` at confidence 1 − `alpha`, alpha/2 on each side; a one-sided bound at confidence 1 − a is the same end of
 * the interval at alpha = 2a. Undefined when n is 0. Errors: RangeError for counts that are none.
 */
export function clopperPearson(hits: number, n: number, alpha = 0.05): Interval | undefined {
  if (!Number.isInteger(hits) || !Number.isInteger(n) || hits < 0 || hits > n || !(alpha > 0 && alpha < 1)) {
    throw new RangeError(`Clopper-Pearson: ${hits} of ${n} at alpha ${alpha}`)
  }
  if (n === 0) return undefined
  return {
    low: hits === 0 ? 0 : betaQuantile(alpha / 2, hits, n - hits + 1),
    high: hits === n ? 1 : betaQuantile(1 - alpha / 2, hits + 1, n - hits),
  }
}
