// What is counted of scored yes/no decisions: everything from which performance, calibration and the estimate without labels
// are computed, so that rows need never be kept. Additive: the cells of two streams together are the sum of their cells.
//
// A score falls into one of up to 200 cells whose edges are fixed on the reference (chosen by `scoreScale`); the ROC area from 200
// cells differs from the exact one by about 1e-5. Cells are closed on the left: a score equal to an edge is above it. Rows without a
// score have a cell of their own, the last, so that decisions without scores can be judged too.

import { cellOf } from './cell-of.ts'

/** Of a reference: never changed afterwards, or counts cannot be added. Scores need not be probabilities. */
export type ScoreScale = {
  /** Inner edges, ascending, at most 199; none makes one cell. */
  readonly edges: readonly number[]
  /** Smallest and largest score of the reference. */
  readonly min: number
  readonly max: number
}

/** Sums per index `cell * 2 + (predicted positive ? 1 : 0)`; the last two are rows without a score. */
export type ScoredCells = {
  readonly scale: ScoreScale
  /** Rows. */
  readonly n: Float64Array
  /** Σ score over rows. */
  readonly scoreSum: Float64Array
  /** Rows whose label is known; the sums below are over these. */
  readonly known: Float64Array
  /** Rows whose label is known and positive. */
  readonly positive: Float64Array
  /** Σ score. */
  readonly knownScoreSum: Float64Array
  /** Σ score². */
  readonly knownScoreSquares: Float64Array
  /** Σ score over positive labels. */
  readonly positiveScoreSum: Float64Array
  /** Rows whose score lies outside [min, max] of the reference. */
  outside: number
}

export type ScoredRow = {
  /** Null or no finite number: no score. */
  readonly score: number | null
  readonly predicted: boolean
  /** Null: not known yet. */
  readonly positive: boolean | null
}

export function emptyScoredCells(scale: ScoreScale): ScoredCells {
  const size = (scale.edges.length + 2) * 2
  const zeros = () => new Float64Array(size)
  return {
    scale,
    n: zeros(),
    scoreSum: zeros(),
    known: zeros(),
    positive: zeros(),
    knownScoreSum: zeros(),
    knownScoreSquares: zeros(),
    positiveScoreSum: zeros(),
    outside: 0,
  }
}

/** How many cells have scores; the cell after them is for rows without. */
export function scoreCellCount(scale: ScoreScale): number {
  return scale.edges.length + 1
}

/** Counts one row, in place. */
export function addScoredRow(cells: ScoredCells, { score, predicted, positive }: ScoredRow): void {
  const { edges, min, max } = cells.scale
  const isScored = score !== null && Number.isFinite(score)
  const cell = isScored ? cellOf(edges, score) : scoreCellCount(cells.scale)
  const at = cell * 2 + (predicted ? 1 : 0)
  const said = isScored ? score : 0
  add(cells.n, at, 1)
  add(cells.scoreSum, at, said)
  if (isScored && (score < min || score > max)) cells.outside += 1
  if (positive === null) return
  add(cells.known, at, 1)
  add(cells.knownScoreSum, at, said)
  add(cells.knownScoreSquares, at, said * said)
  if (!positive) return
  add(cells.positive, at, 1)
  add(cells.positiveScoreSum, at, said)
}

function add(sums: Float64Array, at: number, value: number): void {
  sums[at] = (sums[at] as number) + value
}

/** A new sum of both. Errors: RangeError when they are not on the same scale. */
export function mergeScoredCells(a: ScoredCells, b: ScoredCells): ScoredCells {
  if (a.scale !== b.scale && !sameScale(a.scale, b.scale)) {
    throw new RangeError('scored cells on different scales cannot be added')
  }
  const sum = emptyScoredCells(a.scale)
  for (const field of fields) {
    for (let i = 0; i < sum.n.length; i++) sum[field][i] = (a[field][i] as number) + (b[field][i] as number)
  }
  sum.outside = a.outside + b.outside
  return sum
}

const fields = ['n', 'scoreSum', 'known', 'positive', 'knownScoreSum', 'knownScoreSquares', 'positiveScoreSum'] as const

function sameScale(a: ScoreScale, b: ScoreScale): boolean {
  return (
    a.min === b.min && a.max === b.max && a.edges.length === b.edges.length && a.edges.every((e, i) => e === b.edges[i])
  )
}
