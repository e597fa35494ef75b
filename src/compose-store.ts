// The log of a server, its tree and what belongs to them: in the data folder, or on PostgreSQL where several servers share it.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Alone } from '#engine/key-ring.ts'
import type { Log } from '#log/log.ts'
import { aloneOn } from '#log/postgres-alone.ts'
import { openPostgresLog, type PostgresLog } from '#log/postgres-log.ts'
import { lockNumbers } from '#log/postgres-schema.ts'
import { openPostgresTree } from '#log/postgres-tree.ts'
import { openSqliteLog } from '#log/sqlite-log.ts'
import { openSqliteTree } from '#log/sqlite-tree.ts'
import type { LogTree } from '#log/tree.ts'
import { ownDuties, sharedDuties, type Duties } from './compose-duties.ts'
import type { Configuration } from './configuration.ts'
import { openPseudonyms, sharedPseudonyms, type Pseudonym } from './server-secret.ts'

export type Store = {
  readonly log: Log
  readonly tree: LogTree
  readonly pseudonym: Pseudonym
  readonly duties: Duties
  /** Why nothing can be recorded now; null when it can. */
  readonly trouble: () => string | null
  /** Where other servers write on the same log. */
  readonly shared: SharedLog | undefined
}

export type SharedLog = {
  readonly log: PostgresLog
  /** Runs `work` while no other server changes keys of callers. */
  readonly alone: Alone
}

type Setting = { readonly stack: AsyncDisposableStack; readonly logger: Logger }

/**
 * Errors: data_dir_invalid, configuration_invalid, log_in_use, log_unavailable, and what the tree refuses a log for that is not
 * the one that was signed.
 */
export function openStore(configuration: Configuration, setting: Setting): Promise<Store> {
  const { databaseUrl } = configuration
  return databaseUrl === undefined
    ? openInFolder(configuration, setting)
    : openOnPostgres(configuration, { ...setting, url: databaseUrl })
}

async function openInFolder({ dataDir, keptCheckpoint }: Configuration, { stack, logger }: Setting): Promise<Store> {
  const log = await openSqliteLog({ dir: dataDir })
  stack.defer(() => log.close())
  const tree = await openSqliteTree({ dir: dataDir, log, keptFile: keptCheckpoint, ...treeNews(logger) })
  stack.defer(() => tree.close())
  const duties = ownDuties()
  return { log, tree, duties, pseudonym: openPseudonyms(dataDir), trouble: () => null, shared: undefined }
}

async function openOnPostgres(
  { dataDir, keptCheckpoint }: Configuration,
  { stack, logger, url }: Setting & { readonly url: string },
): Promise<Store> {
  refuseOwnLog(dataDir)
  const log = await openPostgresLog({ url, logger })
  stack.defer(() => log.close())
  const duties = await sharedDuties(url, logger)
  stack.defer(() => duties.close())
  const tree = await openPostgresTree({ url, log, keptFile: keptCheckpoint, ...treeNews(logger) })
  stack.defer(() => tree.close())
  return {
    log,
    tree,
    duties,
    pseudonym: await sharedPseudonyms(log),
    trouble: () => log.trouble(),
    shared: { log, alone: (work) => aloneOn(url, lockNumbers.apiKeys, work) },
  }
}

/** Making tiles again may take a while, so it says how far it is. */
function treeNews(logger: Logger) {
  return {
    onWarning: (warning: string) => logger.warn(warning),
    onMaking: (done: number, of: number) =>
      logger.warn({ done, of }, 'Tiles of the log are made again from its entries.'),
  }
}

/** Two logs for one server would be two truths. */
function refuseOwnLog(dataDir: string): void {
  if (!existsSync(join(dataDir, 'log.sqlite'))) return
  throw new PlatformError(
    'configuration_invalid',
    `The data folder ${dataDir} holds a log of its own, and DATABASE_URL says that the log is in a database.`,
    {
      hint: `Copy it: airworthy log copy --from ${dataDir} --to "$DATABASE_URL". Then start with another folder (AIRWORTHY_DATA_DIR), or move log.sqlite away. To go on with the folder's log, unset DATABASE_URL.`,
    },
  )
}
