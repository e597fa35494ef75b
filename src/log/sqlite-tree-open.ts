// Opens everything that the growing thread works with; where tree.sqlite is damaged, with what can be saved of it.

import type { DatabaseSync } from 'node:sqlite'
import { keptCheckpointFile, type KeptCheckpointFile } from './kept-checkpoint-file.ts'
import { openForReading } from './sqlite-schema.ts'
import { sqliteTreeEntries } from './sqlite-tree-entries.ts'
import { salvageTree } from './sqlite-tree-salvage.ts'
import { isDamaged, openTreeForWriting } from './sqlite-tree-schema.ts'
import { createSqliteTreeStore, type SqliteTreeStore } from './sqlite-tree-store.ts'
import type { Grower, GrowerEntries } from './tree-grower.ts'
import { openGrower } from './tree-grower-start.ts'
import { openTreeKeys, type TreeKeys } from './tree-keys.ts'
import { readPrivateFile, writePrivateFile } from './whole-file.ts'

export type TreePlace = {
  readonly logFile: string
  readonly treeFile: string
  readonly keyFile: string
  readonly origin: string
  /** Outside the folder. */
  readonly keptFile: string | undefined
}

export type OpenedTreeFiles = {
  readonly entries: GrowerEntries
  readonly store: SqliteTreeStore
  readonly keys: TreeKeys
  readonly grower: Grower
  readonly kept: KeptCheckpointFile | undefined
  readonly warnings: readonly string[]
  readonly close: () => void
}

type OnProgress = (done: number, of: number) => void

/** Errors: see openGrower and openTreeKeys. */
export async function openTreeFiles(place: TreePlace, onProgress: OnProgress): Promise<OpenedTreeFiles> {
  const logDb = openForReading(place.logFile)
  let db: DatabaseSync | undefined
  try {
    db = openTreeForWriting(place.treeFile)
    // Before it is opened, which signs a first checkpoint where there is none.
    const lost = await lostCheckpoints({ db, logDb, place })
    const opened = await openOn({ db, logDb, place, onProgress })
    return { ...opened, warnings: [...lost, ...opened.warnings] }
  } catch (error) {
    db?.close()
    if (!isDamaged(error)) throw error
    const salvaged = salvageTree(place.treeFile, error as Error)
    const opened = await openOn({ db: salvaged.db, logDb, place, onProgress })
    return { ...opened, warnings: [salvaged.warning, ...opened.warnings] }
  }
}

type Opening = {
  readonly db: DatabaseSync
  readonly logDb: DatabaseSync
  readonly place: TreePlace
  readonly onProgress: OnProgress
}

/**
 * Entries and not one checkpoint: a log that is begun has one before its first entry. So the tree was taken away or emptied,
 * and what is signed from now on says nothing of the time before.
 */
async function lostCheckpoints({ db, logDb, place }: Omit<Opening, 'onProgress'>): Promise<readonly string[]> {
  const head = await sqliteTreeEntries(logDb).head()
  if (head === 0 || (await createSqliteTreeStore(db).newest())) return []
  return [
    `The log has ${head} entries, and ${place.treeFile} holds no checkpoint: it was taken away or emptied. New ones are signed; whether the entries are those that were signed before, only a checkpoint or receipts kept elsewhere can show (airworthy verify --checkpoint).`,
  ]
}

async function openOn({ db, logDb, place, onProgress }: Opening): Promise<OpenedTreeFiles> {
  const { origin, keyFile, keptFile } = place
  const clock = Date.now
  const store = createSqliteTreeStore(db)
  const entries = sqliteTreeEntries(logDb)
  const safe = {
    name: `the file ${keyFile}`,
    read: async () => readPrivateFile(keyFile),
    write: async (text: string) => writePrivateFile(keyFile, text),
  }
  const keys = await openTreeKeys({ safe, origin, table: store.keys, clock })
  const kept = keptFile === undefined ? undefined : keptCheckpointFile(keptFile)
  const grower = await openGrower({ origin, entries, store, keys, clock, kept, onProgress })
  const warnings = keys.warning === undefined ? [] : [keys.warning]
  return { entries, store, keys, grower, kept, warnings, close: () => [db, logDb].forEach((one) => one.close()) }
}
