// Where the cells of a score have their edges. Chosen so that the ROC area from cells is close to the exact one: it errs only by
// pairs of a positive and a negative in the same cell, so each cell gets the same share of positives plus negatives, each class
// weighing the same however rare it is (with equal mass of rows alone, rare positives would crowd into the last cell). With at most
// 200 different scores every score has its own cell and the area is exact.

import type { ScoreScale } from './scored-cells.ts'

/** How many rows have (about) this score: a distinct value, or a sample's row with `n` 1. */
export type ScorePoint = {
  readonly score: number
  readonly n: number
  /** Of them with a positive label; 0 where no labels are known. */
  readonly positive: number
}

const cellsMax = 200

/** From reference scores in any order. Undefined when there is none. */
export function scoreScale(points: readonly ScorePoint[]): ScoreScale | undefined {
  const sorted = distinct(points)
  const first = sorted[0]
  const last = sorted.at(-1)
  if (first === undefined || last === undefined) return undefined
  const range = { min: first.score, max: last.score }
  if (sorted.length <= cellsMax) {
    return { ...range, edges: sorted.slice(1).map((point) => point.score) }
  }
  const positives = sorted.reduce((sum, point) => sum + point.positive, 0)
  const negatives = sorted.reduce((sum, point) => sum + point.n - point.positive, 0)
  const weigh = (point: ScorePoint) =>
    (positives === 0 ? 0 : point.positive / positives) + (negatives === 0 ? 0 : (point.n - point.positive) / negatives)
  const total = sorted.reduce((sum, point) => sum + weigh(point), 0)
  const edges: number[] = []
  let before = 0
  for (const [i, point] of sorted.entries()) {
    // An edge goes before the first score at which the mass so far has filled the next cell.
    if (i > 0 && before >= ((edges.length + 1) * total) / cellsMax - 1e-12 && edges.length < cellsMax - 1) {
      edges.push(point.score)
    }
    before += weigh(point)
  }
  return { ...range, edges }
}

function distinct(points: readonly ScorePoint[]): ScorePoint[] {
  const bySize = points.filter((point) => Number.isFinite(point.score)).sort((a, b) => a.score - b.score)
  const merged: ScorePoint[] = []
  for (const point of bySize) {
    const last = merged.at(-1)
    if (last?.score === point.score) {
      merged[merged.length - 1] = { score: last.score, n: last.n + point.n, positive: last.positive + point.positive }
    } else merged.push(point)
  }
  return merged
}
