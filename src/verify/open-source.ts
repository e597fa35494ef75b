// Finds out what is to be checked by what its name looks like, and opens it.

import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { openDataFolder } from './data-folder-source.ts'
import { NotCheckable } from './finding.ts'
import { openPostgresLog } from './postgres-source.ts'
import type { LogSource } from './source.ts'
import { openTileFolder } from './tile-folder.ts'
import { openTileServer, type TileServerOptions } from './tile-server.ts'

/** `where`: a data folder, a folder of tiles, the address of a log, a PostgreSQL address. Errors: NotCheckable, StoreDamaged. */
export async function openSource(where: string, options: TileServerOptions = {}): Promise<LogSource> {
  if (/^postgres(?:ql)?:\/\//.test(where)) return openPostgresLog(where)
  if (/^https?:\/\//.test(where)) {
    if (!URL.canParse(where)) throw new NotCheckable('use', `"${where}" is no address.`)
    return openTileServer(where, options)
  }
  if (!existsSync(where) || !statSync(where).isDirectory()) {
    throw new NotCheckable('source', `There is no folder ${where}.`, {
      hint: 'Name a data folder, a folder of tiles, or the address of a log: https://host/log.',
    })
  }
  assertReadable(where)
  return existsSync(join(where, 'log.sqlite')) || !existsSync(join(where, 'checkpoint'))
    ? openDataFolder(where)
    : openTileFolder(where)
}

/** What may not be looked into seems empty. */
function assertReadable(folder: string): void {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK)
  } catch (cause) {
    throw new NotCheckable('source', `The folder ${folder} may not be read by this user.`, {
      cause,
      hint: 'Run this as the user of its server, or check a copy: airworthy report log --out DIR.',
    })
  }
}
