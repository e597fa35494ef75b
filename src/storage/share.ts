// A share with its n and its 95 % interval.

import { wilson } from '#core/stats/wilson.ts'

/** `value`, `low` and `high` are null when n is 0: nothing is known. */
export type Share = { n: number; hits: number; value: number | null; low: number | null; high: number | null }

export function shareOf(hits: number, n: number): Share {
  const interval = wilson(hits, n)
  return { n, hits, value: interval ? hits / n : null, low: interval?.low ?? null, high: interval?.high ?? null }
}
