// A server's data folder: entries and payloads in log.sqlite, the tree in tree.sqlite. The server may run or be stopped; both
// files are opened for reading only, and no transaction is held, so that the server is not disturbed.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { NotCheckable } from './finding.ts'
import type {
  LogSource,
  PayloadSource,
  StoredCheckpoint,
  StoredEntry,
  StoredPayload,
  StoredTile,
  TileWish,
} from './source.ts'
import { StoreDamaged } from './source.ts'
import { SqliteFile, type Row } from './sqlite-file.ts'
import { tilePath } from './tile-path.ts'
import { hashBytes } from './tree-builder.ts'

/** Payloads of an entry have the keys `index * 16` to `index * 16 + 15`. */
const partsMax = 16

/** Errors: NotCheckable, StoreDamaged. */
export function openDataFolder(folder: string): LogSource {
  const file = join(folder, 'log.sqlite')
  if (!existsSync(file))
    throw new NotCheckable('source', `There is no log in ${folder}.`, {
      hint: 'Name the data folder of a server, which holds log.sqlite.',
    })
  const log = new SqliteFile(file)
  const treeFile = join(folder, 'tree.sqlite')
  const tree = existsSync(treeFile) ? new SqliteFile(treeFile) : undefined
  return new DataFolderSource(folder, { log, tree })
}

class DataFolderSource implements LogSource {
  readonly name: string
  readonly origin: string | undefined
  readonly hasAllCheckpoints = true
  readonly payloads: PayloadSource
  readonly #log: SqliteFile
  readonly #tree: SqliteFile | undefined

  constructor(folder: string, { log, tree }: { readonly log: SqliteFile; readonly tree: SqliteFile | undefined }) {
    this.name = folder
    this.#log = log
    // A server that was stopped at its first start may have left a file without tables.
    this.#tree = tree?.hasTable('checkpoint') ? tree : undefined
    const origin = log.all(`select value from meta where name = 'origin'`)[0]?.[0]
    this.origin = typeof origin === 'string' ? origin : undefined
    this.payloads = payloadsIn(log)
  }

  async size(): Promise<number> {
    return Number(this.#log.all('select coalesce(max(idx), -1) + 1 from entry')[0]?.[0])
  }

  async nextIndex(from: number): Promise<number | undefined> {
    const index = this.#log.all('select min(idx) from entry where idx >= ?', from)[0]?.[0]
    return typeof index === 'number' ? index : undefined
  }

  async entries(from: number, to: number): Promise<readonly StoredEntry[]> {
    return wholeRange(this.#log, from, to) ?? this.#rows(from, to)
  }

  #rows(from: number, to: number): readonly StoredEntry[] {
    const rows = this.#log.all(
      'select idx, bytes, id, subject_ref is not null from entry where idx >= ? and idx < ? order by idx',
      from,
      to,
    )
    for (const row of rows) {
      if (!(row[1] instanceof Uint8Array) || typeof row[2] !== 'string') (row as unknown[])[1] = null
    }
    return rows as unknown as readonly StoredEntry[]
  }

  async tiles({ level, n }: TileWish): Promise<readonly StoredTile[]> {
    const hashes = this.#tree?.all('select hashes from tile where level = ? and n = ?', level, n)[0]?.[0]
    if (hashes === undefined) return []
    const bytes = asBytes(hashes)
    return [{ path: tilePath({ level, n, width: Math.floor(bytes.length / hashBytes) || 1 }), hashes: bytes }]
  }

  async lastTiles(): Promise<readonly TileWish[]> {
    const last: TileWish[] = []
    const highest = Number(this.#tree?.all('select coalesce(max(level), -1) from tile')[0]?.[0] ?? -1)
    for (let level = 0; level <= Math.min(highest, 63); level++) {
      const [row] =
        this.#tree?.all('select n, length(hashes) from tile where level = ? order by n desc limit 1', level) ?? []
      if (row) last.push({ level, n: Number(row[0]), width: Math.ceil(Number(row[1]) / hashBytes) })
    }
    return last
  }

  async checkpoints(above: number, limit: number): Promise<readonly StoredCheckpoint[]> {
    const rows =
      this.#tree?.all('select size, note from checkpoint where size > ? order by size limit ?', above, limit) ?? []
    return rows.map((row) => this.#checkpoint(row))
  }

  async newestCheckpoint(): Promise<StoredCheckpoint | undefined> {
    const row = this.#tree?.all('select size, note from checkpoint order by size desc limit 1')[0]
    return row && this.#checkpoint(row)
  }

  async keys(): Promise<readonly string[]> {
    return (this.#tree?.all('select vkey from key order by since, until is null') ?? []).map(([vkey]) => String(vkey))
  }

  async close(): Promise<void> {
    this.#log.close()
    this.#tree?.close()
  }

  #checkpoint([size, note]: Row): StoredCheckpoint {
    const lines = this.#tree?.all('select line from cosignature where size = ? order by witness', Number(size)) ?? []
    return {
      name: `checkpoint of size ${Number(size)}`,
      size: Number(size),
      note: String(note),
      cosignatures: lines.map(([line]) => String(line).trimEnd()),
    }
  }
}

const inOneRow = `select group_concat(idx), group_concat(length(bytes)), group_concat(id, char(10)),
    cast(group_concat(bytes, '') as blob), group_concat(iif(subject_ref is null, null, idx)),
    sum(typeof(bytes) = 'blob' and typeof(id) = 'text')
  from entry where idx >= ? and idx < ?`

/**
 * All entries of a range in one row, which SQLite gives in two thirds of the time that a row an entry takes. Undefined where
 * anything is not as it should be: then they are read one by one. The indices say in which order they were joined.
 */
function wholeRange(log: SqliteFile, from: number, to: number): readonly StoredEntry[] | undefined {
  const [row] = log.all(inOneRow, from, to)
  const [indices, lengths, ids, bytes, withSubject, sound] = row ?? []
  if (sound !== to - from || !(bytes instanceof Uint8Array)) return undefined
  const allIndices = numbers(indices)
  const allIds = String(ids).split('\n')
  const subjects = new Set(withSubject === null ? [] : numbers(withSubject))
  if (allIds.length !== allIndices.length) return undefined
  const rows: StoredEntry[] = []
  let at = 0
  for (const [position, length] of numbers(lengths).entries()) {
    const index = from + position
    if (allIndices[position] !== index) return undefined
    const entry = new Uint8Array(bytes.buffer, bytes.byteOffset + at, length)
    rows.push([index, entry, allIds[position] ?? '', subjects.has(index) ? 1 : 0])
    at += length
  }
  return at === bytes.length ? rows : undefined
}

function numbers(list: unknown): number[] {
  return JSON.parse(`[${String(list)}]`) as number[]
}

/**
 * What was erased is overwritten with zeros where it lies; then it is not there. A row that is only called erased is there
 * all the same.
 */
function payloadsIn(log: SqliteFile): PayloadSource {
  // Logs that were made before payloads could be erased lack the column.
  const canErase = log.all(`select 1 from pragma_table_info('payload') where name = 'erased'`).length > 0
  const erased = canErase ? 'erased' : '0'
  const isThere = `not (${erased} = 1 and salt = zeroblob(length(salt)) and bytes = zeroblob(length(bytes)))`
  const rows = `from payload where key >= ? and key < ? and ${isThere}`
  return {
    *of(from, to): Generator<StoredPayload> {
      const found = log.each(
        `select key, part, salt, bytes, ${erased} ${rows} order by key`,
        from * partsMax,
        to * partsMax,
      )
      for (const [key, part, salt, bytes, isErased] of found) {
        yield {
          index: Math.floor(Number(key) / partsMax),
          part: String(part),
          salt: asBytes(salt),
          bytes: asBytes(bytes),
          isCalledErased: isErased === 1,
        }
      }
    },
    async end() {
      const key = log.all('select max(key) from payload')[0]?.[0]
      return typeof key === 'number' ? Math.floor(key / partsMax) + 1 : 0
    },
    async remains(index) {
      const payloads = log.all(`select 1 ${rows} limit 1`, index * partsMax, (index + 1) * partsMax)
      const subjects = log.all('select 1 from entry where idx = ? and subject_ref is not null', index)
      return payloads.length > 0 || subjects.length > 0
    },
  }
}

function asBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new StoreDamaged(`a ${typeof value} stands where bytes should`)
}
