// Is a share the same in two samples? A p-value that holds for rare events too.
//
// Pearson's two-sample chi-square where all four counts expect 5 or more; else the conditional test: given the hits of both
// together, those of the second are binomial when the rates are equal (J. Przyborowski, H. Wilenski, Biometrika 31 (1940) 313–323).
// Rare events are Poisson, for which that is exact; the tail is doubled for both directions. Where hits are exactly as rare as
// misses, the less certain of the two answers holds, so that naming the events the other way round changes nothing.

import betainc from '@stdlib/math-base-special-betainc'
import type { Share } from './difference-interval.ts'
import { expectedMin, testCells } from './two-sample.ts'

/** In (0,1]; null when either n is 0. Errors: RangeError for hits beyond n. */
export function testShares(reference: Share, live: Share): number | null {
  if (reference.hits > reference.n || live.hits > live.n) throw new RangeError('shares: more hits than n')
  if (reference.n === 0 || live.n === 0) return null
  const hits = reference.hits + live.hits
  const misses = reference.n + live.n - hits
  const smaller = Math.min(reference.n, live.n) / (reference.n + live.n)
  if (Math.min(hits, misses) * smaller >= expectedMin) {
    const cells = ({ hits: count, n }: Share) => [count, n - count]
    return testCells(cells(reference), cells(live))?.pValue ?? null
  }
  const liveShare = live.n / (reference.n + live.n)
  const ofHits = () => conditional(live.hits, hits, liveShare)
  const ofMisses = () => conditional(live.n - live.hits, misses, liveShare)
  if (hits === misses) return Math.max(ofHits(), ofMisses())
  return hits < misses ? ofHits() : ofMisses()
}

/** Both tails of the `events` that fell on live, of all events together, where each falls there with `liveShare`. */
function conditional(ofLive: number, events: number, liveShare: number): number {
  const tail = Math.min(atLeast(ofLive, events, liveShare), atLeast(events - ofLive, events, 1 - liveShare))
  return Math.min(1, Math.max(2 * tail, Number.MIN_VALUE))
}

/** P(X ≥ hits) for a binomial, by the incomplete beta function (DLMF 8.17.5): exact in the far tail as well. */
function atLeast(hits: number, n: number, share: number): number {
  return hits <= 0 ? 1 : betainc(share, hits, n - hits + 1)
}
