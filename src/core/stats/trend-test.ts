// Has one of two samples larger values? The two-sample rank test on ordered cells.
//
// Wilcoxon's rank sum (Biometrics Bull. 1 (1945) 80–83) with every value of a cell at the cell's middle rank, and the variance for
// ties (E. L. Lehmann, Nonparametrics (1975) §1.4). It asks one question only, so it finds a shift of all values with about half
// the rows that a chi-square over ten cells needs; a change of shape that leaves the middle in place it does not see.

import { chiSquareTail } from './chi-square.ts'
import { sumOfCounts } from './two-sample.ts'

/** Two-sided, in (0,1]; null when either sample is empty. `reference` and `live`: counts of the same ascending cells. */
export function testTrend(reference: ArrayLike<number>, live: ArrayLike<number>): number | null {
  const m = sumOfCounts(reference)
  const n = sumOfCounts(live)
  if (reference.length !== live.length) throw new RangeError(`trend: ${reference.length} cells against ${live.length}`)
  if (n === 0 || m === 0) return null
  const total = n + m
  let before = 0
  let rankSum = 0
  let ties = 0
  for (let cell = 0; cell < live.length; cell++) {
    const ofLive = live[cell] ?? 0
    const both = ofLive + (reference[cell] ?? 0)
    rankSum += ofLive * (before + (both + 1) / 2)
    ties += both ** 3 - both
    before += both
  }
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)))
  // All in one cell: nothing to rank. The variance is 0 then but for rounding.
  if (!(variance > 1e-9 * n * m * total)) return 1
  const z = (rankSum - (n * (total + 1)) / 2) / Math.sqrt(variance)
  return chiSquareTail(z * z, 1)
}
