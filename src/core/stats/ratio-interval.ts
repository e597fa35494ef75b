// Intervals of the ratio of two independent proportions, first over second (a group's selection rate over another's).
//
// Log-delta: D. Katz et al., Biometrics 34 (1978) 469–474: exp(ln r ± z √((1−p1)/(n1 p1) + (1−p2)/(n2 p2))); needs hits on both sides.
// Score: the ratios that a score test at that ratio does not reject, with the variances at the constrained maximum of likelihood
// (Koopman, Biometrics 40 (1984) 513–517) and the factor n/(n−1) on them of Miettinen and Nurminen, Stat. Med. 4 (1985) 213–226. It holds
// its level for small counts and zeros; found by bisection, as it has no closed form.

import type { Share } from './difference-interval.ts'
import { type Interval, z95 } from './wilson.ts'

/** Undefined unless both have hits. */
export function ratioLogDelta(first: Share, second: Share, z: number = z95): Interval | undefined {
  check(first)
  check(second)
  if (first.hits === 0 || second.hits === 0) return undefined
  const p1 = first.hits / first.n
  const p2 = second.hits / second.n
  const half = z * Math.sqrt((1 - p1) / first.hits + (1 - p2) / second.hits)
  return { low: (p1 / p2) * Math.exp(-half), high: (p1 / p2) * Math.exp(half) }
}

/**
 * `high` is Infinity when the second has no hits. Undefined when either n is 0 or neither has hits: then any ratio fits.
 * Errors: RangeError for counts that are none.
 */
export function ratioScore(first: Share, second: Share, z: number = z95): Interval | undefined {
  check(first)
  check(second)
  if (first.n === 0 || second.n === 0 || (first.hits === 0 && second.hits === 0)) return undefined
  const point = second.hits === 0 ? Infinity : first.hits / first.n / (second.hits / second.n)
  const excess = (ratio: number) => scoreAt(ratio, first, second) - z * z
  return {
    low: first.hits === 0 ? 0 : bisect(excess, 0, finiteAbove(excess, point)),
    high: point === Infinity ? Infinity : bisectUp(excess, point),
  }
}

/** The score statistic at `ratio`: Pearson's chi-square with the constrained estimates, times (n−1)/n. */
function scoreAt(ratio: number, first: Share, second: Share): number {
  const { n: n1, hits: x1 } = first
  const { n: n2, hits: x2 } = second
  // p2 under p1 = ratio·p2: the smaller root of (n1+n2)·ratio·p² − (ratio(n1+x2) + x1 + n2)·p + (x1+x2) = 0.
  const a = ratio * (n1 + n2)
  const b = ratio * (n1 + x2) + x1 + n2
  const c = x1 + x2
  // Citardauq form: no cancellation when a is small.
  const p2 = Math.min(1, (2 * c) / (b + Math.sqrt(Math.max(0, b * b - 4 * a * c))))
  const p1 = Math.min(1, ratio * p2)
  const part = (x: number, n: number, p: number) => (p <= 0 || p >= 1 ? 0 : (x - n * p) ** 2 / (n * p * (1 - p)))
  const impossible = (p1 >= 1 && x1 < n1) || (p1 <= 0 && x1 > 0) || (p2 >= 1 && x2 < n2) || (p2 <= 0 && x2 > 0)
  const total = n1 + n2
  return impossible ? Infinity : (part(x1, n1, p1) + part(x2, n2, p2)) * ((total - 1) / total)
}

/** A ratio above the lower bound that is not rejected, to bisect from. */
function finiteAbove(excess: (ratio: number) => number, point: number): number {
  if (point !== Infinity) return point
  let ratio = 1
  while (excess(ratio) > 0 && ratio < 1e12) ratio *= 2
  return ratio
}

/** The root between `rejected` and `accepted`. */
function bisect(excess: (ratio: number) => number, rejected: number, accepted: number): number {
  let [outside, inside] = [rejected, accepted]
  for (let step = 0; step < 200 && Math.abs(outside - inside) > 1e-13 * inside; step++) {
    const middle = (outside + inside) / 2
    if (excess(middle) > 0) outside = middle
    else inside = middle
  }
  return (outside + inside) / 2
}

function bisectUp(excess: (ratio: number) => number, point: number): number {
  let outside = Math.max(point * 2, 1e-9)
  while (excess(outside) <= 0 && outside < 1e300) outside *= 2
  return bisect(excess, outside, point)
}

function check({ hits, n }: Share): void {
  if (!Number.isInteger(hits) || !Number.isInteger(n) || hits < 0 || hits > n) {
    throw new RangeError(`ratio: ${hits} of ${n} is no count`)
  }
}
