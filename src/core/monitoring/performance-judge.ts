// What differs between yes/no models, several classes and numbers when performance is judged, behind one shape.

import type { Metric, Metrics } from './assessment.ts'
import { type ClassCells, sumClassCells } from './class-cells.ts'
import { classPerformance } from './class-performance.ts'
import { type ErrorCells, mergeErrorCells, totalErrors } from './error-cells.ts'
import { errorPerformance } from './error-performance.ts'
import { estimateClasses, fitClassCalibration } from './estimate-class.ts'
import { estimateErrors, fitLossTable } from './estimate-errors.ts'
import { estimateScored, fitScoredCalibration } from './estimate-scored.ts'
import type { EstimatedValues } from './estimate-values.ts'
import { mergeScoredCells, scoreCellCount, type ScoredCells } from './scored-cells.ts'
import { scoredPerformance } from './scored-performance.ts'

export type PerformanceJudge<Cells> = {
  readonly sum: (first: Cells, others: readonly Cells[]) => Cells
  readonly realised: (cells: Cells) => Metrics
  /** Null when the reference is too small to learn from. `draws` 0: without the variance of the calibration. */
  readonly fit: (reference: Cells, options: FitOptions) => ((cells: Cells) => EstimatedValues) | null
  readonly size: (cells: Cells) => CellsSize
  /** Metrics with alarms: few, so that alarms are few. */
  readonly watched: readonly Metric[]
  /** Metrics by which an estimate is found out when labels come. */
  readonly checked: readonly Metric[]
  /** Differences below this do not matter: in metric points, or as a share of the reference's figure. */
  readonly floor: { readonly alarm: number; readonly trust: number; readonly relative: boolean }
}
export type FitOptions = { readonly seed: number; readonly draws?: number }
export type CellsSize = {
  readonly n: number
  readonly labelled: number
  /** Rows whose score (prediction, for numbers) lies outside the reference's range. */
  readonly outside: number
  /** Rows without a score. */
  readonly unscored: number
}

const points = { alarm: 0.01, trust: 0.02, relative: false }

export const scoredJudge: PerformanceJudge<ScoredCells> = {
  sum: (first, others) => others.reduce(mergeScoredCells, first),
  realised: scoredPerformance,
  fit: (reference, options) => {
    const calibration = fitScoredCalibration(reference, options)
    return calibration === null ? null : (cells) => estimateScored(calibration, cells)
  },
  size: (cells) => {
    const without = scoreCellCount(cells.scale) * 2
    return {
      n: sum(cells.n),
      labelled: sum(cells.known),
      outside: cells.outside,
      unscored: sum(cells.n.subarray(without)),
    }
  },
  watched: ['accuracy', 'rocAuc', 'f1'],
  checked: ['accuracy', 'rocAuc'],
  floor: points,
}

export const classJudge: PerformanceJudge<ClassCells> = {
  sum: sumClassCells,
  realised: classPerformance,
  fit: (reference, options) => {
    const calibration = fitClassCalibration(reference, options)
    return calibration === null ? null : (cells) => estimateClasses(calibration, cells)
  },
  size: (cells) => {
    const width = cells.scale.edges.length + 2
    const size = { n: 0, labelled: 0, outside: cells.outside, unscored: 0 }
    for (const [at, sums] of cells.confidence) {
      size.n += sums.n
      size.labelled += sums.known
      if (at % width === width - 1) size.unscored += sums.n
    }
    return size
  },
  watched: ['accuracy', 'f1'],
  checked: ['accuracy'],
  floor: points,
}

export const errorJudge: PerformanceJudge<ErrorCells> = {
  sum: (first, others) => others.reduce(mergeErrorCells, first),
  realised: errorPerformance,
  fit: (reference) => {
    const table = fitLossTable(reference)
    return table === null ? null : (cells) => estimateErrors(table, cells)
  },
  size: (cells) => {
    const { n, known } = totalErrors(cells)
    return { n, labelled: known, outside: cells.outside, unscored: 0 }
  },
  watched: ['mae', 'rmse'],
  checked: ['mae'],
  floor: { alarm: 0.05, trust: 0.1, relative: true },
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}
