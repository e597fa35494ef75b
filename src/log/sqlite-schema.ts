// The embedded log's tables and how every connection to them is opened.
//
// One file holds entries and payloads, because they must become durable in one step. `secure_delete` overwrites what
// is erased, also on free pages.

import { DatabaseSync } from 'node:sqlite'

export const payloadPartsMax = 16

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
create table if not exists payload (
  key   integer primary key,
  part  text not null,
  salt  blob not null,
  bytes blob not null
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
  return db
}

export function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true })
  db.exec('pragma busy_timeout=5000; pragma cache_size=-8192')
  return db
}
