// A share with its n and its 95 % interval, as everywhere in the product.

import { wilson } from '#core/stats/wilson.ts'

export type Proportion = {
  readonly n: number
  readonly hits: number
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
}

export function proportion(hits: number, n: number): Proportion {
  const interval = wilson(hits, n)
  return { n, hits, value: n === 0 ? null : hits / n, low: interval?.low ?? null, high: interval?.high ?? null }
}
