// DuckDB as this layer uses it: in memory with a bound, spilling beside the system's temporary files, and cut off from the
// network – files come from people nobody vouches for, and a read must never fetch an extension or an address.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { DuckDBInstance, type DuckDBConnection, type DuckDBDataChunk, type DuckDBValue } from '@duckdb/node-api'

export type Database = {
  /** Every row at once: for results that are small by their nature. */
  rows(sql: string): Promise<readonly (readonly DuckDBValue[])[]>
  run(sql: string): Promise<void>
  /** Very wide rows need room for a batch of them, JSON for the pieces in which it is read. Room once made stays. */
  makeRoomFor(table: { readonly columns: number; readonly isJson: boolean }): Promise<void>
  /** In the order of the source, 2048 rows at a time. */
  stream(sql: string): AsyncIterable<DuckDBDataChunk>
  close(): Promise<void>
}

/** DuckDB holds what it must within this and spills the rest. */
const memoryBytes = 70e6
/** A batch is 2048 rows, several are under way, and a text takes 16 bytes and more. */
const bytesPerColumn = 400_000
/** JSON is read in pieces of 32 MiB whatever it is told, one for each thread and one more. */
const jsonBytes = 100e6

export async function openDatabase(): Promise<Database> {
  keepYoungGeneration()
  const spill = await mkdtemp(join(tmpdir(), 'airworthy-assess-'))
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    memory_limit: megabytes(memoryBytes),
    temp_directory: spill,
    // Figures must not depend on how the threads raced.
    preserve_insertion_order: 'true',
  })
  const connection = await instance.connect()
  let room = memoryBytes
  await connection.run("set TimeZone = 'UTC'")
  return {
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRows(),
    run: async (sql) => {
      await connection.run(sql)
    },
    async makeRoomFor({ columns, isJson }) {
      room = Math.max(room, memoryBytes + Math.min(columns, 1000) * bytesPerColumn + (isJson ? jsonBytes : 0))
      await connection.run(`set memory_limit = '${megabytes(room)}'`)
    },
    stream: (sql) => streamChunks(connection, sql),
    async close() {
      connection.closeSync()
      instance.closeSync()
      await rm(spill, { recursive: true, force: true })
    },
  }
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)}MB`
}

/**
 * What is read lives for a moment, so a small young generation does: it stays as large as loading the program has made it. It would
 * grow to 128 MB with no gain. V8 takes this while it runs, unlike --max-semi-space-size.
 */
function keepYoungGeneration(): void {
  setFlagsFromString('--semi-space-growth-factor=1')
}

/** Values handed over between two collections. */
const valuesPerCollection = 500_000
const wholeEvery = 4

/**
 * A batch's memory is outside of JavaScript's heap and is freed when its small wrapper is collected, which the collector sees no
 * reason to do while the heap is small. So it is told to, now and then; otherwise memory would grow with the file.
 */
async function* streamChunks(connection: DuckDBConnection, sql: string): AsyncIterable<DuckDBDataChunk> {
  const result = await connection.stream(sql)
  const collect = collector()
  let values = 0
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    yield chunk
    values += chunk.rowCount * chunk.columnCount
    if (values < valuesPerCollection) continue
    values = 0
    collect()
    // What was collected is freed in the next turn of the loop.
    await setImmediate()
  }
}

/** Mostly a small collection, which is cheap; now and then a whole one, for what has grown old meanwhile. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (how?: { readonly type: 'minor' }) => void
  let times = 0
  return () => {
    times += 1
    collect(times % wholeEvery === 0 ? undefined : { type: 'minor' })
  }
}

/** A name of a column or table as SQL has it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as SQL has it. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
