// Counts one value after another, for streams and small data. What DuckDB counts over a file must come out the same.

import { addToMoments } from '#core/stats/moments.ts'
import type { CategoricalLayout, ColumnCells, ColumnLayout, ColumnValue, NumericLayout } from './column-cells.ts'
import type { TextLayout } from './text-cells.ts'
import { cellOf } from './cell-of.ts'
import { cellFinder } from './column-layout.ts'
import { isMeasurable, labelOf, numberOf, type PresentValue as Present } from './read-value.ts'
import { countText, textFeatures } from './text-features.ts'

/** Counts a value into cells of this layout, in place. Made once per column: it prepares look-ups. */
export type CountValue = (cells: ColumnCells, value: ColumnValue) => void

export function valueCounter(layout: ColumnLayout): CountValue {
  const count = kindCounter(layout)
  return (cells, value) => {
    cells.rows++
    if (value === null || value === undefined || value === '') cells.nulls++
    else count(cells, value)
  }
}

function kindCounter(layout: ColumnLayout): (cells: ColumnCells, value: Present) => void {
  if (layout.kind === 'numeric') return (cells, value) => countNumber(layout, cells, value)
  if (layout.kind === 'categorical') return categoryCounter(layout)
  if (layout.kind === 'text') return textCounter(layout)
  const isGood = { boolean: (value: Present) => truthOf(value) !== null, datetime: isTime, id: isLabel }[layout.kind]
  return (cells, value) => {
    if (!isGood(value)) cells.invalid++
    else if (layout.kind === 'boolean') add(cells.cells, truthOf(value) === true ? 1 : 0)
  }
}

function categoryCounter(layout: CategoricalLayout): (cells: ColumnCells, value: Present) => void {
  const find = cellFinder(layout)
  return (cells, value) => {
    const label = labelOf(value)
    if (label === null) cells.invalid++
    else add(cells.cells, find(label))
  }
}

function textCounter(layout: TextLayout): (cells: ColumnCells, value: Present) => void {
  const measure = textFeatures(layout.vocabulary)
  return (cells, value) => {
    const text = labelOf(value)
    if (text === null || cells.text === null) cells.invalid++
    else countText(layout, cells.text, measure(text))
  }
}

function countNumber(layout: NumericLayout, cells: ColumnCells, value: Present): void {
  const number = numberOf(value)
  if (number === null) cells.invalid++
  else if (!isMeasurable(number)) cells.nonFinite++
  else {
    add(cells.cells, cellOf(layout.edges, number))
    add(cells.fine, cellOf(layout.fineEdges, number))
    cells.moments = addToMoments(cells.moments, number)
  }
}

function add(counts: Float64Array, cell: number): void {
  counts[cell] = (counts[cell] ?? 0) + 1
}

function isLabel(value: Present): boolean {
  return labelOf(value) !== null
}

function truthOf(value: Present): boolean | null {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.trim().toLowerCase() : ''
  return word === 'true' ? true : word === 'false' ? false : null
}

/** ISO 8601 date or date and time, with a blank for the T as in SQL; what is no day of the calendar is refused. */
const isoTime = /^\s*(\d{4}-\d{2}-\d{2})([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s*(Z|[+-]\d{2}(:?\d{2})?)?)?\s*$/i

function isTime(value: Present): boolean {
  if (value instanceof Date) return Number.isFinite(value.getTime())
  if (typeof value !== 'string') return false
  const day = isoTime.exec(value)?.[1]
  if (day === undefined) return false
  const time = Date.parse(day)
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(day)
}
