// The embedded log's tables and how every connection to them is opened.
//
// One file holds entries and payloads, because they must become durable in one step.
//
// What is erased is overwritten where it lies (sqlite-eraser.ts). A deleted row would not do: SQLite's balancing of pages
// leaves copies of neighbouring rows in their unused parts, which `secure_delete` does not reach. It clears what else becomes
// free: cells, pages. The index of subjects is looked through for such copies, since its cells cannot be overwritten.

import { DatabaseSync } from 'node:sqlite'

export const payloadPartsMax = 16

/** Stands in `meta` from the first pseudonym that an erasure takes until the index of subjects holds no copy of any. */
export const erasureMark = 'erasure'

const schema = `
create table if not exists meta (name text primary key, value text not null) strict, without rowid;

-- idx is the log index, gapless from 0. Rows are never updated but for subject_ref, which erasure sets to null.
create table if not exists entry (
  idx         integer primary key,
  id          text not null,
  subject_ref text,
  bytes       blob not null
) strict;
create unique index if not exists entry_id on entry (id);
create index if not exists entry_subject on entry (subject_ref, idx) where subject_ref is not null;

-- key = idx * ${payloadPartsMax} + position within the entry: appended at the end, found by range, no second index.
-- Rows are never deleted. erased = 1: salt and bytes are zeros of the length they had. 0 and 1 take the same room, so that
-- the row stays where it is.
create table if not exists payload (
  key    integer primary key,
  part   text not null,
  salt   blob not null,
  bytes  blob not null,
  erased integer not null default 0
) strict;

-- What may happen once in the life of the log.
create table if not exists once (name text primary key, idx integer not null) strict, without rowid;
`

/** Commits are fsynced (synchronous=FULL) before they return. */
export function openForWriting(file: string): DatabaseSync {
  const db = new DatabaseSync(file)
  db.exec(`pragma journal_mode=wal; pragma synchronous=full; pragma secure_delete=on; pragma busy_timeout=5000`)
  db.exec(`pragma wal_autocheckpoint=4000; pragma journal_size_limit=67108864; pragma cache_size=-16384`)
  db.exec(schema)
  addErasedColumn(db)
  return db
}

/** Logs that were made before payloads could be erased lack it. */
function addErasedColumn(db: DatabaseSync): void {
  const columns = db.prepare("select name from pragma_table_info('payload')").all()
  if (columns.some(({ name }) => name === 'erased')) return
  db.exec('alter table payload add column erased integer not null default 0')
}

export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true })
  db.exec('pragma busy_timeout=5000; pragma cache_size=-8192')
  return db
}
