// An even sample of a file's rows as small codes, for what needs several columns of one row at once: slices, attribution, regions
// that the pilot hardly has, leaks. A file within the bound is kept whole.

import type { ColumnCells } from '#core/monitoring/column-cells.ts'
import { flagNull, rowNull } from './count-column.ts'
import type { TextCounter } from './count-text.ts'
import type { CountQuestion } from './count-table.ts'
import type { OutcomeRow } from './outcome-counts.ts'
import { textBand, unseenShare } from './text-bands.ts'

export type KeptRows = {
  readonly size: number
  /** Row `step · i` of the file is row i here. */
  readonly step: number
  /** Per column of the question: the cell of the row's value, `rowNull` or `rowInvalid`. */
  readonly codes: readonly Uint8Array[]
  /** `flagNull` and so on, of any column of the row. */
  readonly flags: Uint8Array
  readonly chunk: Int32Array
  /** Classes, or numbers; as in `OutcomeRow`. */
  readonly label: Float64Array
  readonly prediction: Float64Array
  readonly score: Float64Array
  /** NaN where label or prediction is missing. */
  readonly loss: Float64Array
}

/** A row with a text that has many unseen words. */
export const flagWords = 8

type Kept = { readonly start: number; readonly rows: number; readonly flags: Uint8Array; readonly chunkOf: Int32Array }
type KeptColumn = Kept & {
  readonly codes: Uint8Array
  readonly get: (row: number) => unknown
  readonly text: TextCounter | undefined
  readonly cells: readonly ColumnCells[]
}

export function newKeptRows({
  rows,
  columns,
  keptMax,
  data,
}: Pick<CountQuestion, 'rows' | 'columns' | 'keptMax' | 'data'>) {
  const step = Math.max(1, Math.ceil(rows / keptMax))
  const capacity = Math.ceil(rows / step) + 1
  const numbers = () => new Float64Array(capacity).fill(Number.NaN)
  const kept = { label: numbers(), prediction: numbers(), score: numbers(), loss: numbers() }
  const codes = columns.map(() => new Uint8Array(capacity))
  const flags = new Uint8Array(capacity)
  const chunk = new Int32Array(capacity)
  let size = 0
  const each = ({ start, rows: count }: Kept, visit: (row: number, place: number) => void): void => {
    for (let row = (step - (start % step)) % step; row < count; row += step) {
      const place = (start + row) / step
      if (place < capacity) visit(row, place)
    }
  }
  return {
    keepColumn(at: number, batch: KeptColumn): void {
      const { text } = batch
      const target = codes[at]
      if (target === undefined) return
      each(batch, (row, place) => {
        target[place] = text === undefined ? (batch.codes[row] ?? rowNull) : keepText({ batch, text, row, data })
      })
    },
    keepFlags(batch: Kept): void {
      each(batch, (row, place) => {
        flags[place] = (flags[place] ?? 0) | (batch.flags[row] ?? 0)
        chunk[place] = batch.chunkOf[row] ?? 0
        size = Math.max(size, place + 1)
      })
    },
    keepOutcome(index: number, row: OutcomeRow, loss: number): void {
      if (index % step !== 0 || index / step >= capacity) return
      const place = index / step
      kept.label[place] = row.label
      kept.prediction[place] = row.prediction
      kept.score[place] = row.score
      kept.loss[place] = loss
    },
    finish: (): KeptRows => ({ size, step, codes, flags, chunk, ...kept }),
  }
}

type KeptText = {
  readonly batch: KeptColumn
  readonly text: TextCounter
  readonly row: number
  readonly data: 'reference' | 'live'
}

function keepText({ batch, text, row, data }: KeptText): number {
  const value = batch.get(row) as string | null
  const cells = batch.cells[batch.chunkOf[row] ?? 0]
  // The pilot's texts were counted when the column was laid out, each left out of what is known.
  if (data === 'live' && cells !== undefined) text.count(cells, value)
  if (value === null || value === '') {
    batch.flags[row] = (batch.flags[row] ?? 0) | flagNull
    return rowNull
  }
  const unseen = text.unseen(value)
  if (unseen > unseenShare) batch.flags[row] = (batch.flags[row] ?? 0) | flagWords
  return textBand(unseen)
}
