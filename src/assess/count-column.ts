// Counts a batch of a column's values, as they come out of the database, into the cells of their chunk. What it counts must be
// what `valueCounter` counts of the same values one by one; a test holds the two together.

import { cellOf } from '#core/monitoring/cell-of.ts'
import type { ColumnCells, ColumnLayout } from '#core/monitoring/column-cells.ts'
import { isMeasurable } from '#core/monitoring/read-value.ts'
import { mergeMoments } from '#core/stats/moments.ts'
import { codeGood, codeInvalid, codeNull, codeUnknown, numberEmpty, numberUnreadable } from './encode-column.ts'

/** What a row's value is for slices and attribution: a cell, or one of these. */
export const rowNull = 255
export const rowInvalid = 254

/** Of one row, over its columns. */
export const flagNull = 1
export const flagRange = 2

export type Batch = {
  readonly from: number
  readonly to: number
  /** What the row's value is, per row of the batch; written here. */
  readonly codes: Uint8Array
  /** Or-ed with what was found of the row. */
  readonly flags: Uint8Array
  /** As `columnCodeSql` gives it: a number, or the text of a text. */
  readonly get: (row: number) => unknown
}

export function countBatch(layout: ColumnLayout, cells: ColumnCells, batch: Batch): void {
  cells.rows += batch.to - batch.from
  if (layout.kind === 'numeric') countNumbers(layout, cells, batch)
  else if (layout.kind === 'categorical') countCategories(layout, cells, batch)
  else if (layout.kind !== 'text') countStates(layout.kind === 'boolean', cells, batch)
}

type Numeric = Extract<ColumnLayout, { kind: 'numeric' }>

function countNumbers({ edges, fineEdges }: Numeric, cells: ColumnCells, { from, to, codes, flags, get }: Batch): void {
  let [n, mean, m2, min, max] = [0, 0, 0, Infinity, -Infinity]
  for (let row = from; row < to; row += 1) {
    const value = get(row) as number
    if (value === numberEmpty) {
      cells.nulls += 1
      codes[row] = rowNull
      flags[row] = (flags[row] ?? 0) | flagNull
    } else if (!isMeasurable(value)) {
      if (value === numberUnreadable) cells.invalid += 1
      else cells.nonFinite += 1
      codes[row] = rowInvalid
    } else {
      const cell = cellOf(edges, value)
      const fine = cellOf(fineEdges, value)
      cells.cells[cell] = (cells.cells[cell] ?? 0) + 1
      cells.fine[fine] = (cells.fine[fine] ?? 0) + 1
      codes[row] = cell
      if (fine === 0 || fine === fineEdges.length) flags[row] = (flags[row] ?? 0) | flagRange
      n += 1
      const delta = value - mean
      mean += delta / n
      m2 += delta * (value - mean)
      if (value < min) min = value
      if (value > max) max = value
    }
  }
  cells.moments = mergeMoments(cells.moments, { n, mean, m2, min, max })
}

type Categorical = Extract<ColumnLayout, { kind: 'categorical' }>

function countCategories(
  { labels, others }: Categorical,
  cells: ColumnCells,
  { from, to, codes, flags, get }: Batch,
): void {
  const other = labels.length
  const unknown = others === null ? other : other + 1
  for (let row = from; row < to; row += 1) {
    const code = get(row) as number
    if (code === codeNull) {
      cells.nulls += 1
      codes[row] = rowNull
      flags[row] = (flags[row] ?? 0) | flagNull
      continue
    }
    const cell = code === codeUnknown ? unknown : Math.min(code - 1, other)
    cells.cells[cell] = (cells.cells[cell] ?? 0) + 1
    codes[row] = cell
  }
}

function countStates(isBoolean: boolean, cells: ColumnCells, { from, to, codes, flags, get }: Batch): void {
  for (let row = from; row < to; row += 1) {
    const code = get(row) as number
    if (code === codeNull) {
      cells.nulls += 1
      codes[row] = rowNull
      flags[row] = (flags[row] ?? 0) | flagNull
    } else if (code === codeInvalid) {
      cells.invalid += 1
      codes[row] = rowInvalid
    } else {
      const cell = code - codeGood
      if (isBoolean) cells.cells[cell] = (cells.cells[cell] ?? 0) + 1
      codes[row] = cell
    }
  }
}
