// One process per data folder. The lock is SQLite's own (fcntl), so it ends with the process that holds it, also by kill -9.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PlatformError } from '#core/kernel/errors.ts'

export type FolderLock = {
  /** Leaves a note of who holds it, for whoever is refused. */
  describe(holder: { readonly pid: number; readonly url?: string }): void
  release(): void
}

/** Errors: data_dir_in_use, saying who holds it; data_dir_invalid when the folder cannot be written. */
export function lockFolder(dir: string): FolderLock {
  const noteFile = join(dir, 'server.json')
  const db = open(dir)
  try {
    db.exec('pragma busy_timeout=0; pragma journal_mode=delete; begin exclusive')
  } catch (error) {
    db.close()
    throw new PlatformError('data_dir_in_use', `Another server runs on ${dir}${holderOf(noteFile)}.`, {
      cause: error,
      hint: 'Stop it first, or give this one its own folder with AIRWORTHY_DATA_DIR.',
    })
  }
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
    throw new PlatformError('data_dir_invalid', `The data folder ${dir} cannot be used: ${(error as Error).message}.`, {
      cause: error,
      hint: 'Check that the folder exists and this user may write in it.',
    })
  }
}

function holderOf(noteFile: string): string {
  if (!existsSync(noteFile)) return ''
  const note = JSON.parse(readFileSync(noteFile, 'utf8')) as { pid?: number; url?: string }
  return ` (process ${note.pid ?? 'unknown'}${note.url === undefined ? '' : `, ${note.url}`})`
}
