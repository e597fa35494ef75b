// Interval of the difference of two independent proportions, first minus second: R. G. Newcombe, Stat. Med. 17 (1998) 873–890,
// method 10, the square-and-add combination of two Wilson intervals. Stays within [-1,1] and holds its level for small counts.

import { type Interval, wilson, z95 } from './wilson.ts'

export type Share = { readonly hits: number; readonly n: number }

/** Undefined when either n is 0. Errors: RangeError for counts that are none. */
export function newcombe(first: Share, second: Share, z: number = z95): Interval | undefined {
  const a = wilson(first.hits, first.n, z)
  const b = wilson(second.hits, second.n, z)
  if (a === undefined || b === undefined) return undefined
  const pa = first.hits / first.n
  const pb = second.hits / second.n
  return {
    low: pa - pb - Math.hypot(pa - a.low, b.high - pb),
    high: pa - pb + Math.hypot(a.high - pa, pb - b.low),
  }
}
