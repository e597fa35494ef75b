// Errors without labels for predicted numbers: a loss table. The labelled reference says the mean |error|, error² and error in each
// decile of the prediction and key segment; live rows are weighed by where they fall (post-stratification). Cells with fewer than
// 20 labelled rows take the figures of the first segment in their decile, else of their decile, else of all rows. It holds as long as
// errors within a cell stay as they were. R² is not estimated: nothing says how the unseen labels vary.

import { type ErrorCells, type ErrorSums, noErrors, segmentSign, sumErrors, totalErrors } from './error-cells.ts'
import { type EstimatedValues, referenceLabelsMin } from './estimate-values.ts'

export type LossTable = {
  /** By cell, and by whatever a cell is part of. */
  readonly sums: ReadonlyMap<string, ErrorSums>
  readonly all: ErrorSums
}

const cellLabelsMin = 20

/** Null when the reference has too few labels. */
export function fitLossTable(reference: ErrorCells): LossTable | null {
  const all = totalErrors(reference)
  if (all.known < referenceLabelsMin) return null
  const sums = new Map<string, ErrorSums>()
  for (const [key, own] of reference.cells) {
    for (const part of wholesOf(key)) sums.set(part, sumErrors(sums.get(part) ?? noErrors, own))
  }
  return { sums, all }
}

/** Empty without rows. */
export function estimateErrors(table: LossTable, cells: ErrorCells): EstimatedValues {
  const { n } = totalErrors(cells)
  if (n === 0) return {}
  /** Live rows by the cell of the table whose figures they take. */
  const weights = new Map<ErrorSums, number>()
  for (const [key, sums] of cells.cells) {
    const from = figuresOf(table, key)
    weights.set(from, (weights.get(from) ?? 0) + sums.n)
  }
  const mean = (first: keyof ErrorSums, second: keyof ErrorSums) => {
    let [value, calibrationVariance, samplingVariance] = [0, 0, 0]
    for (const [sums, rows] of weights) {
      const m = sums[first] / sums.known
      const spread = Math.max(0, sums[second] / sums.known - m * m)
      value += (rows / n) * m
      calibrationVariance += (rows / n) ** 2 * (spread / Math.max(1, sums.known - 1))
      samplingVariance += (rows * spread) / (n * n)
    }
    return { value, calibrationVariance, samplingVariance }
  }
  const square = mean('error2', 'error4')
  const root = Math.sqrt(square.value)
  const slope = root > 0 ? 1 / (2 * root) : 0
  return {
    mae: mean('absolute', 'error2'),
    rmse: {
      value: root,
      calibrationVariance: slope ** 2 * square.calibrationVariance,
      samplingVariance: slope ** 2 * square.samplingVariance,
    },
    bias: mean('error', 'error2'),
  }
}

function figuresOf(table: LossTable, key: string): ErrorSums {
  for (const whole of wholesOf(key)) {
    const sums = table.sums.get(whole)
    if (sums !== undefined && sums.known >= cellLabelsMin) return sums
  }
  return table.all
}

/** The cell, what it is with its first segment alone, and its decile: `3\ta|b`, `3\ta`, `3`. */
function wholesOf(key: string): string[] {
  const [decile = '', segment = ''] = key.split('\t')
  if (segment === '') return [decile]
  const parts = segment.split(segmentSign)
  return [...parts.map((_, at) => `${decile}\t${parts.slice(0, parts.length - at).join(segmentSign)}`), decile]
}
