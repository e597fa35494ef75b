// Were the arms of an experiment filled as they should be? May be asked after every subject.
//
// M. Lindon, A. Malek, "Anytime-valid inference for multinomial count data" (NeurIPS 2022): the Bayes factor of a Dirichlet-multinomial
// around the intended shares against exactly those shares is a martingale under them, so 1/factor is a p-value at any time.

import { lnGamma } from './ln-gamma.ts'

/** How firmly the alternative is held near the intended shares: finds deviations of some percent of a share. */
const concentration = 10_000

/** Over 1 speaks against the intended split. `shares` sum to 1, all above 0. Errors: RangeError otherwise. */
export function splitBayesFactor(counts: readonly number[], shares: readonly number[]): number {
  const whole = shares.reduce((sum, share) => sum + share, 0)
  if (counts.length !== shares.length || Math.abs(whole - 1) > 1e-9 || shares.some((share) => !(share > 0))) {
    throw new RangeError('split: one share above 0 for every arm, together 1')
  }
  const n = counts.reduce((sum, count) => sum + count, 0)
  let log = lnGamma(concentration) - lnGamma(n + concentration)
  for (const [arm, count] of counts.entries()) {
    const share = shares[arm] ?? 1
    log += lnGamma(count + share * concentration) - lnGamma(share * concentration) - count * Math.log(share)
  }
  return Math.exp(log)
}
