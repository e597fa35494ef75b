// The tables of the embedded log's tree, in a file of their own: the tree can be made again from the log, so it must not be
// able to harm it. Commits are fsynced before they return.

import { DatabaseSync } from 'node:sqlite'

const schema = `
-- 32 bytes per hash, 1 to 256 of them. Entry bundles are not stored: they are read from the log.
create table if not exists tile (
  level  integer not null,
  n      integer not null,
  hashes blob not null,
  primary key (level, n)
) strict, without rowid;

-- The signed note with the log's own signatures. Never deleted: it was given away.
create table if not exists checkpoint (size integer primary key, at text not null, note text not null) strict;

-- One line of each witness under a checkpoint: "— name base64".
create table if not exists cosignature (
  size    integer not null,
  witness text not null,
  at      text not null,
  line    text not null,
  primary key (size, witness)
) strict, without rowid;

-- Public keys; until = retired.
create table if not exists key (id text primary key, vkey text not null, since text not null, until text) strict;
`

/** Errors of SQLite (isDamaged tells which mean that the file is) and of the file system. */
export function openTreeForWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  try {
    db.exec('pragma journal_mode=wal; pragma synchronous=full; pragma busy_timeout=5000')
    db.exec('pragma journal_size_limit=16777216; pragma cache_size=-4096')
    db.exec('pragma wal_checkpoint(truncate)')
    // One fsync for all of them.
    db.exec(`begin immediate; ${schema}; commit`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

export function openTreeForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true })
  db.exec('pragma busy_timeout=5000; pragma cache_size=-8192')
  return db
}

const sqliteCorrupt = 11
const sqliteNotADatabase = 26

export function isDamaged(error: unknown): boolean {
  const code = (error as { errcode?: number } | undefined)?.errcode
  return code !== undefined && [sqliteCorrupt, sqliteNotADatabase].includes(code & 0xff)
}
