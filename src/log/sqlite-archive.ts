// A log in a data folder, to be copied from or to. The folder must be locked: no server runs on it.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { PlatformError } from '#core/kernel/errors.ts'
import {
  archivedTables,
  columnsOf,
  keyOf,
  type ArchivedEntry,
  type ArchivedRow,
  type ArchivedTable,
  type SecretName,
  type WritableLogArchive,
} from './log-archive.ts'
import { openForWriting, payloadPartsMax } from './sqlite-schema.ts'
import { openTreeForWriting } from './sqlite-tree-schema.ts'
import { readPrivateFile, writePrivateFile } from './whole-file.ts'

const secretFiles: Record<SecretName, string> = { 'log-key': 'log-key', pseudonyms: 'secret' }

/** Errors: data_dir_invalid for files that hold no log; those of SQLite and of the file system. */
export function openSqliteArchive(dir: string): WritableLogArchive {
  const file = join(dir, 'log.sqlite')
  let open: { readonly log: DatabaseSync; readonly tree: DatabaseSync } | undefined
  /** Makes the files: only where a log is or is to be. */
  const files = () => (open ??= openFiles(dir))
  const tableIn = (table: ArchivedTable) => (table === 'once' ? files().log : files().tree)

  return {
    name: dir,
    async origin() {
      if (!existsSync(file)) return undefined
      return files().log.prepare("select value from meta where name = 'origin'").get()?.['value'] as string | undefined
    },
    size: async () =>
      Number(files().log.prepare('select coalesce(max(idx), -1) + 1 as size from entry').get()?.['size']),
    entries: async (from, limit) => readEntries(files().log, from, limit),
    async rows(table, after, limit) {
      const { key } = archivedTables[table]
      const [columns, order] = [columnsOf(table).join(', '), key.join(', ')]
      const past = after === undefined ? '' : `where (${order}) > (${key.map(() => '?').join(', ')})`
      const select = tableIn(table).prepare(`select ${columns} from ${table} ${past} order by ${order} limit ?`)
      select.setReturnArrays(true)
      const from = after === undefined ? [] : (keyOf(table, after) as SQLInputValue[])
      return select.all(...from, limit) as unknown as ArchivedRow[]
    },
    secret: async (name) => readPrivateFile(join(dir, secretFiles[name]))?.trim(),
    async begin(origin) {
      files().log.prepare('insert or ignore into meta (name, value) values (?, ?)').run('origin', origin)
    },
    putEntries: async (entries) => writeEntries(files().log, entries),
    async putRows(table, rows) {
      const db = tableIn(table)
      const columns = columnsOf(table)
      const put = db.prepare(
        `insert or replace into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
      )
      transaction(db, () => rows.forEach((row) => put.run(...(row as SQLInputValue[]))))
    },
    putSecret: async (name, value) => writePrivateFile(join(dir, secretFiles[name]), `${value}\n`),
    async close() {
      open?.log.close()
      open?.tree.close()
    },
  }
}

function openFiles(dir: string): { readonly log: DatabaseSync; readonly tree: DatabaseSync } {
  const [log, tree] = [join(dir, 'log.sqlite'), join(dir, 'tree.sqlite')]
  return { log: openFile(log, openForWriting), tree: openFile(tree, openTreeForWriting) }
}

function openFile(file: string, open: (file: string) => DatabaseSync): DatabaseSync {
  try {
    return open(file)
  } catch (error) {
    throw new PlatformError('data_dir_invalid', `${file} cannot be used: ${(error as Error).message}.`, {
      cause: error,
      hint: 'Name a folder with a log that is whole, or an empty one to copy to.',
    })
  }
}

type EntryRow = { idx: number; id: string; subject_ref: string | null; bytes: Uint8Array }
type PayloadRow = { key: number; part: string; salt: Uint8Array; bytes: Uint8Array }

function readEntries(db: DatabaseSync, from: number, limit: number): ArchivedEntry[] {
  const rows = db
    .prepare('select idx, id, subject_ref, bytes from entry where idx >= ? order by idx limit ?')
    .all(from, limit) as EntryRow[]
  const payloads = db.prepare(
    'select key, part, salt, bytes from payload where key >= ? and key < ? and erased = 0 order by key',
  )
  return rows.map(({ idx, id, subject_ref, bytes }) => ({
    index: idx,
    id,
    subjectRef: subject_ref,
    bytes,
    payloads: (payloads.all(idx * payloadPartsMax, (idx + 1) * payloadPartsMax) as PayloadRow[]).map(
      ({ key, ...payload }) => ({ position: key % payloadPartsMax, ...payload }),
    ),
  }))
}

function writeEntries(db: DatabaseSync, entries: readonly ArchivedEntry[]): void {
  const putEntry = db.prepare('insert into entry (idx, id, subject_ref, bytes) values (?, ?, ?, ?)')
  const putPayload = db.prepare('insert into payload (key, part, salt, bytes) values (?, ?, ?, ?)')
  transaction(db, () => {
    for (const { index, id, subjectRef, bytes, payloads } of entries) {
      putEntry.run(index, id, subjectRef, bytes)
      for (const { position, part, salt, bytes } of payloads)
        putPayload.run(index * payloadPartsMax + position, part, salt, bytes)
    }
  })
}

function transaction(db: DatabaseSync, work: () => void): void {
  db.exec('begin immediate')
  try {
    work()
    db.exec('commit')
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}
