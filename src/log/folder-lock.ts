// One process per data folder. The lock is SQLite's own (fcntl), so it ends with the process that holds it, also by kill -9.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PlatformError } from '#core/kernel/errors.ts'

export type FolderLock = {
  /** Leaves a note of who holds it, for whoever is refused. */
  describe(holder: { readonly pid: number; readonly url?: string }): void
  release(): void
}

const sqliteBusy = 5

/** Errors: data_dir_in_use, saying who holds it; data_dir_invalid when the folder cannot be written. */
export function lockFolder(dir: string): FolderLock {
  const noteFile = join(dir, 'server.json')
  const db = open(dir)
  try {
    db.exec('pragma busy_timeout=0; pragma journal_mode=delete; begin exclusive')
  } catch (error) {
    db.close()
    if ((error as { errcode?: number }).errcode !== sqliteBusy) throw unusable(dir, error)
    throw new PlatformError('data_dir_in_use', `Another server runs on ${dir}${holderOf(noteFile)}.`, {
      cause: error,
      hint: 'Stop it first, or give this one its own folder with AIRWORTHY_DATA_DIR.',
    })
  }
  // Of a process that was killed: until this one describes itself nobody should be told of that one.
  rmSync(noteFile, { force: true })
  return {
    describe: (holder) => writeFileSync(noteFile, `${JSON.stringify(holder)}\n`, { mode: 0o600 }),
    release() {
      rmSync(noteFile, { force: true })
      db.close()
    },
  }
}

function open(dir: string): DatabaseSync {
  try {
    return new DatabaseSync(join(dir, 'lock.sqlite'))
  } catch (error) {
    throw unusable(dir, error)
  }
}

function unusable(dir: string, cause: unknown): PlatformError {
  return new PlatformError('data_dir_invalid', `The data folder ${dir} cannot be used: ${(cause as Error).message}.`, {
    cause,
    hint: 'Check that the folder exists and this user may write in it.',
  })
}

function holderOf(noteFile: string): string {
  const { pid, url } = readNote(noteFile)
  if (pid === undefined) return ''
  return ` (process ${pid}${url === undefined ? '' : `, ${url}`})`
}

/** Empty when there is none, or while it is being written: it only helps to say who is in the way. */
function readNote(noteFile: string): { readonly pid?: number; readonly url?: string } {
  try {
    return JSON.parse(readFileSync(noteFile, 'utf8')) as { pid?: number; url?: string }
  } catch {
    return {}
  }
}
