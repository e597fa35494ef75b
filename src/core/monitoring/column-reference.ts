// A reference made from values in memory: for streams whose first window is the reference, and for whoever has no database.

import type { ColumnKind } from './assessment.ts'
import type { ColumnCells, ColumnLayout, ColumnReference, ColumnValue } from './column-cells.ts'
import { valueCounter } from './column-counter.ts'
import { categoricalCells, categoricalLayout, emptyCells, numericLayout } from './column-layout.ts'
import { discreteQuantiles } from './discrete-quantiles.ts'
import { isMeasurable, labelOf, numberOf } from './read-value.ts'
import { textReference } from './text-reference.ts'

export function columnReference(kind: ColumnKind, values: readonly ColumnValue[]): ColumnReference {
  if (kind === 'categorical') return categoricalReference(values)
  if (kind === 'text') return textReference(values.map((value) => (isPresent(value) ? labelOf(value) : null)))
  const layout = kind === 'numeric' ? numericLayout(discreteQuantiles(finiteOf(values))) : { kind }
  return { layout, cells: countAll(layout, values) }
}

function finiteOf(values: readonly ColumnValue[]): number[] {
  return values.map((value) => (isPresent(value) ? numberOf(value) : null) ?? Number.NaN).filter(isMeasurable)
}

/** Counts of these values in a layout: a window of a stream. */
export function countAll(layout: ColumnLayout, values: Iterable<ColumnValue>): ColumnCells {
  const cells = emptyCells(layout)
  const count = valueCounter(layout)
  for (const value of values) count(cells, value)
  return cells
}

function categoricalReference(values: readonly ColumnValue[]): ColumnReference {
  const counts = new Map<string, number>()
  let nulls = 0
  let invalid = 0
  for (const value of values) {
    const label = isPresent(value) ? labelOf(value) : null
    if (!isPresent(value)) nulls++
    else if (label === null) invalid++
    else counts.set(label, (counts.get(label) ?? 0) + 1)
  }
  const each = [...counts].map(([value, n]) => ({ value, n }))
  const layout = categoricalLayout(each)
  return { layout, cells: categoricalCells(layout, each, { data: 'reference', nulls, invalid }) }
}

function isPresent(value: ColumnValue): value is Exclude<ColumnValue, null | undefined> {
  return value !== null && value !== undefined && value !== ''
}
