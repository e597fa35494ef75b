// Bounds on a sum that hold at every moment at once, so that one may look as often as one likes.
//
// S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Ann. Stat. 49 (2021)
// 1055–1080. With intrinsic time v (the variance so far), the sum stays below u(v) for ever with probability 1 − alpha. `vBest` is the v
// at which the bound is tightest: give the one that is expected when the decision falls; far off it widens (2000 rows at a rate
// of 0.21: a lower bound of 0.169 with 1, of 0.178 with 320).

import gammainc from '@stdlib/math-base-special-gammainc'
import { lnGamma } from './ln-gamma.ts'

export type MixtureSetting = { readonly alpha: number; readonly vBest: number }

/** Two-sided, for sub-Gaussian sums: |sum| ≤ √((v + ρ)(ln((v + ρ)/ρ) + 2 ln(1/α))). */
export function normalMixtureBound(v: number, { alpha, vBest }: MixtureSetting): number {
  const rho = bestRho(alpha, vBest)
  return Math.sqrt((v + rho) * (Math.log1p(v / rho) + 2 * Math.log(1 / alpha)))
}

/**
 * One-sided, for sums of terms that are at most 1 above their mean (sub-exponential with scale 1), such as losses in [0,1] against
 * a prediction from the past. The root s of the log-supermartingale L(s, v) = ln(1/α), by bisection: L rises in s.
 */
export function gammaExponentialBound(v: number, { alpha, vBest }: MixtureSetting): number {
  const rho = bestRho(2 * alpha, vBest)
  const threshold = Math.log(1 / alpha)
  let high = 1
  while (gammaExponential(high, v, rho) < threshold) high *= 2
  let low = 0
  for (let step = 0; step < 200 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2
    if (gammaExponential(middle, v, rho) < threshold) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** L(s, v) with scale c = 1 and the mixing parameter ρ. */
function gammaExponential(s: number, v: number, rho: number): number {
  const lnP = (a: number, x: number) => Math.log(gammainc(x, a, true, false))
  return (
    rho * Math.log(rho) -
    lnGamma(rho) -
    lnP(rho, rho) +
    lnGamma(v + rho) +
    lnP(v + rho, s + v + rho) -
    (v + rho) * Math.log(s + v + rho) +
    s +
    v
  )
}

/** Which ρ makes the bound tightest at `vBest`, up to a small constant. */
function bestRho(alpha: number, vBest: number): number {
  if (!(alpha > 0 && alpha < 1) || !(vBest > 0)) throw new RangeError(`mixture bound: alpha ${alpha}, vBest ${vBest}`)
  const log = 2 * Math.log(1 / alpha)
  return vBest / (log + Math.log1p(log))
}
