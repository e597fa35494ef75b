// The key segments of a loss table: which one or two inputs tell large errors from small ones best, beyond what the size of the
// prediction does. Chosen from the pilot's sample before anything is counted, since every row is counted in its segment.
//
// A split of cells into parts is worth it by how much of the spread of |error| within the cells it takes away, less what as many parts
// take away by chance: Σ over cells of SS − SS' − (parts − 1)·SS'/(rows − parts), as a share of ΣSS, with SS' the squares within parts.
// By cell, since errors that are large scatter more, too.

import { cellOf } from '#core/monitoring/cell-of.ts'
import type { ColumnLayout } from '#core/monitoring/column-cells.ts'
import { segmentSign, type ErrorScale } from '#core/monitoring/error-cells.ts'
import type { ColumnForm } from './column-kind.ts'
import { rowInvalid, rowNull } from './count-column.ts'
import type { InputColumn } from './inputs.ts'
import type { LaidColumn } from './lay-out.ts'
import { readNumber } from './read-number.ts'

export type SegmentQuestion = {
  readonly inputs: readonly InputColumn[]
  /** By position, as `InputColumn.at` names them. */
  readonly columns: readonly LaidColumn[]
  readonly scale: ErrorScale
  /** The pilot's sample, row by row: what was said and what was right, NaN for none. */
  readonly predictions: readonly number[]
  readonly labels: readonly number[]
  readonly valuesOf: (name: string) => readonly (string | null)[]
}

const segmentsMax = 2
const inputsMax = 100
/** Rows per cell on average: with fewer, most cells would fall back to their decile. */
const rowsPerCellMin = 20
const worthMin = 0.02

/** None where the pilot has too few labelled rows, or nothing is worth it. */
export function chooseSegments(question: SegmentQuestion): InputColumn[] {
  const { scale, predictions, labels } = question
  const errors = predictions.map((said, row) => Math.abs(said - (labels[row] ?? Number.NaN)))
  let cells = Int32Array.from(predictions, (said, row) =>
    Number.isFinite(errors[row]) ? cellOf(scale.edges, said) : -1,
  )
  const candidates = question.inputs
    .filter(({ at }) => isSplitting(question.columns[at]?.reference.layout))
    .slice(0, inputsMax)
    .map((input) => ({ input, levels: levelsOf(question, input) }))
  const chosen: InputColumn[] = []
  while (chosen.length < segmentsMax) {
    const [best] = candidates
      .filter(({ input }) => !chosen.includes(input))
      .map(({ input, levels }) => {
        const split = cells.map((cell, row) => (cell < 0 ? -1 : cell * 256 + (levels[row] ?? 0)))
        return { input, split, worth: worthOf(errors, cells, split) }
      })
      .sort((a, b) => b.worth - a.worth)
    if (best === undefined || best.worth < worthMin) break
    chosen.push(best.input)
    cells = renumbered(best.split)
  }
  return chosen
}

/** The segment of a row by its codes; as the loss table names it. */
export function segmentName(levels: readonly number[]): string {
  return levels.join(segmentSign)
}

function isSplitting(layout: ColumnLayout | undefined): boolean {
  return layout?.kind === 'numeric' || layout?.kind === 'categorical' || layout?.kind === 'boolean'
}

/** Row by row of the sample, from 0. */
function levelsOf({ columns, valuesOf }: SegmentQuestion, input: InputColumn): Uint8Array {
  const column = columns[input.at]
  if (column === undefined) return new Uint8Array()
  const code = coder(column)
  return Uint8Array.from(valuesOf(input.name), (value) => Math.max(0, input.levelOf[code(value)] ?? 0))
}

/** The code that counting gives a value of the pilot. */
function coder({ form, reference: { layout } }: { readonly form: ColumnForm } & Pick<LaidColumn, 'reference'>) {
  const places = new Map(layout.kind === 'categorical' ? layout.labels.map((label, at) => [label, at] as const) : [])
  return (value: string | null): number => {
    if (value === null) return rowNull
    if (layout.kind === 'categorical') return places.get(value) ?? layout.labels.length
    if (layout.kind === 'boolean') return /^true$/i.test(value.trim()) ? 1 : 0
    const number = readNumber(value, form)
    return layout.kind === 'numeric' && Number.isFinite(number) ? cellOf(layout.edges, number) : rowInvalid
  }
}

function worthOf(errors: readonly number[], before: Int32Array, after: Int32Array): number {
  const whole = new Map<number, Spread & { parts: number }>()
  const parts = new Map<number, Spread & { parent: number }>()
  for (const [row, parent] of before.entries()) {
    if (parent < 0) continue
    const error = errors[row] ?? 0
    add(whole, parent, { error, empty: () => ({ ...nothing(), parts: 0 }) })
    add(parts, after[row] ?? 0, { error, empty: () => ({ ...nothing(), parent }) })
  }
  const n = [...whole.values()].reduce((sum, cell) => sum + cell.n, 0)
  if (n < rowsPerCellMin * parts.size) return 0
  const within = new Map<number, number>()
  for (const cell of parts.values()) {
    within.set(cell.parent, (within.get(cell.parent) ?? 0) + squaresOf(cell))
    const parent = whole.get(cell.parent)
    if (parent !== undefined) parent.parts += 1
  }
  let [all, saved] = [0, 0]
  for (const [at, cell] of whole) {
    const rest = within.get(at) ?? 0
    const free = cell.n - cell.parts
    all += squaresOf(cell)
    saved += squaresOf(cell) - rest - (free > 0 ? ((cell.parts - 1) * rest) / free : rest)
  }
  return all > 0 ? saved / all : 0
}

type Spread = { n: number; sum: number; squares: number }
const nothing = (): Spread => ({ n: 0, sum: 0, squares: 0 })

function add<Cell extends Spread>(
  cells: Map<number, Cell>,
  at: number,
  { error, empty }: { readonly error: number; readonly empty: () => Cell },
): void {
  const cell = cells.get(at) ?? empty()
  cell.n += 1
  cell.sum += error
  cell.squares += error * error
  cells.set(at, cell)
}

/** Σ (|error| − mean)² */
function squaresOf({ n, sum, squares }: Spread): number {
  return Math.max(0, squares - (sum * sum) / n)
}

/** Small again, so that the next split fits. */
function renumbered(cells: Int32Array): Int32Array<ArrayBuffer> {
  const places = new Map([...new Set(cells)].filter((cell) => cell >= 0).map((cell, at) => [cell, at] as const))
  return Int32Array.from(cells, (cell) => places.get(cell) ?? -1)
}
