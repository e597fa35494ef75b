// Have the letters of the texts moved? A test on hashed bigrams that knows that the bigrams of one text hang together.
//
// Taking every bigram for an independent draw would alarm on every sample of texts. So each text spreads a weight of 1 over its
// cells, and the statistic is set against the variance that such weights really have: J. N. K. Rao, A. J. Scott, Ann. Stat. 12
// (1984) 46–60. With V the covariance of one text's weights and π their mean, D_jk = V_jk / √(π_j π_k) has K − 1 eigenvalues λ;
//
//   effect δ = mean λ = tr D / (K − 1)         weights divided by δ vary on average like counts of a multinomial
//   spread a² = var λ / (mean λ)² = (K − 1)·Σ D_jk² / (tr D)² − 1
//
// and, with X² from weights divided by δ, X² / (1 + a²) is about chi-square with (K − 1)/(1 + a²) degrees of freedom (Satterthwaite).
// V is that of the reference: when nothing has moved, the live texts have the same.

import { chiSquareTail } from '#core/stats/chi-square.ts'
import { correctPsi, jensenShannon, psi } from '#core/stats/distances.ts'
import { bigramCells, type BigramDesign } from './text-cells.ts'
import type { CellDrift } from './cell-drift.ts'

/** The table can be folded (cells j and j + K are one), so that few texts do not spread over many cells. */
const folds: readonly number[] = [256, 64, 16]

/** `texts`: the bigram cells of each text of the reference. */
export function bigramDesign(texts: readonly (readonly number[])[]): BigramDesign {
  const used = texts.filter((bigrams) => bigrams.length > 0)
  return folds.map((cells) => designFor(used, cells))
}

function designFor(texts: readonly (readonly number[])[], cells: number): BigramDesign[number] {
  const mean = new Float64Array(cells)
  const products = new Float64Array(cells * cells)
  for (const bigrams of texts) {
    const weights = new Map<number, number>()
    for (const bigram of bigrams) weights.set(bigram % cells, (weights.get(bigram % cells) ?? 0) + 1 / bigrams.length)
    for (const [j, a] of weights) {
      mean[j] = (mean[j] ?? 0) + a / texts.length
      for (const [k, b] of weights) products[j * cells + k] = (products[j * cells + k] ?? 0) + (a * b) / texts.length
    }
  }
  const present = Array.from(mean.keys()).filter((j) => (mean[j] ?? 0) > 0)
  let trace = 0
  let squares = 0
  for (const j of present) {
    for (const k of present) {
      const [a, b] = [mean[j] ?? 0, mean[k] ?? 0]
      const scaled = ((products[j * cells + k] ?? 0) - a * b) / Math.sqrt(a * b)
      if (j === k) trace += scaled
      squares += scaled * scaled
    }
  }
  const df = present.length - 1
  // Texts that are all alike have no variance: then only a text that differs can be told, and one bigram per text is assumed.
  if (df < 1 || trace <= 1e-9) return { cells, effect: 1, spread: 0 }
  // The noise of an estimated covariance adds (K − 1)/N to the spread.
  const spread = (df * squares) / (trace * trace) - 1 - df / texts.length
  return { cells, effect: trace / df, spread: Math.max(0, spread) }
}

/** `reference` and `live`: 256 weights each, summing to the number of texts. Null when either is empty. */
export function judgeBigrams(design: BigramDesign, reference: Float64Array, live: Float64Array): CellDrift | null {
  const n = total(live)
  const m = total(reference)
  const chosen = design.find(({ cells, effect }) => Math.min(n, m) / effect >= 5 * cells) ?? design.at(-1)
  if (n === 0 || m === 0 || chosen === undefined) return null
  const { effect, spread, cells } = chosen
  const p = fold(live, cells, effect)
  const q = fold(reference, cells, effect)
  const sizes = { n: n / effect, m: m / effect }
  let sum = 0
  let used = 0
  for (let j = 0; j < cells; j++) {
    const [a, b] = [p[j] ?? 0, q[j] ?? 0]
    if (a + b === 0) continue
    used++
    sum += (a / sizes.n - b / sizes.m) ** 2 / ((a + b) / (sizes.n + sizes.m))
  }
  const statistic = sum / (1 / sizes.n + 1 / sizes.m) / (1 + spread)
  const df = Math.max(0, used - 1) / (1 + spread)
  const distance = psi(q, p)
  return {
    statistic,
    df,
    pValue: chiSquareTail(statistic, df),
    psi: distance,
    psiCorrected: distance === null ? null : correctPsi(distance, used, sizes),
    jensenShannon: jensenShannon(q, p),
    trendPValue: null,
  }
}

function fold(weights: Float64Array, cells: number, effect: number): Float64Array {
  const folded = new Float64Array(cells)
  for (let j = 0; j < bigramCells; j++) folded[j % cells] = (folded[j % cells] ?? 0) + (weights[j] ?? 0) / effect
  return folded
}

function total(weights: Float64Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0)
}
