// A share with its interval, for the wire.

import { wilson } from '#core/stats/wilson.ts'
import type { Proportion } from '#wire/common.ts'

export function proportion(hits: number, n: number): Proportion {
  const interval = wilson(hits, n)
  return { n, hits, value: interval ? hits / n : null, low: interval?.low ?? null, high: interval?.high ?? null }
}
