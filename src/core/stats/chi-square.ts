// The upper tail of the chi-square distribution: the p-value of every cell test.
//
// P(X² ≥ x) with df degrees of freedom = Q(df/2, x/2), the upper regularised incomplete gamma function (NIST DLMF 8.4.15). It is
// asked for as the upper part: 1 − P would collapse to 0 beyond 1e-16, and then columns could no longer be ranked.

import gammainc from '@stdlib/math-base-special-gammainc'

/**
 * In (0,1]. With no degrees of freedom nothing can deviate: 1. Errors: RangeError for a negative or NaN statistic or df.
 * What underflows (x beyond about 1400) is the smallest double above 0, never 0: a p-value of 0 claims certainty.
 */
export function chiSquareTail(statistic: number, df: number): number {
  if (!(statistic >= 0) || !(df >= 0)) throw new RangeError(`chi-square: statistic ${statistic}, df ${df}`)
  if (df === 0 || statistic === 0) return 1
  if (statistic === Infinity) return Number.MIN_VALUE
  const tail = gammainc(statistic / 2, df / 2, true, true)
  return Math.min(1, Math.max(tail, Number.MIN_VALUE))
}
