// A log on a PostgreSQL server: the tables of schema airworthy_log, read without holding a transaction.

import { Client } from 'pg'
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
import { tilePath } from './tile-path.ts'
import { hashBytes } from './tree-builder.ts'

const partsMax = 16
/** Payloads are read in so many bytes at once at most, or one by one where one is larger. */
const payloadRows = 16

/** Errors: NotCheckable. */
export async function openPostgresLog(url: string): Promise<LogSource> {
  const client = new Client({
    connectionString: url,
    application_name: 'airworthy verify',
    connectionTimeoutMillis: 10_000,
  })
  // A connection that breaks between two queries would end the process; the next query says it.
  client.on('error', () => undefined)
  const ask = asker(client)
  try {
    await client.connect()
  } catch (error) {
    throw new NotCheckable('source', `The PostgreSQL server does not answer: ${(error as Error).message}.`, {
      cause: error,
    })
  }
  try {
    await ask('set default_transaction_read_only = on')
    const [there] = await ask(`select to_regclass('airworthy_log.entry') is not null`)
    if (there?.[0] !== true)
      throw new NotCheckable('source', 'There is no log in this database.', {
        hint: 'Name the database that DATABASE_URL of the server names.',
      })
    const [origin] = await ask(`select value from airworthy_log.meta where name = 'origin'`)
    return new PostgresSource(client, { ask, origin: origin?.[0] as string | undefined })
  } catch (error) {
    await client.end()
    throw error
  }
}

type Ask = (sql: string, parameters?: readonly unknown[]) => Promise<readonly (readonly unknown[])[]>

function asker(client: Client): Ask {
  return async (sql, parameters = []) => {
    try {
      const { rows } = await client.query({ text: sql, values: [...parameters], rowMode: 'array' })
      return rows as unknown[][]
    } catch (error) {
      throw new NotCheckable('source', `The PostgreSQL server could not be asked: ${(error as Error).message}.`, {
        cause: error,
      })
    }
  }
}

class PostgresSource implements LogSource {
  readonly name: string
  readonly origin: string | undefined
  readonly hasAllCheckpoints = true
  readonly payloads: PayloadSource
  readonly #client: Client
  readonly #ask: Ask

  constructor(client: Client, { ask, origin }: { readonly ask: Ask; readonly origin: string | undefined }) {
    this.#client = client
    this.#ask = ask
    this.origin = origin
    this.name = `postgres://${client.host}:${client.port}/${client.database ?? ''}`
    this.payloads = payloadsIn(ask)
  }

  async size(): Promise<number> {
    return this.#number('select coalesce(max(idx), -1) + 1 from airworthy_log.entry')
  }

  async nextIndex(from: number): Promise<number | undefined> {
    const [row] = await this.#ask('select min(idx) from airworthy_log.entry where idx >= $1', [from])
    return row?.[0] === null || row === undefined ? undefined : Number(row[0])
  }

  async entries(from: number, to: number): Promise<readonly StoredEntry[]> {
    const rows = await this.#ask(
      'select idx, bytes, id, (subject_ref is not null)::int from airworthy_log.entry where idx >= $1 and idx < $2 order by idx',
      [from, to],
    )
    return rows.map(([index, bytes, id, hasSubject]): StoredEntry => [
      Number(index),
      bytes as Uint8Array,
      id as string,
      Number(hasSubject),
    ])
  }

  async tiles({ level, n }: TileWish): Promise<readonly StoredTile[]> {
    const [row] = await this.#ask('select hashes from airworthy_log.tile where level = $1 and n = $2', [level, n])
    if (!row) return []
    const hashes = row[0] as Uint8Array
    return [{ path: tilePath({ level, n, width: Math.floor(hashes.length / hashBytes) || 1 }), hashes }]
  }

  async lastTiles(): Promise<readonly TileWish[]> {
    const rows = await this.#ask(
      'select distinct on (level) level, n, length(hashes) from airworthy_log.tile order by level, n desc',
    )
    return rows.map(([level, n, bytes]) => ({
      level: Number(level),
      n: Number(n),
      width: Math.ceil(Number(bytes) / hashBytes),
    }))
  }

  async checkpoints(above: number, limit: number): Promise<readonly StoredCheckpoint[]> {
    return this.#checkpoints('c.size > $1 order by c.size limit $2', [above, limit])
  }

  async newestCheckpoint(): Promise<StoredCheckpoint | undefined> {
    return (await this.#checkpoints('true order by c.size desc limit 1', []))[0]
  }

  async keys(): Promise<readonly string[]> {
    const rows = await this.#ask('select vkey from airworthy_log.key order by since, until is null')
    return rows.map(([vkey]) => String(vkey))
  }

  close(): Promise<void> {
    return this.#client.end()
  }

  async #checkpoints(where: string, parameters: readonly unknown[]): Promise<readonly StoredCheckpoint[]> {
    const rows = await this.#ask(
      `select c.size, c.note, array(select line from airworthy_log.cosignature as w where w.size = c.size order by witness)
         from airworthy_log.checkpoint as c where ${where}`,
      parameters,
    )
    return rows.map(([size, note, lines]) => ({
      name: `checkpoint of size ${Number(size)}`,
      size: Number(size),
      note: String(note),
      cosignatures: (lines as string[]).map((line) => line.trimEnd()),
    }))
  }

  async #number(sql: string): Promise<number> {
    const [row] = await this.#ask(sql)
    return Number(row?.[0])
  }
}

function payloadsIn(ask: Ask): PayloadSource {
  return {
    async *of(from, to): AsyncGenerator<StoredPayload> {
      let next = from * partsMax
      for (;;) {
        const rows = await ask(
          'select key, part, salt, bytes from airworthy_log.payload where key >= $1 and key < $2 order by key limit $3',
          [next, to * partsMax, payloadRows],
        )
        for (const [key, part, salt, bytes] of rows) {
          yield {
            index: Math.floor(Number(key) / partsMax),
            part: part as string,
            salt: salt as Uint8Array,
            bytes: bytes as Uint8Array,
          }
        }
        const last = rows.at(-1)
        if (!last || rows.length < payloadRows) return
        next = Number(last[0]) + 1
      }
    },
    async end() {
      const [row] = await ask('select max(key) from airworthy_log.payload')
      return row === undefined || row[0] === null ? 0 : Math.floor(Number(row[0]) / partsMax) + 1
    },
    async remains(index) {
      const [row] = await ask(
        `select exists (select 1 from airworthy_log.payload where key >= $1 and key < $2)
             or exists (select 1 from airworthy_log.entry where idx = $3 and subject_ref is not null)`,
        [index * partsMax, (index + 1) * partsMax, index],
      )
      return row?.[0] === true
    },
  }
}
