// The Wilson score interval for a proportion.
//
// E. B. Wilson, "Probable inference, the law of succession, and statistical inference", J. Am. Stat. Assoc. 22 (1927) 209–212.
// Unlike the textbook interval p ± z·√(p(1−p)/n) it stays inside [0,1] and holds its level for small n and p near 0 or 1:
//
//   centre = (p + z²/2n) / (1 + z²/n),   half = z / (1 + z²/n) · √( p(1−p)/n + z²/4n² )

export type Interval = { readonly low: number; readonly high: number }

/** The normal quantile of a two-sided 95 % interval. */
export const z95 = 1.959963984540054

/** For `hits` of `n`. Undefined when n is 0: nothing is known. Errors: RangeError for counts that are none. */
export function wilson(hits: number, n: number, z: number = z95): Interval | undefined {
  if (!Number.isInteger(hits) || !Number.isInteger(n) || hits < 0 || hits > n) {
    throw new RangeError(`wilson: ${hits} of ${n} is no count`)
  }
  if (n === 0) return undefined
  const p = hits / n
  const spread = (z * z) / n
  const centre = (p + spread / 2) / (1 + spread)
  const half = (z / (1 + spread)) * Math.sqrt((p * (1 - p)) / n + spread / (4 * n))
  // At the ends the formula gives 0 and 1 exactly; rounding may miss them by an ulp.
  return { low: hits === 0 ? 0 : Math.max(0, centre - half), high: hits === n ? 1 : Math.min(1, centre + half) }
}
