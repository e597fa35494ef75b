// When the rows of a file happened: one pass over the timestamps alone, before the rows are cut into chunks.

import {
  bucketOf,
  parseChunk,
  planByCalendar,
  planByRows,
  usualChunk,
  usualRows,
  type ChunkedRows,
  type ChunkPlan,
  type ChunkSize,
} from './chunk-plan.ts'
import type { Database } from './database.ts'
import { unreadable, type Table } from './open-table.ts'

export type Times = {
  readonly sql: string
  readonly isSorted: boolean
  /** Milliseconds since 1970; NaN where no row has a time. */
  readonly first: number
  readonly last: number
  /** Rows per day since 1970, in order. */
  readonly days: readonly { readonly day: number; readonly n: number }[]
  readonly missing: number
}

const dayMs = 86_400_000

export async function scanTimes(database: Database, table: Table, sql: string): Promise<Times> {
  const days = new Map<number, number>()
  let [isSorted, missing, first, last, before] = [true, 0, Infinity, -Infinity, -Infinity]
  for await (const chunk of database.stream(`select coalesce(${sql}, 'nan'::double) from ${table.relation}`)) {
    const vector = chunk.getColumnVector(0)
    const { rowCount } = chunk
    for (let row = 0; row < rowCount; row += 1) {
      const ms = vector.getItem(row) as number
      if (Number.isNaN(ms)) {
        missing += 1
        continue
      }
      if (ms < before) isSorted = false
      before = ms
      first = Math.min(first, ms)
      last = Math.max(last, ms)
      const day = Math.floor(ms / dayMs)
      days.set(day, (days.get(day) ?? 0) + 1)
    }
  }
  const inOrder = Array.from(days, ([day, n]) => ({ day, n })).sort((a, b) => a.day - b.day)
  const hasTime = inOrder.length > 0
  return {
    sql,
    isSorted,
    first: hasTime ? first : Number.NaN,
    last: hasTime ? last : Number.NaN,
    days: inOrder,
    missing,
  }
}

/** What live is cut by; the pilot is cut likewise. `times`: of the live rows. Errors: table_unreadable for a calendar where no column says when. */
export function chooseChunk(
  asked: string | undefined,
  { rows, times }: { readonly rows: ChunkedRows; readonly times: Times | null },
): ChunkSize {
  const span = times === null || Number.isNaN(times.first) ? null : times.last - times.first
  const size = asked === undefined ? usualChunk(rows, span) : parseChunk(asked)
  if (size.kind === 'rows' || span !== null) return size
  throw times === null
    ? unreadable(
        `--chunk is “${asked}”, and no column says when the live rows happened.`,
        'Name the column with --timestamp, or give --chunk as a number of rows (5000).',
      )
    : unreadable(
        `--chunk is “${asked}”, and no live row has a time that can be read.`,
        'Write times as 2026-11-21T13:05:00Z, or give --chunk as a number of rows (5000).',
      )
}

export type Cut = { readonly file: string; readonly rows: number; readonly times: Times | null }

export function planChunks(size: ChunkSize, { file, rows, times }: Cut): ChunkPlan {
  if (size.kind === 'rows' || times === null) {
    return planByRows(rows, size.kind === 'rows' ? size.rows : usualRows({ reference: rows, live: 0 }), file)
  }
  const counts = new Map<number, number>()
  for (const { day, n } of times.days) {
    const bucket = bucketOf(day * dayMs, size)
    counts.set(bucket, (counts.get(bucket) ?? 0) + n)
  }
  return planByCalendar(
    Array.from(counts, ([bucket, n]) => ({ bucket, n })),
    size,
    file,
  )
}
