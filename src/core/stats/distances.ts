// How far two distributions over the same cells are apart: effect sizes, shown beside a test and never instead of one.
//
// All take counts or shares (they are normalised here), of one length and in one order. Sources: PSI is Jeffreys' divergence
// (H. Jeffreys, Proc. R. Soc. A 186 (1946) 453–461); Jensen-Shannon: J. Lin, IEEE Trans. Inf. Theory 37 (1991) 145–151, and as a
// metric its square root (Endres and Schindelin 2003); Kullback and Leibler 1951; Hellinger as in Pollard's normalisation (0..1).
// Each is null when one side is empty.

import { sumOfCounts } from './two-sample.ts'

type Counts = ArrayLike<number>

/**
 * Population stability index Σ (p − q) ln(p/q), in nats. An empty cell would make it infinite: with `smoothing` (0.5: Jeffreys'
 * prior) that much is added to every count; with `floor`, empty shares are set to it and nothing is renormalised, as Evidently does.
 */
export function psi(
  reference: Counts,
  live: Counts,
  empty: { readonly smoothing: number } | { readonly floor: number } = { smoothing: 0.5 },
): number | null {
  const pairs = 'floor' in empty ? shares(reference, live) : smoothedShares(reference, live, empty.smoothing)
  if (pairs === null) return null
  let sum = 0
  for (const pair of pairs) {
    const p = 'floor' in empty && pair.p === 0 ? empty.floor : pair.p
    const q = 'floor' in empty && pair.q === 0 ? empty.floor : pair.q
    if (p !== q) sum += (p - q) * Math.log(p / q)
  }
  return sum
}

/**
 * PSI less what chance alone gives at these sizes: (K − 1)(1/n + 1/m), its mean when nothing has moved. May be below 0, which
 * says: less apart than chance would have them. `cells`: K.
 */
export function correctPsi(value: number, cells: number, sizes: { readonly n: number; readonly m: number }): number {
  return value - Math.max(0, cells - 1) * (1 / sizes.n + 1 / sizes.m)
}

/** The metric √JSD to base 2: 0 for the same, 1 for nothing in common. In nats (`base: 'e'`) it ends at √ln 2. */
export function jensenShannon(reference: Counts, live: Counts, base: 2 | 'e' = 2): number | null {
  const pairs = shares(reference, live)
  if (pairs === null) return null
  let sum = 0
  for (const { p, q } of pairs) {
    const middle = (p + q) / 2
    if (p > 0) sum += (p / 2) * Math.log(p / middle)
    if (q > 0) sum += (q / 2) * Math.log(q / middle)
  }
  return Math.sqrt(Math.max(0, base === 2 ? sum / Math.LN2 : sum))
}

/** Σ p ln(p/q) in nats of live against reference; Infinity where live has what the reference lacks. */
export function kullbackLeibler(reference: Counts, live: Counts): number | null {
  const pairs = shares(reference, live)
  if (pairs === null) return null
  let sum = 0
  for (const { p, q } of pairs) if (p > 0) sum += p * Math.log(p / q)
  return Math.max(0, sum)
}

/** √(½ Σ (√p − √q)²), in [0,1]. */
export function hellinger(reference: Counts, live: Counts): number | null {
  const pairs = shares(reference, live)
  if (pairs === null) return null
  let sum = 0
  for (const { p, q } of pairs) sum += (Math.sqrt(p) - Math.sqrt(q)) ** 2
  return Math.sqrt(sum / 2)
}

/** The largest difference of any one share. */
export function lInfinity(reference: Counts, live: Counts): number | null {
  const pairs = shares(reference, live)
  return pairs === null ? null : pairs.reduce((most, { p, q }) => Math.max(most, Math.abs(p - q)), 0)
}

/** p of live, q of the reference. */
function shares(reference: Counts, live: Counts): { readonly p: number; readonly q: number }[] | null {
  return smoothedShares(reference, live, 0)
}

function smoothedShares(reference: Counts, live: Counts, smoothing: number) {
  const m = sumOfCounts(reference)
  const n = sumOfCounts(live)
  if (reference.length !== live.length) {
    throw new RangeError(`distance: ${reference.length} cells against ${live.length}`)
  }
  if (n === 0 || m === 0) return null
  const extra = smoothing * live.length
  return Array.from(live, (count, j) => ({
    p: (count + smoothing) / (n + extra),
    q: ((reference[j] ?? 0) + smoothing) / (m + extra),
  }))
}
