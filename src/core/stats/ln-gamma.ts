// The logarithm of the gamma function for positive arguments: Stirling's series (NIST DLMF 5.11.1), after moving the argument up to
// 10 by Γ(x+1) = xΓ(x), where seven terms give all digits of a double.

/** Bernoulli numbers B_2k / (2k(2k − 1)). */
const terms = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156]

/** Errors: RangeError for x ≤ 0 and NaN. */
export function lnGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`lnGamma: ${x} is not positive`)
  let product = 1
  let moved = x
  for (; moved < 10; moved++) product *= moved
  let series = 0
  let power = 1 / moved
  for (const term of terms) {
    series += term * power
    power /= moved * moved
  }
  return (moved - 0.5) * Math.log(moved) - moved + Math.log(2 * Math.PI) / 2 + series - Math.log(product)
}
