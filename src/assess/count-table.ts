// The second pass over a file: every row is counted once, in order, into the cells that the pilot fixed. Memory does not grow with
// the number of rows: what is kept of single rows (`KeptRows`) is a bounded, even sample as small codes.

import type { DuckDBDataChunk } from '@duckdb/node-api'
import type { ColumnCells, ColumnLayout } from '#core/monitoring/column-cells.ts'
import { emptyCells } from '#core/monitoring/column-layout.ts'
import { isMeasurable } from '#core/monitoring/read-value.ts'
import { segmentName } from './choose-segments.ts'
import type { ChunkPlan } from './chunk-plan.ts'
import { countBatch, type Batch } from './count-column.ts'
import type { Database } from './database.ts'
import { columnCodeSql, numberEmpty } from './encode-column.ts'
import { newKeptRows, type KeptRows } from './kept-rows.ts'
import type { LaidColumn } from './lay-out.ts'
import type { Table } from './open-table.ts'
import { outcomeCounter, type OutcomeCounts, type OutcomeScale } from './outcome-counts.ts'
import type { OutcomePlan, OutcomeSql } from './outcome-plan.ts'
import type { TextCounter } from './count-text.ts'
import { columnsPerPass } from './sample-table.ts'

export type CountQuestion = {
  readonly database: Database
  readonly table: Table
  readonly data: 'reference' | 'live'
  /** Those that are in both files. */
  readonly columns: readonly LaidColumn[]
  readonly rows: number
  /** SQL of the instant, and whether the file is not in its order. */
  readonly time: { readonly sql: string; readonly isSorted: boolean } | null
  readonly chunks: ChunkPlan
  readonly outcome: { readonly plan: OutcomePlan; readonly sql: OutcomeSql; readonly scale: OutcomeScale } | null
  readonly texts: ReadonlyMap<string, TextCounter>
  /** Target, prediction and score: what is odd about an answer is no cause of its being wrong. */
  readonly answers: ReadonlySet<string>
  readonly keptMax: number
  readonly onRows: (rows: number) => void
}

export type TableCounts = {
  readonly rows: number
  /** Per column of the question, then per chunk. */
  readonly columns: readonly (readonly ColumnCells[])[]
  readonly chunkRows: readonly number[]
  /** Milliseconds; NaN where there is no time. Per chunk the first and the last. */
  readonly chunkTimes: readonly { readonly first: number; readonly last: number }[]
  readonly outcome: OutcomeCounts | null
  readonly kept: KeptRows
}

export async function countTable(question: CountQuestion): Promise<TableCounts> {
  const { columns, chunks } = question
  const cells = columns.map(({ reference }) => Array.from({ length: chunks.count }, () => emptyCells(reference.layout)))
  const kept = newKeptRows(question)
  const state: State = {
    cells,
    kept,
    chunkRows: Array.from({ length: chunks.count }, () => 0),
    chunkTimes: Array.from({ length: chunks.count }, () => ({ first: Number.NaN, last: Number.NaN })),
    counter:
      question.outcome === null
        ? null
        : outcomeCounter(question.outcome.scale, { chunks: chunks.count, classes: classCount(question.outcome.plan) }),
  }
  let rows = 0
  for (let from = 0; from < Math.max(1, columns.length); from += columnsPerPass) {
    rows = await readPass(question, state, { from, to: Math.min(columns.length, from + columnsPerPass) })
  }
  const { chunkRows, chunkTimes, counter } = state
  return { rows, columns: cells, chunkRows, chunkTimes, outcome: counter?.counts ?? null, kept: kept.finish() }
}

type State = {
  readonly cells: readonly (readonly ColumnCells[])[]
  readonly kept: ReturnType<typeof newKeptRows>
  readonly chunkRows: number[]
  readonly chunkTimes: { first: number; last: number }[]
  readonly counter: ReturnType<typeof outcomeCounter> | null
}
type Pass = { readonly from: number; readonly to: number }

function classCount({ task }: OutcomePlan): number {
  return task.kind === 'regression' ? 0 : task.classes.length
}

async function readPass(question: CountQuestion, state: State, pass: Pass): Promise<number> {
  const { database, outcome, time } = question
  const parts = [
    `coalesce(${time?.sql ?? 'null'}, 'nan'::double)`,
    ...(outcome === null ? [] : [outcome.sql.label, outcome.sql.prediction, outcome.sql.score]),
  ].map((sql) => sql ?? `${numberEmpty}::double`)
  const first = parts.length
  for (let at = pass.from; at < pass.to; at += 1) parts.push(await columnSql(question, at))
  const order = time === null || time.isSorted ? '' : ` order by ${time.sql} nulls last`
  const reader = batchReader(question, state, { ...pass, first })
  let rows = 0
  for await (const chunk of database.stream(`select ${parts.join(', ')} from ${question.table.relation}${order}`)) {
    reader(chunk, rows)
    rows += chunk.rowCount
    question.onRows(rows)
  }
  return rows
}

async function columnSql({ database, table, columns, data }: CountQuestion, at: number): Promise<string> {
  const laid = columns[at]
  const column = table.columns.find(({ name }) => name === laid?.name)
  if (laid === undefined || column === undefined) return 'null'
  const { form, reference } = laid
  return columnCodeSql(database, column, { form, layout: reference.layout, name: `column ${at} ${data}` })
}

/** Vectors hold at most this many rows. */
const batchRows = 2048

function batchReader(question: CountQuestion, state: State, pass: Pass & { readonly first: number }) {
  const { columns, texts, answers } = question
  const codes = new Uint8Array(batchRows)
  const flags = new Uint8Array(batchRows)
  const unflagged = new Uint8Array(batchRows)
  const chunkOf = new Int32Array(batchRows)
  const segments = segmentReader(question)
  return (chunk: DuckDBDataChunk, start: number): void => {
    flags.fill(0)
    findChunks(question, state, { chunk, start, chunkOf, isFirst: pass.from === 0 })
    const runs = runsOf(chunkOf, chunk.rowCount)
    for (let at = pass.from; at < pass.to; at += 1) {
      const layout = columns[at]?.reference.layout
      const cells = state.cells[at]
      if (layout === undefined || cells === undefined) continue
      const vector = chunk.getColumnVector(pass.first + at - pass.from)
      const get = (row: number): unknown => vector.getItem(row)
      const name = columns[at]?.name ?? ''
      const batch = { codes, flags: answers.has(name) ? unflagged : flags, get }
      for (const { from, to } of runs) countRun(layout, cells[chunkOf[from] ?? 0], { from, to, ...batch })
      segments.take(at, codes)
      const text = texts.get(name)
      state.kept.keepColumn(at, { start, rows: chunk.rowCount, codes, flags, chunkOf, get, text, cells })
    }
    if (pass.from === 0) addOutcomes(question, state, { chunk, start, chunkOf, segmentOf: segments.of })
    state.kept.keepFlags({ start, rows: chunk.rowCount, flags, chunkOf })
  }
}

function countRun(layout: ColumnLayout, cells: ColumnCells | undefined, batch: Batch): void {
  if (cells !== undefined && layout.kind !== 'text') countBatch(layout, cells, batch)
}

type Chunked = { readonly chunk: DuckDBDataChunk; readonly start: number; readonly chunkOf: Int32Array }

function findChunks(
  { chunks, time }: CountQuestion,
  { chunkRows, chunkTimes }: State,
  { chunk, start, chunkOf, isFirst }: Chunked & { readonly isFirst: boolean },
): void {
  const times = time === null ? null : chunk.getColumnVector(0)
  const { rowCount } = chunk
  for (let row = 0; row < rowCount; row += 1) {
    const ms = times === null ? Number.NaN : (times.getItem(row) as number)
    const at = chunks.chunkOf(start + row, ms)
    chunkOf[row] = at
    const span = chunkTimes[at]
    if (!isFirst || span === undefined) continue
    chunkRows[at] = (chunkRows[at] ?? 0) + 1
    if (Number.isNaN(ms)) continue
    if (Number.isNaN(span.first)) span.first = ms
    span.last = ms
  }
}

/** Stretches of rows in the same chunk. */
function runsOf(chunkOf: Int32Array, rows: number): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = []
  for (let from = 0, to = 1; from < rows; to += 1) {
    if (to < rows && chunkOf[to] === chunkOf[from]) continue
    runs.push({ from, to })
    from = to
  }
  return runs
}

/** Keeps the codes of the columns that errors are counted apart by: outcomes are counted after all columns of a batch. */
function segmentReader({ outcome }: CountQuestion) {
  const segments = outcome?.scale.kind === 'regression' ? outcome.scale.segments : []
  const held = segments.map(({ at, levelOf }) => ({ at, levelOf, codes: new Uint8Array(batchRows) }))
  return {
    take(at: number, codes: Uint8Array): void {
      held.find((one) => one.at === at)?.codes.set(codes)
    },
    of: (row: number): string =>
      segmentName(held.map(({ levelOf, codes }) => Math.max(0, levelOf[codes[row] ?? 0] ?? 0))),
  }
}

function addOutcomes(
  { outcome }: CountQuestion,
  { counter, kept }: State,
  { chunk, start, chunkOf, segmentOf }: Chunked & { readonly segmentOf: (row: number) => string },
): void {
  if (outcome === null || counter === null) return
  const { plan, scale } = outcome
  const isNumber = scale.kind === 'regression'
  const [labels, predictions, scores] = [1, 2, 3].map((at) => chunk.getColumnVector(at))
  const number = (vector: typeof labels, row: number): number => {
    const value = vector?.getItem(row) as number
    return isMeasurable(value) ? value : Number.NaN
  }
  const answer = (vector: typeof labels, row: number): number =>
    isNumber ? number(vector, row) : (plan.classOfCode[vector?.getItem(row) as number] ?? -1)
  const row = { label: -1, prediction: -1, score: Number.NaN, segment: '' }
  const { rowCount } = chunk
  for (let at = 0; at < rowCount; at += 1) {
    row.label = answer(labels, at)
    const score = number(scores, at)
    row.score = plan.isScoreOfOther ? 1 - score : score
    row.prediction =
      plan.decidesByScore && scale.kind === 'binary' ? byScore(row.score, scale.positive) : answer(predictions, at)
    if (isNumber) row.segment = segmentOf(at)
    const loss = counter.add(row, chunkOf[at] ?? 0)
    kept.keepOutcome(start + at, row, loss)
  }
}

function byScore(score: number, positive: number): number {
  if (Number.isNaN(score)) return -1
  // Two classes: 0 and 1.
  return score >= 0.5 ? positive : 1 - positive
}
