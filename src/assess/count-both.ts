// Reads both files for counting: cells from the pilot, chunks, then every row of both in the same cells.

import type { ColumnReference } from '#core/monitoring/column-cells.ts'
import { mergeCells } from '#core/monitoring/column-layout.ts'
import type { ChunkPlan, ChunkSize } from './chunk-plan.ts'
import { countTable, type TableCounts } from './count-table.ts'
import type { TextCounter } from './count-text.ts'
import type { Database } from './database.ts'
import { instantMsSql } from './encode-column.ts'
import { layOutColumns, type LaidColumn } from './lay-out.ts'
import type { AssessOptions } from './options.ts'
import type { OutcomeScale } from './outcome-counts.ts'
import { planOutcome, type OutcomePlan } from './outcome-plan.ts'
import { columnOf, outcomeScale } from './outcome-scale.ts'
import type { BothTables, OpenedTable } from './read-both.ts'
import { chooseChunk, planChunks, scanTimes, type Times } from './scan-times.ts'

export type Counted = {
  /** In both files; the reference's cells are counted. */
  readonly columns: readonly LaidColumn[]
  readonly outcome: { readonly plan: OutcomePlan; readonly scale: OutcomeScale } | null
  readonly chunkSize: ChunkSize
  readonly reference: CountedFile
  readonly live: CountedFile
  readonly notes: readonly string[]
}
export type CountedFile = {
  readonly counts: TableCounts
  readonly times: Times | null
  readonly chunks: ChunkPlan
}

/** Rows that are kept as codes; texts are measured of no more than this, over all text columns. */
const keptMax = 100_000
const textsMax = 20_000

export type CountBothQuestion = {
  readonly database: Database
  readonly both: BothTables
  readonly options: AssessOptions
  /** 0 to 1. */
  readonly onShare: (share: number) => void
}

export async function countBoth(question: CountBothQuestion): Promise<Counted> {
  const { database, both, options, onShare } = question
  const { reference, live, forms, roles, common } = both
  const places = common.flatMap((name) => {
    const form = forms.get(name)
    return form === undefined ? [] : [{ at: reference.table.columns.findIndex((column) => column.name === name), form }]
  })
  const laid = await layOutColumns({ database, ...reference, columns: places })
  onShare(0.2)
  const { plan, notes } = await planOutcome({
    database,
    options,
    roles,
    forms,
    reference: reference.table,
    live: live.table,
    pilot: reference,
  })
  const outcome = plan === null ? null : { plan, scale: outcomeScale(plan, both, laid) }
  const times = { reference: await timesOf(question, reference), live: await timesOf(question, live) }
  const rows = { reference: reference.sample.rows, live: live.sample.rows }
  const chunkSize = chooseChunk(options.chunk, { rows, times: times.live })
  const texts = await textCounters(laid, both)
  const answers = new Set([roles.target, roles.prediction, roles.score].filter((name) => name !== null))
  const total = reference.sample.rows + live.sample.rows
  const count = async (data: 'reference' | 'live', before: number): Promise<CountedFile> => {
    const { table, sample } = both[data]
    const chunks = planChunks(chunkSize, { file: table.file, rows: sample.rows, times: times[data] })
    const counts = await countTable({
      database,
      table,
      data,
      columns: laid,
      rows: sample.rows,
      time: times[data],
      chunks,
      outcome: outcome === null ? null : { ...outcome, sql: outcome.plan[data] },
      texts,
      answers,
      keptMax: texts.size > 0 ? Math.ceil(textsMax / texts.size) : keptMax,
      onRows: (rows) => onShare(0.2 + (0.8 * (before + rows)) / total),
    })
    return { counts, times: times[data], chunks }
  }
  const counted = { reference: await count('reference', 0), live: await count('live', reference.sample.rows) }
  return {
    columns: laid.map((column, at) => ({
      ...column,
      reference: withCounts(column.reference, counted.reference.counts, at),
    })),
    outcome,
    chunkSize,
    ...counted,
    notes: [...notes, ...segmentNotes(outcome?.scale), ...timeNotes(both, times), ...chunkNotes(counted)],
  }
}

function chunkNotes({ reference, live }: Pick<Counted, 'reference' | 'live'>): readonly string[] {
  return [...reference.chunks.notes, ...live.chunks.notes]
}

function segmentNotes(scale: OutcomeScale | undefined): string[] {
  if (scale?.kind !== 'regression' || scale.segments.length === 0) return []
  const names = scale.segments.map(({ name }) => `“${name}”`).join(' and ')
  return [`What errors are like is learnt by the size of the prediction and by ${names}, where they differ most.`]
}

/** Values and texts were counted when the column was laid out, each row left out of what is known; nulls are counted now. */
function withCounts({ layout, cells }: ColumnReference, { columns }: TableCounts, at: number): ColumnReference {
  const counted = (columns[at] ?? []).reduce(mergeCells)
  if (layout.kind === 'text') return { layout, cells }
  if (layout.kind !== 'categorical') return { layout, cells: counted }
  return { layout, cells: { ...cells, nulls: counted.nulls, rows: cells.rows + counted.nulls } }
}

async function timesOf({ database, both }: CountBothQuestion, { table }: OpenedTable): Promise<Times | null> {
  const name = both.roles.timestamp
  const column = table.columns.find((one) => one.name === name)
  if (name === null || column === undefined) return null
  return scanTimes(database, table, instantMsSql(column, both.forms.get(name)))
}

async function textCounters(columns: readonly LaidColumn[], both: BothTables): Promise<Map<string, TextCounter>> {
  const counters = new Map<string, TextCounter>()
  for (const { name, reference } of columns) {
    if (reference.layout.kind !== 'text') continue
    const { textCounter } = await import('./count-text.ts')
    counters.set(name, textCounter(reference.layout, columnOf(both.reference, name)))
  }
  return counters
}

function timeNotes(both: BothTables, times: Record<'reference' | 'live', Times | null>): string[] {
  return (['reference', 'live'] as const).flatMap((data) => {
    const { file } = both[data].table
    const found = times[data]
    if (found === null) return []
    const missing =
      found.missing > 0
        ? [
            `${found.missing.toLocaleString('en')} rows of ${file} have no readable time; they stay with the row before them.`,
          ]
        : []
    return found.isSorted ? missing : [`${file} is not in the order of time and was sorted.`, ...missing]
  })
}
