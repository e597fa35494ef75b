// What the growing thread writes to tree.sqlite: tiles and checkpoints in one transaction, keys, cosignatures.

import type { DatabaseSync } from 'node:sqlite'
import { PlatformError } from '#core/kernel/errors.ts'
import { keptCheckpointOf } from './kept-checkpoint.ts'
import type { GrowerStore, SignedCheckpoint } from './tree-grower.ts'
import type { KeyTable } from './tree-keys.ts'
import type { Cosignature, KeptCheckpoint, LogKey } from './tree.ts'

export type SqliteTreeStore = GrowerStore & {
  readonly keys: KeyTable
  readonly at: CheckpointReads['at']
  /** The checkpoint as it is after it. Errors: not_found. */
  cosign(size: number, cosignature: Cosignature): KeptCheckpoint
}

export function createSqliteTreeStore(db: DatabaseSync): SqliteTreeStore {
  const newest = db.prepare('select size, at, note from checkpoint order by size desc limit 1')
  const tile = db.prepare('select hashes from tile where level = ? and n = ?')
  const putTile = db.prepare(
    'insert into tile (level, n, hashes) values (?, ?, ?) on conflict do update set hashes = excluded.hashes',
  )
  const putCheckpoint = db.prepare('insert into checkpoint (size, at, note) values (?, ?, ?)')
  return {
    keys: keyTable(db),
    async newest() {
      return newest.get() as SignedCheckpoint | undefined
    },
    async tile(level, n) {
      return tile.get(level, n)?.['hashes'] as Uint8Array | undefined
    },
    async commit({ tiles, checkpoint, anew = false }) {
      transaction(db, () => {
        if (anew) db.exec('delete from tile')
        for (const { level, n, hashes } of tiles) putTile.run(level, n, hashes)
        if (checkpoint) putCheckpoint.run(checkpoint.size, checkpoint.at, checkpoint.note)
      })
    },
    at: checkpointReads(db).at,
    cosign: cosigner(db),
  }
}

function cosigner(db: DatabaseSync): SqliteTreeStore['cosign'] {
  const put = db.prepare(
    'insert into cosignature (size, witness, at, line) values (?, ?, ?, ?) on conflict do update set at = excluded.at, line = excluded.line',
  )
  const read = checkpointReads(db)
  return (size, { witness, at, line }) =>
    transaction(db, () => {
      if (!read.at(size)) {
        throw new PlatformError('not_found', `No checkpoint of ${size} entries is kept.`, {
          hint: 'Cosign a checkpoint that this log gave.',
        })
      }
      put.run(size, witness, at, line)
      return read.at(size) as KeptCheckpoint
    })
}

export type CheckpointReads = {
  readonly at: (size: number) => KeptCheckpoint | undefined
  readonly history: (query: { readonly before?: number; readonly limit: number }) => KeptCheckpoint[]
  readonly keys: () => LogKey[]
}

/** Reads that the reading thread shares. */
export function checkpointReads(db: DatabaseSync): CheckpointReads {
  const at = db.prepare('select size, at, note from checkpoint where size = ?')
  const before = db.prepare('select size, at, note from checkpoint where size < ? order by size desc limit ?')
  const cosignatures = db.prepare('select witness, at, line from cosignature where size = ? order by witness')
  const keys = db.prepare('select id, vkey, since, until from key order by since, rowid')
  const whole = (row: SignedCheckpoint) =>
    keptCheckpointOf(
      row,
      cosignatures.all(row.size).map((line) => ({ ...line }) as Cosignature),
    )
  return {
    at(size) {
      const row = at.get(size) as SignedCheckpoint | undefined
      return row && whole(row)
    },
    history: (query) =>
      (before.all(query.before ?? Number.MAX_SAFE_INTEGER, query.limit) as SignedCheckpoint[]).map(whole),
    keys: () => keys.all().map((row) => ({ ...row }) as LogKey),
  }
}

function keyTable(db: DatabaseSync): KeyTable {
  const retire = db.prepare('update key set until = ? where until is null')
  const add = db.prepare('insert into key (id, vkey, since) values (?, ?, ?)')
  const { keys } = checkpointReads(db)
  return {
    all: async () => keys(),
    async add({ id, vkey, since }) {
      transaction(db, () => {
        retire.run(since)
        add.run(id, vkey, since)
      })
    },
  }
}

function transaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('begin immediate')
  try {
    const result = work()
    db.exec('commit')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}
