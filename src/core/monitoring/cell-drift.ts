// Drift of one table of cells: the test and the distances, without a verdict.

import { correctPsi, jensenShannon, psi } from '#core/stats/distances.ts'
import { testTrend } from '#core/stats/trend-test.ts'
import { testCells } from '#core/stats/two-sample.ts'

export type CellDrift = {
  readonly statistic: number
  readonly df: number
  readonly pValue: number
  readonly psi: number | null
  /** PSI less what chance alone gives. */
  readonly psiCorrected: number | null
  readonly jensenShannon: number | null
  /** Of the rank test, where the cells have an order: it finds a shift of all values sooner. */
  readonly trendPValue: number | null
}

/**
 * Distances on the cells as the test pooled them, so that a rare cell moves neither. `ordered`: how many of the first cells ascend;
 * after them may come cells without an order, such as nulls. Null when either side is empty.
 */
export function cellDrift(reference: Float64Array, live: Float64Array, ordered = 0): CellDrift | null {
  const test = testCells(reference, live)
  if (test === null) return null
  const sizes = { n: sum(test.live), m: sum(test.reference) }
  const distance = psi(test.reference, test.live)
  return {
    statistic: test.statistic,
    df: test.df,
    pValue: test.pValue,
    psi: distance,
    psiCorrected: distance === null ? null : correctPsi(distance, test.live.length, sizes),
    jensenShannon: jensenShannon(test.reference, test.live),
    trendPValue: ordered < 2 ? null : testTrend(reference.subarray(0, ordered), live.subarray(0, ordered)),
  }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
