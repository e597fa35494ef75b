// Count, mean, sum of squared deviations, smallest and largest of a stream, in one pass and mergeable.
//
// B. P. Welford, Technometrics 4 (1962) 419–420; merging: T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a
// pairwise algorithm for computing sample variances", Stanford STAN-CS-79-773 (1979). Sums of squares would lose all digits
// where the mean is large beside the spread (timestamps, prices).

export type Moments = {
  readonly n: number
  /** 0 when n is 0. */
  readonly mean: number
  /** Sum of (x − mean)². */
  readonly m2: number
  /** Infinity when n is 0. */
  readonly min: number
  /** -Infinity when n is 0. */
  readonly max: number
}

export const noMoments: Moments = { n: 0, mean: 0, m2: 0, min: Infinity, max: -Infinity }

/** With one more finite value. Errors: RangeError for NaN and infinities, which would poison everything after them. */
export function addToMoments(moments: Moments, value: number): Moments {
  if (!Number.isFinite(value)) throw new RangeError(`moments: ${value} is not finite`)
  const n = moments.n + 1
  const delta = value - moments.mean
  const mean = moments.mean + delta / n
  return {
    n,
    mean,
    m2: moments.m2 + delta * (value - mean),
    min: Math.min(moments.min, value),
    max: Math.max(moments.max, value),
  }
}

export function momentsOf(values: Iterable<number>): Moments {
  let moments = noMoments
  for (const value of values) moments = addToMoments(moments, value)
  return moments
}

export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.n === 0) return b
  if (b.n === 0) return a
  const n = a.n + b.n
  const delta = b.mean - a.mean
  return {
    n,
    // Weighted so that merging a with b and b with a round alike.
    mean: (a.n * a.mean + b.n * b.mean) / n,
    m2: a.m2 + b.m2 + delta * delta * ((a.n * b.n) / n),
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  }
}

/** Of a sample (divides by n − 1); null below two values. */
export function variance(moments: Moments): number | null {
  return moments.n < 2 ? null : moments.m2 / (moments.n - 1)
}

export function standardDeviation(moments: Moments): number | null {
  const value = variance(moments)
  return value === null ? null : Math.sqrt(value)
}
