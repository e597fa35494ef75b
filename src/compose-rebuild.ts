// `airworthy rebuild`: the log, the view and the projector, without a server around them.

import { openDatabase } from '#storage/open-database.ts'
import { createProjector } from '#engine/projector.ts'
import { lockFolder } from '#log/folder-lock.ts'
import { openSqliteLog } from '#log/sqlite-log.ts'
import type { Configuration } from './configuration.ts'

/** Makes the view anew and answers how many entries it was made from. Errors: data_dir_in_use, data_dir_invalid, view_unavailable. */
export async function rebuildView({ dataDir, databaseUrl }: Configuration): Promise<number> {
  const lock = lockFolder(dataDir)
  try {
    const log = await openSqliteLog({ dir: dataDir })
    const database = await openDatabase({ databaseUrl, dataDir, reset: true })
    const projector = createProjector({ log, database, clock: Date.now })
    projector.start()
    const { entries } = await projector.rebuild()
    await projector.stop()
    await database.close()
    await log.close()
    return entries
  } finally {
    lock.release()
  }
}
