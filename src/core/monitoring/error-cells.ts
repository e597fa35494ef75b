// What is counted of predicted numbers: sums of errors per decile of the prediction and per key segment, from which the realised
// errors and the loss table for the estimate without labels are computed. Additive like `ScoredCells`.
// An error is prediction − label: positive means the model says too much.

import { cellOf } from './cell-of.ts'

export type ErrorScale = {
  /** Nine inner edges of the prediction's deciles on the reference, ascending, fewer where values repeat. Closed on the left. */
  readonly edges: readonly number[]
  readonly min: number
  readonly max: number
  /** Subtracted from every label before it is squared, so that nothing is lost to rounding: the reference's mean label. */
  readonly offset: number
}

export type ErrorCells = {
  readonly scale: ErrorScale
  /** By `decile` + tab + `segment`: up to two key columns' values joined by `segmentSign`, the more telling first; '' for none. */
  readonly cells: Map<string, ErrorSums>
  /** Rows whose prediction lies outside [min, max] of the reference. */
  outside: number
}

/** With e = prediction − label and d = label − offset; all but `n` over the rows whose label is known. */
export type ErrorSums = {
  readonly n: number
  readonly known: number
  /** Σ|e|, Σe, Σe², Σe⁴ */
  readonly absolute: number
  readonly error: number
  readonly error2: number
  readonly error4: number
  /** Σd, Σd², Σd³, Σd⁴ */
  readonly d: number
  readonly d2: number
  readonly d3: number
  readonly d4: number
  /** Σe²d, Σe²d² */
  readonly error2d: number
  readonly error2d2: number
}

export const segmentSign = '|'

export type ErrorRow = { readonly prediction: number; readonly label: number | null; readonly segment: string }

export const noErrors: ErrorSums = {
  n: 0,
  known: 0,
  absolute: 0,
  error: 0,
  error2: 0,
  error4: 0,
  d: 0,
  d2: 0,
  d3: 0,
  d4: 0,
  error2d: 0,
  error2d2: 0,
}

export function emptyErrorCells(scale: ErrorScale): ErrorCells {
  return { scale, cells: new Map(), outside: 0 }
}

function errorCellKey(decile: number, segment: string): string {
  return `${decile}\t${segment}`
}

/** Counts one row, in place. */
export function addErrorRow(cells: ErrorCells, row: ErrorRow): void {
  const decile = cellOf(cells.scale.edges, row.prediction)
  const outside = row.prediction < cells.scale.min || row.prediction > cells.scale.max
  const sums =
    row.label === null ? { ...noErrors, n: 1 } : sumsOfOne(row.prediction - row.label, row.label - cells.scale.offset)
  addErrorCount(cells, { decile, segment: row.segment, sums, outside: outside ? 1 : 0 })
}

/** Adds counted rows, in place. */
function addErrorCount(
  cells: ErrorCells,
  count: { readonly decile: number; readonly segment: string; readonly sums: ErrorSums; readonly outside: number },
): void {
  if (!(count.decile >= 0 && count.decile <= cells.scale.edges.length)) {
    throw new RangeError(`error cells: no decile ${count.decile}`)
  }
  const key = errorCellKey(count.decile, count.segment)
  cells.cells.set(key, sumErrors(cells.cells.get(key) ?? noErrors, count.sums))
  cells.outside += count.outside
}

/** A new sum of both. Errors: RangeError when they are not on the same scale. */
export function mergeErrorCells(a: ErrorCells, b: ErrorCells): ErrorCells {
  if (JSON.stringify(a.scale) !== JSON.stringify(b.scale)) {
    throw new RangeError('error cells on different scales cannot be added')
  }
  const cells = new Map(a.cells)
  for (const [key, sums] of b.cells) cells.set(key, sumErrors(cells.get(key) ?? noErrors, sums))
  return { scale: a.scale, cells, outside: a.outside + b.outside }
}

/** Over all cells. */
export function totalErrors(cells: ErrorCells): ErrorSums {
  return [...cells.cells.values()].reduce(sumErrors, noErrors)
}

export function sumErrors(a: ErrorSums, b: ErrorSums): ErrorSums {
  const sum: Record<string, number> = {}
  for (const key of Object.keys(noErrors) as (keyof ErrorSums)[]) sum[key] = a[key] + b[key]
  return sum as ErrorSums
}

function sumsOfOne(e: number, d: number): ErrorSums {
  const e2 = e * e
  const d2 = d * d
  return {
    n: 1,
    known: 1,
    absolute: Math.abs(e),
    error: e,
    error2: e2,
    error4: e2 * e2,
    d,
    d2,
    d3: d2 * d,
    d4: d2 * d2,
    error2d: e2 * d,
    error2d2: e2 * d2,
  }
}
