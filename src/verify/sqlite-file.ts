// A SQLite file opened for reading only, with errors told apart: a file that is damaged, and one that cannot be opened now.

import { existsSync, statSync } from 'node:fs'
import { DatabaseSync, type StatementSync, type SQLInputValue } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { NotCheckable } from './finding.ts'
import { StoreDamaged } from './source.ts'

// Primary result codes of SQLite (sqlite.org/rescode.html).
const damaged = new Set([10 /* IOERR */, 11 /* CORRUPT */, 26 /* NOTADB */])
const wantsToWrite = new Set([8 /* READONLY */, 14 /* CANTOPEN */])

export type Row = readonly unknown[]

export class SqliteFile {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  /** Errors: NotCheckable, StoreDamaged. */
  constructor(file: string) {
    this.#db = open(file)
  }

  /** Rows as arrays. Each statement is prepared once. Errors: StoreDamaged. */
  all(sql: string, ...parameters: SQLInputValue[]): readonly Row[] {
    return guarded(() => this.#statement(sql).all(...parameters) as unknown as Row[])
  }

  /** As `all`, row by row, for rows that are large. Errors: StoreDamaged. */
  *each(sql: string, ...parameters: SQLInputValue[]): Generator<Row> {
    const rows = guarded(() => this.#statement(sql).iterate(...parameters))
    for (;;) {
      const next = guarded(() => rows.next())
      if (next.done) return
      yield next.value as unknown as Row
    }
  }

  hasTable(name: string): boolean {
    return this.all(`select 1 from sqlite_schema where type = 'table' and name = ?`, name).length > 0
  }

  close(): void {
    this.#db.close()
  }

  #statement(sql: string): StatementSync {
    const prepared = this.#statements.get(sql)
    if (prepared) return prepared
    const statement = this.#db.prepare(sql)
    statement.setReturnArrays(true)
    this.#statements.set(sql, statement)
    return statement
  }
}

function open(file: string): DatabaseSync {
  try {
    return probed(new DatabaseSync(file, { readOnly: true }))
  } catch (error) {
    const code = primaryCode(error)
    if (damaged.has(code)) throw new StoreDamaged((error as Error).message, { cause: error })
    // In a folder that may not be written to, SQLite cannot make the files beside it that it wants. Where nothing waits in a
    // log of its own, nobody writes either, and the file can be read as it is.
    const waiting = `${file}-wal`
    if (wantsToWrite.has(code) && existsSync(file) && (!existsSync(waiting) || statSync(waiting).size === 0))
      return openImmutable(file)
    throw new NotCheckable('source', `The file ${file} cannot be opened: ${(error as Error).message}.`, {
      cause: error,
    })
  }
}

function openImmutable(file: string): DatabaseSync {
  const url = pathToFileURL(file)
  url.searchParams.set('immutable', '1')
  return guarded(() => probed(new DatabaseSync(url, { readOnly: true })))
}

/** Opening reads nothing yet; this does. */
function probed(db: DatabaseSync): DatabaseSync {
  try {
    db.exec('pragma busy_timeout=10000; pragma cache_size=-8192; pragma mmap_size=0')
    db.prepare('select count(*) from sqlite_schema').get()
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    const isDamaged = damaged.has(primaryCode(error)) || (error as NodeJS.ErrnoException).code === 'ERR_OUT_OF_RANGE'
    throw isDamaged ? new StoreDamaged((error as Error).message, { cause: error }) : error
  }
}

/** The lowest byte is the kind of error; the rest tells more of it. */
function primaryCode(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff
}
