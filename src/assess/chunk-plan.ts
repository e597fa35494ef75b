// How rows are cut into chunks: by count, or by calendar in UTC (weeks begin on Monday). Chunks are numbered from 0 in the order of
// time, or of the file. A small remainder joins its neighbour, since a chunk of a few rows says nothing; the merge is said.

import { unreadable } from './open-table.ts'

export type ChunkSize =
  | { readonly kind: 'rows'; readonly rows: number }
  | { readonly kind: 'calendar'; readonly unit: 'd' | 'w' | 'mo'; readonly count: number }

const dayMs = 86_400_000

/** Errors: table_unreadable. */
export function parseChunk(text: string): ChunkSize {
  const match = /^(\d{1,9})(d|w|mo)?$/.exec(text.trim())
  const count = Number(match?.[1] ?? 0)
  if (match === null || count < 1) {
    throw unreadable(`--chunk is “${text}”.`, 'Write a number of rows (5000), or days, weeks or months (1d, 1w, 1mo).')
  }
  const unit = match[2] as 'd' | 'w' | 'mo' | undefined
  if (unit !== undefined) return { kind: 'calendar', unit, count }
  if (count < 50) throw unreadable(`--chunk is ${count} rows.`, 'Take at least 50 rows: fewer say nothing.')
  return { kind: 'rows', rows: count }
}

/** The number of the calendar bucket that an instant is in; buckets follow each other without gaps. */
export function bucketOf(ms: number, { unit, count }: Extract<ChunkSize, { kind: 'calendar' }>): number {
  const day = Math.floor(ms / dayMs)
  if (unit === 'd') return Math.floor(day / count)
  // The first of January 1970 was a Thursday.
  if (unit === 'w') return Math.floor((day + 3) / 7 / count)
  const date = new Date(ms)
  return Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / count)
}

export function bucketStart(bucket: number, { unit, count }: Extract<ChunkSize, { kind: 'calendar' }>): number {
  if (unit === 'd') return bucket * count * dayMs
  if (unit === 'w') return (bucket * count * 7 - 3) * dayMs
  const month = bucket * count
  return Date.UTC(Math.floor(month / 12), month % 12)
}

export type ChunkPlan = {
  readonly count: number
  /** Of row `index` (in order) at `ms`; NaN for a row without time, which stays with the row before it. */
  readonly chunkOf: (index: number, ms: number) => number
  /** What a chunk begins with: a row's number, or an instant. */
  readonly startOf: (chunk: number) => number
  readonly notes: readonly string[]
}

export function planByRows(rows: number, size: number, file: string): ChunkPlan {
  const whole = Math.floor(rows / size)
  const rest = rows - whole * size
  const isMerged = whole > 0 && rest > 0 && rest < size / 2
  const count = Math.max(1, whole + (rest > 0 && !isMerged ? 1 : 0))
  return {
    count,
    chunkOf: (index) => Math.min(count - 1, Math.floor(index / size)),
    startOf: (chunk) => chunk * size,
    notes: isMerged ? [`The last ${rowsAre(rest, file)} counted with chunk ${count - 1}.`] : [],
  }
}

/** `counts`: rows per bucket, in order. The first and the last join their neighbour where they have under a quarter of the usual rows. */
export function planByCalendar(
  counts: readonly { readonly bucket: number; readonly n: number }[],
  size: Extract<ChunkSize, { kind: 'calendar' }>,
  file: string,
): ChunkPlan {
  const usual = counts.map(({ n }) => n).sort((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0
  const isSmall = (at: number) => counts.length > 2 && (counts[at]?.n ?? 0) < usual / 4
  const [mergeFirst, mergeLast] = [isSmall(0), isSmall(counts.length - 1)]
  const chunks = new Map<number, number>()
  const starts: number[] = []
  for (const [at, { bucket }] of counts.entries()) {
    const joins = (at === 1 && mergeFirst) || (at === counts.length - 1 && mergeLast)
    if (!joins) starts.push(bucketStart(bucket, size))
    chunks.set(bucket, starts.length - 1)
  }
  const notes = [
    ...(mergeFirst ? [`The first ${rowsAre(counts[0]?.n, file)} counted with the chunk after.`] : []),
    ...(mergeLast ? [`The last ${rowsAre(counts.at(-1)?.n, file)} counted with the chunk before.`] : []),
  ]
  let last = 0
  return {
    count: Math.max(1, starts.length),
    chunkOf: (_, ms) => {
      if (!Number.isNaN(ms)) last = chunks.get(bucketOf(ms, size)) ?? last
      return last
    },
    startOf: (chunk) => starts[chunk] ?? 0,
    notes,
  }
}

export type ChunkedRows = { readonly reference: number; readonly live: number }

const rowsPerChunk = 5000
/** Of a file that is long, chunks are longer: more of them say nothing more, and the counts of each are kept. */
const chunksMax: ChunkedRows = { reference: 2000, live: 200 }

/** Without a time, and without being told. */
export function usualRows(rows: ChunkedRows): number {
  const times = Math.max(rows.reference / chunksMax.reference, rows.live / chunksMax.live) / rowsPerChunk
  return rowsPerChunk * Math.max(1, Math.ceil(times))
}

/** Without being told: what gives some dozens of chunks of a few hundred rows and more. */
export function usualChunk(rows: ChunkedRows, spanMs: number | null): ChunkSize {
  if (spanMs === null) return { kind: 'rows', rows: usualRows(rows) }
  const days = Math.max(1, spanMs / dayMs)
  const perDay = rows.live / days
  if (days <= 62 && perDay >= 200) return { kind: 'calendar', unit: 'd', count: 1 }
  if (days <= 366 && perDay * 7 >= 200) return { kind: 'calendar', unit: 'w', count: 1 }
  return { kind: 'calendar', unit: 'mo', count: 1 }
}

/** "row of live.csv is", "27 rows of live.csv are". */
function rowsAre(n: number | undefined, file: string): string {
  return n === 1 ? `row of ${file} is` : `${(n ?? 0).toLocaleString('en')} rows of ${file} are`
}
