// The database that holds the view: PostgreSQL over its wire protocol, always. Without DATABASE_URL an embedded one runs
// in a thread of this process; there is one dialect, one driver and one set of migrations either way.

import { Socket } from 'node:net'
import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import { Pool } from 'pg'
import type { PlatformError } from '#core/kernel/errors.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres, type StorageLogger } from './embedded-postgres.ts'
import { migrate, remake, type RunSql, type RunTransaction } from './migrate.ts'
import { parseColumn } from './parse-column.ts'
import { sqlFailure, toViewError } from './sql-errors.ts'
import type { ViewTables } from './view-tables.ts'

export type DatabaseOptions = {
  /** `postgres://…`; undefined: embedded, in `<dataDir>/view`. */
  readonly databaseUrl: string | undefined
  readonly dataDir: string
  readonly logger?: StorageLogger
  /** Drops the view's tables first: for a rebuild. Also the way out when a migration was changed. */
  readonly reset?: boolean
}

/** Every call may fail with `view_unavailable`: then it may succeed later, and nothing was written. */
export type Database = {
  readonly kind: 'embedded' | 'postgresql'
  /** For reads. */
  readonly db: Kysely<ViewTables>
  /** `begin` … `commit`; rolled back when `work` throws. */
  transaction: RunTransaction
  /** Makes the tables where they are missing. May be called any time. Errors also: configuration_invalid. */
  prepare(): Promise<void>
  /** Drops the view's tables and makes them anew, empty. */
  reset(): Promise<void>
  /** Milliseconds for the shortest question. */
  ping(): Promise<number>
  close(): Promise<void>
}

const silent: StorageLogger = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Errors: view_unavailable, configuration_invalid (on a server: a migration was changed, or made by another version). */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { databaseUrl, dataDir, logger = silent } = options
  const embedded = databaseUrl === undefined ? await startEmbeddedPostgres(dataDir, logger) : undefined
  const pool = openPool(databaseUrl, embedded)
  // Without a listener a broken connection would end the process, whether it is idle (the pool tells) or in use between two
  // statements (it tells itself). The pool replaces it; whoever uses it is told by its next statement.
  // The driver hangs its whole client on the error, the key to cancel its queries among it.
  const warn = ({ message }: Error) => logger.warn({ why: message }, 'A connection to the database broke.')
  pool.on('error', warn)
  pool.on('connect', (client) => client.on('error', warn))
  const database = databaseOn(pool, embedded)
  try {
    await (options.reset ? database.reset() : prepare(database, logger))
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

/**
 * An embedded view belongs to this process alone: one that another version made is made anew from the log. On a server others
 * may be at work with it, so that somebody has to say so (airworthy rebuild).
 */
async function prepare(database: Database, logger: StorageLogger): Promise<void> {
  try {
    await database.prepare()
  } catch (error) {
    if (database.kind !== 'embedded' || (error as PlatformError).code !== 'configuration_invalid') throw error
    logger.warn({ err: error }, 'The view was made by another version of Airworthy; it is made anew from the log.')
    // Whatever tables that version had.
    await database.transaction((run) => run('drop schema public cascade; create schema public'))
    await database.reset()
  }
}

function openPool(databaseUrl: string | undefined, embedded: EmbeddedPostgres | undefined): Pool {
  const shared = {
    types: { getTypeParser: parseColumn },
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
    application_name: 'airworthy',
  }
  if (!embedded) return new Pool({ ...shared, connectionString: databaseUrl, max: 8 })
  // PGlite has one session. One connection means that nobody can meet another's half-done statement in it, and costs
  // nothing, since statements run one after another anyway.
  return new Pool({
    ...shared,
    user: 'postgres',
    database: 'postgres',
    stream: socketTo(embedded.socketPath),
    max: 1,
  })
}

/** The driver insists on a host and a port; this socket knows better. */
function socketTo(path: string): () => Socket {
  return () => {
    const socket = new Socket()
    const connect = socket.connect.bind(socket)
    socket.connect = () => connect(path)
    return socket
  }
}

function databaseOn(pool: Pool, embedded: EmbeddedPostgres | undefined): Database {
  async function attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (sqlFailure(error) === 'damaged') embedded?.replace((error as Error).message)
      throw toViewError(error)
    }
  }

  async function transaction<T>(work: (run: RunSql) => Promise<T>): Promise<T> {
    const client = await attempt(() => pool.connect())
    let broken: Error | undefined
    const run: RunSql = async (text, parameters) => {
      const result = await attempt(() => client.query(text, parameters as unknown[]))
      return { rows: result.rows as Record<string, unknown>[], count: result.rowCount ?? 0 }
    }
    try {
      await run('begin')
      const done = await work(run)
      await run('commit')
      return done
    } catch (error) {
      // A connection that cannot even roll back is not used again.
      await client.query('rollback').catch((again: Error) => (broken = again))
      throw error
    } finally {
      client.release(broken)
    }
  }

  const guarded: PostgresPool = {
    async connect() {
      const client = await attempt(() => pool.connect())
      const query = (text: string, parameters: readonly unknown[]) => attempt(() => client.query(text, [...parameters]))
      return { query, release: () => client.release() } as unknown as Awaited<ReturnType<PostgresPool['connect']>>
    },
    end: () => pool.end(),
  }
  const db = new Kysely<ViewTables>({ dialect: new PostgresDialect({ pool: guarded }) })
  let closed = false

  return {
    kind: embedded ? 'embedded' : 'postgresql',
    db,
    transaction,
    prepare: async () => void (await migrate(transaction)),
    reset: () => remake(transaction),
    async ping() {
      const startedAt = performance.now()
      await attempt(() => pool.query('select 1'))
      return performance.now() - startedAt
    },
    async close() {
      if (closed) return
      closed = true
      await db.destroy()
      if (!pool.ended) await pool.end()
      await embedded?.close()
    },
  }
}
