// What a cell of a layout is, in words.

import type { ColumnLayout } from '#core/monitoring/column-cells.ts'
import { nextDouble } from '#core/monitoring/column-layout.ts'

type Celled = Exclude<ColumnLayout, { kind: 'text' | 'datetime' | 'id' }>

/** In the order of the cells. */
export function cellLabels(layout: Celled): string[] {
  if (layout.kind === 'boolean') return ['false', 'true']
  if (layout.kind === 'categorical') return [...layout.labels, 'other values', 'values new in live']
  return Array.from({ length: layout.edges.length + 1 }, (_, cell) => range(layout.edges, cell))
}

/** As a condition after a column's name: `= "mail"`, `12 to 48`, `> 320`. */
export function cellConditions(layout: Celled): string[] {
  if (layout.kind === 'numeric') return cellLabels(layout)
  if (layout.kind === 'boolean') return ['= false', '= true']
  return [
    ...layout.labels.map((label) => `= ${JSON.stringify(label)}`),
    'is a rare value',
    'is a value that the pilot did not have',
  ]
}

function range(edges: readonly number[], cell: number): string {
  const [before, from, to] = [edges[cell - 2], edges[cell - 1], edges[cell]]
  if (from === undefined) return to === undefined ? 'any' : `< ${show(to)}`
  // A value with a cell of its own, and what comes after one.
  if (to === nextDouble(from)) return `= ${show(from)}`
  if (before !== undefined && from === nextDouble(before)) {
    return to === undefined ? `> ${show(before)}` : `over ${show(before)} to ${show(to)}`
  }
  return to === undefined ? `≥ ${show(from)}` : `${show(from)} to ${show(to)}`
}

/** Edges need not be exact for a reader. */
function show(edge: number): string {
  return String(Number(edge.toPrecision(5)))
}
