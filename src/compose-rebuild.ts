// `airworthy rebuild`: the log, the view and the projector, without a server around them.

import { openDatabase } from '#storage/open-database.ts'
import { createProjector } from '#engine/projector.ts'
import { lockFolder } from '#log/folder-lock.ts'
import type { Log } from '#log/log.ts'
import { lockPostgresLog } from '#log/postgres-lock.ts'
import { openPostgresLog } from '#log/postgres-log.ts'
import { openSqliteLog } from '#log/sqlite-log.ts'
import type { Configuration } from './configuration.ts'

/**
 * Makes the view anew and answers how many entries it was made from.
 * Errors: data_dir_in_use, log_in_use, data_dir_invalid, log_unavailable, view_unavailable.
 */
export async function rebuildView(configuration: Configuration): Promise<number> {
  const { dataDir, databaseUrl } = configuration
  await using stack = new AsyncDisposableStack()
  const log = await (databaseUrl === undefined ? inFolder(dataDir, stack) : onPostgres(databaseUrl, stack))
  const database = await openDatabase({ databaseUrl, dataDir, reset: true })
  stack.defer(() => database.close())
  const projector = createProjector({ log, database, clock: Date.now })
  projector.start()
  stack.defer(() => projector.stop())
  const { entries } = await projector.rebuild()
  return entries
}

async function inFolder(dir: string, stack: AsyncDisposableStack): Promise<Log> {
  const lock = lockFolder(dir)
  stack.defer(() => lock.release())
  const log = await openSqliteLog({ dir })
  stack.defer(() => log.close())
  return log
}

async function onPostgres(url: string, stack: AsyncDisposableStack): Promise<Log> {
  const log = await openPostgresLog({ url })
  stack.defer(() => log.close())
  const lock = await lockPostgresLog(url, 'Its view can be made anew while they run: airworthy rebuild --server URL.')
  stack.defer(() => lock.release())
  return log
}
