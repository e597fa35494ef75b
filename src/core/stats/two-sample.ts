// Do two samples, counted in the same fixed cells, come from one distribution?
//
// Pearson's two-sample chi-square: with shares p_j of n, q_j of m and the pooled π_j,
//
//   X² = Σ_j (p_j − q_j)² / π_j  ÷  (1/n + 1/m),   df = cells − 1
//
// K. Pearson, "On the probability that two independent distributions of frequency are really samples from the same population",
// Biometrika 8 (1911) 250–254. It counts the reference's own uncertainty, which a goodness-of-fit test against "the" reference
// shares does not: with a reference of 1000 that alone turns a nominal 5 % into 20–50 % of false alarms.
//
// The chi-square tail holds when every cell expects 5 or more in both samples (W. G. Cochran, Biometrics 10 (1954) 417–451), so
// rarer cells are pooled first. Which ones are is decided from both samples together and so cannot favour a difference.

import { chiSquareTail } from './chi-square.ts'

export type CellTest = {
  readonly statistic: number
  readonly df: number
  /** In (0,1]; 1 where fewer than two cells are left: what is always the same has not moved. */
  readonly pValue: number
  /** The counts after pooling, for distances on the same cells. */
  readonly reference: readonly number[]
  readonly live: readonly number[]
}

/** Smallest number that a cell must expect in each sample. */
export const expectedMin = 5

/**
 * `reference` and `live`: non-negative counts (fractions allowed), same length, same order of cells. Null when either is empty.
 * Errors: RangeError for different lengths, negative or non-finite counts.
 */
export function testCells(reference: ArrayLike<number>, live: ArrayLike<number>): CellTest | null {
  const m = sumOfCounts(reference)
  const n = sumOfCounts(live)
  if (reference.length !== live.length) {
    throw new RangeError(`two samples: ${reference.length} cells against ${live.length}`)
  }
  if (n === 0 || m === 0) return null
  const pooled = poolRareCells(reference, live)
  let sum = 0
  for (const [j, q] of pooled.reference.entries()) {
    const p = pooled.live[j] ?? 0
    const difference = p / n - q / m
    sum += (difference * difference) / ((p + q) / (n + m))
  }
  const statistic = sum / (1 / n + 1 / m)
  const df = Math.max(0, pooled.live.length - 1)
  return { statistic, df, pValue: chiSquareTail(statistic, df), ...pooled }
}

/**
 * Cells that expect fewer than `expectedMin` in the smaller sample become one; if that one still expects fewer, the next
 * smallest joins. Order of the cells left: as given, the pool last.
 */
export function poolRareCells(
  reference: ArrayLike<number>,
  live: ArrayLike<number>,
): { readonly reference: readonly number[]; readonly live: readonly number[] } {
  const m = sumOfCounts(reference)
  const n = sumOfCounts(live)
  const needed = (expectedMin * (n + m)) / Math.min(n, m)
  const common = allIfCommon(reference, live, needed)
  if (common !== null) return common
  const cells = Array.from(live, (p, j) => ({ j, p, q: reference[j] ?? 0 })).filter((cell) => cell.p + cell.q > 0)
  const bySize = cells.toSorted((a, b) => a.p + a.q - (b.p + b.q) || a.j - b.j)
  let pooledP = 0
  let pooledQ = 0
  let taken = 0
  for (const cell of bySize) {
    const isRare = cell.p + cell.q < needed
    const poolIsRare = taken > 0 && pooledP + pooledQ < needed
    if (!isRare && !poolIsRare) break
    pooledP += cell.p
    pooledQ += cell.q
    taken++
  }
  const kept = bySize.slice(taken).sort((a, b) => a.j - b.j)
  const pool = taken > 0 ? [{ p: pooledP, q: pooledQ }] : []
  const all = [...kept, ...pool]
  return { reference: all.map((cell) => cell.q), live: all.map((cell) => cell.p) }
}

/** The usual case, without the sorting: no cell is rare. Null otherwise. */
function allIfCommon(reference: ArrayLike<number>, live: ArrayLike<number>, needed: number) {
  const common: { reference: number[]; live: number[] } = { reference: [], live: [] }
  for (let j = 0; j < live.length; j++) {
    const [q, p] = [reference[j] ?? 0, live[j] ?? 0]
    if (p + q === 0) continue
    if (p + q < needed) return null
    common.reference.push(q)
    common.live.push(p)
  }
  return common
}

/** Errors: RangeError for a count that is none. */
export function sumOfCounts(counts: ArrayLike<number>): number {
  let sum = 0
  for (let j = 0; j < counts.length; j++) {
    const count = counts[j] ?? 0
    if (!(count >= 0 && count < Infinity)) throw new RangeError(`cell ${j} holds ${count}, which is no count`)
    sum += count
  }
  return sum
}
