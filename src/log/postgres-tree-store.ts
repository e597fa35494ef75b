// What the growing thread writes on PostgreSQL: tiles and checkpoint in one transaction, keys; and the entries it reads.
//
// Everything goes over the session that holds the lock of growing: whoever lost the lock has lost the means to write, too.

import type { Client } from 'pg'
import type { GrowerEntries, GrowerStore, SignedCheckpoint, TreeStep } from './tree-grower.ts'
import type { KeySafe, KeyTable } from './tree-keys.ts'
import { entryMissing } from './tree-refusals.ts'
import type { Cosignature, KeptCheckpoint, LogKey } from './tree.ts'
import { keptCheckpointOf } from './kept-checkpoint.ts'
import { byteaArray } from './postgres-arrays.ts'
import { readHead } from './postgres-batch.ts'
import { logUnreadable, statement, type Statement } from './postgres-session.ts'

/** Runs one statement. Errors: log_unavailable. */
export type Rows = <Row>(query: Statement) => Promise<readonly Row[]>

export function rowsOn(client: Client): Rows {
  return async <Row>(query: Statement) => {
    try {
      return (await client.query(query)).rows as Row[]
    } catch (error) {
      throw logUnreadable(error)
    }
  }
}

const putText = `
with put as (
  insert into airworthy_log.tile (level, n, hashes) select * from unnest($1::int[], $2::bigint[], $3::bytea[])
    on conflict (level, n) do update set hashes = excluded.hashes returning 1)
insert into airworthy_log.checkpoint (size, at, note) select * from (values ($4::bigint, $5::text, $6::text)) as c
  where $4::bigint is not null`

export function postgresTreeStore(client: Client): GrowerStore {
  const rows = rowsOn(client)
  return {
    newest: async () => (await checkpoints(rows, { limit: 1 }))[0],
    async tile(level, n) {
      const [row] = await rows<{ hashes: Uint8Array }>(tileQuery(level, n))
      return row?.hashes
    },
    async commit({ tiles, checkpoint, anew = false }: TreeStep) {
      const put = statement('put_tree', putText, [
        tiles.map(({ level }) => level),
        tiles.map(({ n }) => n),
        byteaArray(tiles.map(({ hashes }) => hashes)),
        checkpoint?.size ?? null,
        checkpoint?.at ?? null,
        checkpoint?.note ?? null,
      ])
      if (anew) await transaction(client, ['delete from airworthy_log.tile', put])
      else if (tiles.length > 0 || checkpoint) await rows(put)
    },
  }
}

export function tileQuery(level: number, n: number): Statement {
  return statement('tile', 'select hashes from airworthy_log.tile where level = $1 and n = $2', [level, n])
}

async function transaction(client: Client, queries: readonly (string | Statement)[]): Promise<void> {
  try {
    await client.query('begin')
    for (const query of queries) await client.query(query)
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw logUnreadable(error)
  }
}

type CheckpointQuery = { readonly at?: number; readonly before?: number; readonly limit: number }

/** Newest first, without cosignatures. */
async function checkpoints(rows: Rows, { at, before, limit }: CheckpointQuery): Promise<readonly SignedCheckpoint[]> {
  return rows(
    statement(
      'checkpoints',
      `select size, at, note from airworthy_log.checkpoint
        where ($1::bigint is null or size = $1) and ($2::bigint is null or size < $2) order by size desc limit $3`,
      [at, before, limit],
    ),
  )
}

/** The same, with the lines of witnesses. */
export async function keptCheckpoints(rows: Rows, query: CheckpointQuery): Promise<readonly KeptCheckpoint[]> {
  const found = await checkpoints(rows, query)
  if (found.length === 0) return []
  const lines = await rows<Cosignature & { readonly size: number }>(
    statement(
      'cosignatures',
      'select size, witness, at, line from airworthy_log.cosignature where size = any($1::bigint[]) order by witness',
      [found.map(({ size }) => size)],
    ),
  )
  return found.map((one) =>
    keptCheckpointOf(
      one,
      lines.filter(({ size }) => size === one.size).map(({ witness, at, line }) => ({ witness, at, line })),
    ),
  )
}

/** Oldest first. */
export function treeKeys(rows: Rows): Promise<readonly LogKey[]> {
  return rows(
    statement('keys', 'select id, vkey, since, until from airworthy_log.key order by since, until nulls last'),
  )
}

export function postgresKeyTable(client: Client): KeyTable {
  return {
    all: () => treeKeys(rowsOn(client)),
    async add({ id, vkey, since }) {
      const retire = statement('retire_key', 'update airworthy_log.key set until = $1 where until is null', [since])
      const add = 'insert into airworthy_log.key (id, vkey, since) values ($1, $2, $3)'
      await transaction(client, [retire, statement('add_key', add, [id, vkey, since])])
    },
  }
}

export function postgresKeySafe(client: Client): KeySafe {
  const rows = rowsOn(client)
  return {
    name: 'the row "log-key" of the table airworthy_log.secret',
    async read() {
      const select = "select value from airworthy_log.secret where name = 'log-key'"
      return (await rows<{ value: string }>(statement('read_key', select)))[0]?.value
    },
    async write(text) {
      const put = `insert into airworthy_log.secret (name, value) values ('log-key', $1)
        on conflict (name) do update set value = excluded.value`
      await rows(statement('write_key', put, [text]))
    },
  }
}

/** Large entries are read fewer at a time. */
const batchBytesMax = 8 * 1024 * 1024

export function postgresTreeEntries(client: Client): GrowerEntries {
  const rows = rowsOn(client)
  const text = `select idx, bytes from (
      select idx, bytes, sum(octet_length(bytes)) over (order by idx) - octet_length(bytes) as before
      from airworthy_log.entry where idx >= $1 and idx < $2) as e
    where before < ${batchBytesMax} order by idx`
  return {
    head: () => readHead(client),
    async read(from, limit) {
      const found = await rows<{ idx: number; bytes: Uint8Array }>(
        statement('tree_entries', text, [from, from + limit]),
      )
      for (const [at, { idx }] of found.entries()) if (idx !== from + at) throw entryMissing(from + at)
      return found.map(({ bytes }) => bytes)
    },
    async findOnce(name) {
      const find = statement('find_once', 'select idx from airworthy_log.once where name = $1', [name])
      return (await rows<{ idx: number }>(find))[0]?.idx
    },
  }
}
