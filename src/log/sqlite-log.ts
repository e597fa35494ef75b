// The embedded log: SQLite in two worker threads, one that writes and one that reads.
//
// Group commit: while one commit runs, everything that arrives joins the next. So one caller alone waits for one fsync,
// and a thousand callers share it. `append` resolves after the fsync, never before.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Log } from './log.ts'
import { createErasing } from './sqlite-erasing.ts'
import { erasureMark, openForWriting } from './sqlite-schema.ts'
import { createReadQueue } from './sqlite-read-queue.ts'
import { createWriteQueue } from './sqlite-write-queue.ts'

export type SqliteLogOptions = {
  /** The folder of the log; made by the caller, used by one process at a time (log/folder-lock.ts). */
  readonly dir: string
  /** Appends that may wait. Beyond it `append` fails with `overloaded` at once. */
  readonly queueMax?: number
}

/** Errors: data_dir_invalid when the file is no log or cannot be opened. */
export async function openSqliteLog({ dir, queueMax = 20_000 }: SqliteLogOptions): Promise<Log> {
  const file = join(dir, 'log.sqlite')
  const { origin, wasCutOff } = readMeta(file)
  const writes = await createWriteQueue(file, queueMax)
  const reads = createReadQueue(file)
  const erasing = createErasing(file, { wasCutOff })

  return {
    origin,
    append: writes.append,
    read: (from, limit, options) =>
      reads.records({ kind: 'range', from, limit, withPayloads: options?.withPayloads ?? false }),
    get: (indices, options) =>
      reads.records({ kind: 'indices', indices: indices.slice(0, 1000), withPayloads: options?.withPayloads ?? false }),
    findById: async (id, options) =>
      (await reads.records({ kind: 'id', id, withPayloads: options?.withPayloads ?? false }))[0],
    findOnce: (once) => reads.once(once),
    findBySubject: (subjectRef, query) => reads.bySubject(subjectRef, query),
    erasePayloads: (indices) => erasing.erase(indices.slice(0, 1000)),
    head: writes.head,
    latestHead: async () => writes.head(),
    onGrowth: writes.onGrowth,
    async close() {
      await erasing.close()
      await reads.close()
      // Last: only a connection that may write moves the write-ahead log into the file, so that the file alone is whole.
      await writes.close()
      erasing.release()
    },
  }
}

/**
 * `origin`: the log's name, made with the log and never changed, since it stands in every entry. `wasCutOff`: an erasure did
 * not come to its end.
 */
function readMeta(file: string): { readonly origin: string; readonly wasCutOff: boolean } {
  let db: DatabaseSync
  try {
    db = openForWriting(file)
  } catch (error) {
    throw new PlatformError('data_dir_invalid', `The log ${file} cannot be opened: ${(error as Error).message}.`, {
      cause: error,
      hint: 'Check that the folder is writable and the file is a log; a backup can be put in its place.',
    })
  }
  try {
    db.prepare('insert or ignore into meta (name, value) values (?, ?)').run(
      'origin',
      `airworthy/${randomBytes(8).toString('hex')}`,
    )
    const read = db.prepare('select value from meta where name = ?')
    return { origin: String(read.get('origin')?.['value']), wasCutOff: read.get(erasureMark) !== undefined }
  } finally {
    db.close()
  }
}
