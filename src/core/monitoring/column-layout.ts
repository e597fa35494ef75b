// Where a column's cells lie, made once from the reference and then fixed.

import { mergeMoments, noMoments } from '#core/stats/moments.ts'
import type { CategoricalLayout, ColumnCells, ColumnLayout, NumericLayout } from './column-cells.ts'
import { addCounts, emptyTextCells, mergeTextCells } from './text-cells.ts'

/** Of the test's edges. */
export const decileLevels: readonly number[] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

/** Of the fine edges: dense at the tails, where one cell could otherwise span most of the range. 65 levels, 64 cells. */
export const fineLevels: readonly number[] = [
  0,
  0.0005,
  0.001,
  0.002,
  0.005,
  0.01,
  0.02,
  ...Array.from({ length: 51 }, (_, step) => 0.03 + (0.94 * step) / 50),
  0.98,
  0.99,
  0.995,
  0.998,
  0.999,
  0.9995,
  1,
]

/** Labels with a cell of their own. */
const labelsMax = 64
/**
 * What a label needs when not every value can be one. The most frequent of many rare values are frequent by luck: live has fewer of them,
 * and every sample would seem to drift (simulated: 4000 rows over 200 equal values alarm 12–24 % of the time at 25).
 */
const selectedMin = 50
/** Further values remembered as known; beyond, unseen values cannot be told. */
const othersMax = 50_000

/**
 * From the quantiles of the reference's finite values at `decileLevels` and `fineLevels`, each a value that occurs (the smallest
 * with at least that share at or below it, SQL's `quantile_disc`). Empty arrays for a reference without a number: one cell.
 */
export function numericLayout(quantiles: {
  readonly deciles: readonly number[]
  readonly fine: readonly number[]
}): NumericLayout {
  const max = quantiles.fine.at(-1)
  const inner = edgesAt(quantiles.fine)
  if (max !== undefined) {
    // The maximum itself is inside, so the overflow begins at the next double; a maximum that comes often has that edge already.
    if (inner.at(-1) === max && inner.length > 1) inner.pop()
    if (inner.at(-1) !== nextDouble(max)) inner.push(nextDouble(max))
  }
  return { kind: 'numeric', edges: edgesAt(quantiles.deciles), fineEdges: inner }
}

/** A quantile that comes twice holds the mass between the two levels: it gets a cell to itself, [value, next double). */
function edgesAt(quantiles: readonly number[]): number[] {
  const edges: number[] = []
  for (const [at, value] of quantiles.entries()) {
    if (value === quantiles[at - 1]) {
      if (edges.at(-1) === value) edges.push(nextDouble(value))
    } else if (!((edges.at(-1) ?? -Infinity) >= value)) edges.push(value)
  }
  return edges
}

/** The smallest double above `value`. */
export function nextDouble(value: number): number {
  if (value === 0) return Number.MIN_VALUE
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n))
  return view.getFloat64(0)
}

/** `counts`: how often each value of the reference occurs, without nulls, each value once, in any order. */
export function categoricalLayout(counts: Iterable<{ readonly value: string; readonly n: number }>): CategoricalLayout {
  const sorted = [...counts].sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1))
  const needed = sorted.length <= labelsMax ? 2 : selectedMin
  const labels = sorted
    .slice(0, labelsMax)
    .filter(({ n }) => n >= needed)
    .map(({ value }) => value)
  const others = sorted.slice(labels.length).map(({ value }) => value)
  return { kind: 'categorical', labels, others: others.length > othersMax ? null : others }
}

export function emptyCells(layout: ColumnLayout): ColumnCells {
  return {
    kind: layout.kind,
    rows: 0,
    nulls: 0,
    invalid: 0,
    nonFinite: 0,
    cells: new Float64Array(cellCount(layout)),
    fine: new Float64Array(layout.kind === 'numeric' ? layout.fineEdges.length + 1 : 0),
    moments: noMoments,
    text: layout.kind === 'text' ? emptyTextCells(layout) : null,
  }
}

function cellCount(layout: ColumnLayout): number {
  if (layout.kind === 'numeric') return layout.edges.length + 1
  if (layout.kind === 'categorical') return layout.labels.length + 2
  return layout.kind === 'boolean' ? 2 : 0
}

/** Neither argument is changed. Errors: RangeError for cells of different layouts. */
export function mergeCells(a: ColumnCells, b: ColumnCells): ColumnCells {
  if (a.kind !== b.kind) throw new RangeError(`cells: ${a.kind} and ${b.kind} do not merge`)
  return {
    kind: a.kind,
    rows: a.rows + b.rows,
    nulls: a.nulls + b.nulls,
    invalid: a.invalid + b.invalid,
    nonFinite: a.nonFinite + b.nonFinite,
    cells: addCounts(a.cells, b.cells),
    fine: addCounts(a.fine, b.fine),
    moments: mergeMoments(a.moments, b.moments),
    text: a.text === null || b.text === null ? null : mergeTextCells(a.text, b.text),
  }
}

/** What was read beside the values. */
export type Bad = { readonly nulls?: number; readonly invalid?: number }

/**
 * Cells of a categorical column from how often each value occurs. For the `reference` each row is left out of what is known: a
 * value that occurs once would be new without its row.
 */
export function categoricalCells(
  layout: CategoricalLayout,
  counts: Iterable<{ readonly value: string; readonly n: number }>,
  { data, nulls = 0, invalid = 0 }: { readonly data: 'reference' | 'live' } & Bad,
): ColumnCells {
  const find = cellFinder(layout)
  const cells = emptyCells(layout)
  const isReference = data === 'reference' && layout.others !== null
  for (const { value, n } of counts) {
    const cell = isReference && n === 1 ? layout.labels.length + 1 : find(value)
    cells.cells[cell] = (cells.cells[cell] ?? 0) + n
    cells.rows += n
  }
  cells.rows += nulls + invalid
  cells.nulls = nulls
  cells.invalid = invalid
  return cells
}

/** The cell of a category. */
export function cellFinder({ labels, others }: CategoricalLayout): (value: string) => number {
  const other = labels.length
  const known = new Map<string, number>(others?.map((value) => [value, other]))
  for (const [cell, label] of labels.entries()) known.set(label, cell)
  const unknown = others === null ? other : other + 1
  return (value) => known.get(value) ?? unknown
}
