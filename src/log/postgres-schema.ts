// The tables of a log on PostgreSQL, in a schema of their own beside the view's, and how they are made.
//
// Appending is one function, so that a batch is one statement: the lock that gives out indices is held while the server
// works, never while it waits for a client. It is an advisory lock and not a row, because a row that is updated with every
// batch leaves a dead version each time, which nothing removes while a backup or another long transaction runs.

import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import { PlatformError } from '#core/kernel/errors.ts'

/** Parts of an entry have the keys idx * 16 … idx * 16 + 15. */
export const payloadPartsMax = 16

/** First half of every advisory lock's key; the second says which (lockNumbers). */
export const lockSpace = 4_127_993
export const lockNumbers = {
  append: 1,
  install: 2,
  /** Shared by every server that runs; had alone by what must not meet one. */
  running: 3,
  growTree: 4,
  logKey: 5,
  apiKeys: 6,
  // Of what one server at a time does.
  projection: 100,
  actions: 101,
  retention: 102,
  witnesses: 103,
} as const

/** Goes up when the tables change. */
const schemaNumber = 1
const serverVersionMin = { number: 140_000, name: '14' }

const tables = `
create schema if not exists airworthy_log;
set local search_path = airworthy_log, pg_catalog;

create table meta (name text collate "C" primary key, value text not null);

-- What nobody but the servers may see: the private key of the log, the secret behind pseudonyms.
create table secret (name text collate "C" primary key, value text not null);
revoke all on secret from public;

-- idx is the log index, gapless from 0. Rows are never updated but for subject_ref, which erasure sets to null.
create table entry (
  idx         bigint primary key,
  id          text collate "C" not null,
  subject_ref text collate "C",
  bytes       bytea not null
);
create unique index entry_id on entry (id);
create index entry_subject on entry (subject_ref, idx) where subject_ref is not null;

-- key = idx * ${payloadPartsMax} + position within the entry.
create table payload (
  key   bigint primary key,
  part  text not null,
  salt  bytea not null,
  bytes bytea not null
);

-- What may happen once in the life of the log.
create table once (name text collate "C" primary key, idx bigint not null);

-- The tree: 32 bytes per hash, 1 to 256 of them. Entry bundles are read from entry.
create table tile (level integer not null, n bigint not null, hashes bytea not null, primary key (level, n));
alter table tile alter column hashes set storage external;
create table checkpoint (size bigint primary key, at text not null, note text not null);
create table cosignature (
  size    bigint not null,
  witness text collate "C" not null,
  at      text not null,
  line    text not null,
  primary key (size, witness)
);
-- How each witness answers the server that asks it.
create table witness (name text collate "C" primary key, state text not null, detail text, evidence text);
create table key (id text collate "C" primary key, vkey text not null, since text not null, until text);
`

/**
 * \`first\`: the index of the first entry, the others follow it. Or nothing was written, because of claims that are taken:
 * which items (from 0) and at which index. A claim or an id that another process takes between the look and the lock is
 * an error of its constraint, and nothing is written either.
 */
const appendFunction = `
create or replace function airworthy_log.append(
  ids text[], subject_refs text[], entries bytea[], claims text[],
  payload_items int[], payload_positions int[], parts text[], salts bytea[], contents bytea[],
  out first bigint, out taken_items int[], out taken_at bigint[]
) language plpgsql set search_path = airworthy_log, pg_catalog as $function$
begin
  if cardinality(claims) > 0 then
    select array_agg((c.n - 1)::int order by c.n), array_agg(o.idx order by c.n) into taken_items, taken_at
      from unnest(claims) with ordinality as c (name, n) join once as o on o.name = c.name;
    if taken_items is not null then return; end if;
  end if;

  perform pg_advisory_xact_lock(${lockSpace}, ${lockNumbers.append});
  select coalesce(max(e.idx), -1) + 1 into first from entry as e;
  insert into entry (idx, id, subject_ref, bytes)
    select first + e.n - 1, e.id, e.subject_ref, e.bytes
      from unnest(ids, subject_refs, entries) with ordinality as e (id, subject_ref, bytes, n);
  if cardinality(claims) > 0 then
    insert into once (name, idx)
      select c.name, first + c.n - 1 from unnest(claims) with ordinality as c (name, n) where c.name is not null;
  end if;
  if cardinality(parts) > 0 then
    insert into payload (key, part, salt, bytes)
      select (first + p.item) * ${payloadPartsMax} + p.position, p.part, p.salt, p.bytes
        from unnest(payload_items, payload_positions, parts, salts, contents) as p (item, position, part, salt, bytes);
  end if;
end
$function$;
`

export type LogName = {
  /** What the log is to be called if it is made now; drawn where none is given. */
  readonly origin?: string
}

/**
 * Makes the tables where they are missing and answers the log's name. Several processes may call it at once.
 * Errors: configuration_invalid; the driver's own for a server that is away.
 */
export async function installLog(client: Client, { origin }: LogName = {}): Promise<string> {
  await assertFit(client)
  await assertOwned(client)
  const existing = await readMeta(client)
  if (existing !== undefined) return existing
  // Of the session: one within a transaction would be had before its catalogue knows what the process before has made.
  await client.query('select pg_advisory_lock($1, $2)', [lockSpace, lockNumbers.install])
  try {
    return (await readMeta(client)) ?? (await makeTables(client, origin ?? newOrigin()))
  } finally {
    await client.query('select pg_advisory_unlock($1, $2)', [lockSpace, lockNumbers.install])
  }
}

function newOrigin(): string {
  return `airworthy/${randomBytes(8).toString('hex')}`
}

async function makeTables(client: Client, origin: string): Promise<string> {
  try {
    await client.query('begin')
    await client.query(tables)
    await client.query(appendFunction)
    await client.query("insert into airworthy_log.meta values ('schema', $1), ('origin', $2)", [schemaNumber, origin])
    await client.query('commit')
    return origin
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw cannotInstall(error)
  }
}

/** The log's name; undefined where the database holds no log. Errors: configuration_invalid. */
export async function readMeta(client: Client): Promise<string | undefined> {
  const { rows: found } = await client.query("select to_regclass('airworthy_log.meta') is not null as there")
  if (!(found[0] as { there: boolean }).there) return undefined
  const { rows } = await client.query('select name, value from airworthy_log.meta')
  const meta = new Map((rows as { name: string; value: string }[]).map(({ name, value }) => [name, value]))
  const number = meta.get('schema')
  if (number === String(schemaNumber)) return meta.get('origin')
  if (number === undefined) {
    throw new PlatformError('configuration_invalid', 'The schema airworthy_log in this database holds no log.', {
      hint: 'Name another database, or rename that schema if something else made it.',
    })
  }
  throw new PlatformError(
    'configuration_invalid',
    `The log in this database was made by another version of Airworthy (its tables are number ${number}, not ${schemaNumber}).`,
    { hint: 'Run the version that made it, or copy the log with that version: airworthy log copy.' },
  )
}

/**
 * Of a log that exists. Reading and writing could be granted one by one; but erasing ends with VACUUM, which PostgreSQL leaves out
 * with no more than a warning for whoever does not own the table. Errors: configuration_invalid.
 */
export async function assertOwned(client: Client): Promise<void> {
  const { rows } = await client.query(`select pg_get_userbyid(c.relowner) as owner, current_user as "user"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'airworthy_log' and c.relkind = 'r' and not pg_has_role(c.relowner, 'usage') limit 1`)
  const [foreign] = rows as { owner: string; user: string }[]
  if (!foreign) return
  const { owner, user } = foreign
  throw new PlatformError('configuration_invalid', `The log in this database belongs to ${owner}, not to ${user}.`, {
    hint: `Connect as ${owner}, or grant that role: grant ${owner} to ${user}.`,
  })
}

async function assertFit(client: Client): Promise<void> {
  const { rows } = await client.query(`select current_setting('server_version_num')::int as number,
    current_setting('server_version') as version, current_setting('server_encoding') as encoding`)
  const { number, version, encoding } = rows[0] as { number: number; version: string; encoding: string }
  if (number < serverVersionMin.number) {
    throw new PlatformError('configuration_invalid', `PostgreSQL ${version} is too old to keep the log.`, {
      hint: `Use PostgreSQL ${serverVersionMin.name} or newer.`,
    })
  }
  if (encoding !== 'UTF8') {
    throw new PlatformError('configuration_invalid', `The database is encoded in ${encoding}; the log needs UTF8.`, {
      hint: 'Create another one: createdb --encoding UTF8 --template template0 NAME.',
    })
  }
}

function cannotInstall(error: unknown): unknown {
  const { code, message } = error as { code?: string; message: string }
  if (code !== '42501') return error
  return new PlatformError('configuration_invalid', `The log’s tables cannot be made: ${message}.`, {
    cause: error,
    hint: 'Grant the user of DATABASE_URL CREATE on the database, or make the schema airworthy_log its own.',
  })
}
