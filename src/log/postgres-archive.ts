// A log on PostgreSQL, to be copied from or to. It must be locked (postgres-lock.ts): no server runs on it.

import type { Client } from 'pg'
import {
  archivedTables,
  columnsOf,
  keyOf,
  type ArchivedEntry,
  type ArchivedRow,
  type ArchivedTable,
  type WritableLogArchive,
} from './log-archive.ts'
import { byteaArray, textArray } from './postgres-arrays.ts'
import { readHead } from './postgres-batch.ts'
import { assertOwned, installLog, payloadPartsMax, readMeta } from './postgres-schema.ts'
import { openSession } from './postgres-session.ts'

/** Errors: the driver's own; configuration_invalid for a log that belongs to somebody else. */
export async function openPostgresArchive(url: string): Promise<WritableLogArchive> {
  const client = await openSession(url, 'log copy', { mayTakeLong: true })
  try {
    await assertOwned(client)
  } catch (error) {
    await client.end()
    throw error
  }
  return {
    name: withoutPassword(url),
    origin: () => readMeta(client),
    size: () => readHead(client),
    entries: (from, limit) => readEntries(client, from, limit),
    async rows(table, after, limit) {
      const { key } = archivedTables[table]
      const order = key.join(', ')
      const past = after === undefined ? '' : `where (${order}) > (${key.map((_, at) => `$${at + 2}`).join(', ')})`
      const text = `select ${columnsOf(table).join(', ')} from airworthy_log.${table} ${past} order by ${order} limit $1`
      const values = [limit, ...(after === undefined ? [] : keyOf(table, after))]
      return (await client.query({ text, values, rowMode: 'array' })).rows as ArchivedRow[]
    },
    async secret(name) {
      const { rows } = await client.query('select value from airworthy_log.secret where name = $1', [name])
      return (rows[0] as { value: string } | undefined)?.value.trim()
    },
    begin: async (origin) => void (await installLog(client, { origin })),
    putEntries: (entries) => writeEntries(client, entries),
    putRows: (table, rows) => writeRows(client, table, rows),
    async putSecret(name, value) {
      const put = `insert into airworthy_log.secret (name, value) values ($1, $2)
        on conflict (name) do update set value = excluded.value`
      // As tree-keys.ts keeps it: a line for each key.
      await client.query(put, [name, name === 'log-key' ? `${value}\n` : value])
    },
    close: () => client.end(),
  }
}

function withoutPassword(url: string): string {
  const parsed = new URL(url)
  if (parsed.password !== '') parsed.password = '…'
  return decodeURI(parsed.href)
}

type EntryRow = { idx: number; id: string; subject_ref: string | null; bytes: Uint8Array }
type PayloadRow = { key: number; part: string; salt: Uint8Array; bytes: Uint8Array }

async function readEntries(client: Client, from: number, limit: number): Promise<ArchivedEntry[]> {
  const { rows } = await client.query(
    'select idx, id, subject_ref, bytes from airworthy_log.entry where idx >= $1 order by idx limit $2',
    [from, limit],
  )
  const entries = rows as EntryRow[]
  const last = entries.at(-1)?.idx ?? from
  const { rows: found } = await client.query(
    'select key, part, salt, bytes from airworthy_log.payload where key >= $1 and key < $2 order by key',
    [from * payloadPartsMax, (last + 1) * payloadPartsMax],
  )
  const payloads = Map.groupBy(found as PayloadRow[], ({ key }) => Math.floor(key / payloadPartsMax))
  return entries.map(({ idx, id, subject_ref, bytes }) => ({
    index: idx,
    id,
    subjectRef: subject_ref,
    bytes,
    payloads: (payloads.get(idx) ?? []).map(({ key, ...payload }) => ({ position: key % payloadPartsMax, ...payload })),
  }))
}

const putEntriesText = `
with e as (
  insert into airworthy_log.entry (idx, id, subject_ref, bytes)
    select * from unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[]) returning 1)
insert into airworthy_log.payload (key, part, salt, bytes)
  select * from unnest($5::bigint[], $6::text[], $7::bytea[], $8::bytea[])`

async function writeEntries(client: Client, entries: readonly ArchivedEntry[]): Promise<void> {
  const payloads = entries.flatMap(({ index, payloads }) =>
    payloads.map((payload) => ({ ...payload, key: index * payloadPartsMax + payload.position })),
  )
  await client.query(putEntriesText, [
    entries.map(({ index }) => index),
    textArray(entries.map(({ id }) => id)),
    textArray(entries.map(({ subjectRef }) => subjectRef ?? undefined)),
    byteaArray(entries.map(({ bytes }) => bytes)),
    payloads.map(({ key }) => key),
    textArray(payloads.map(({ part }) => part)),
    byteaArray(payloads.map(({ salt }) => salt)),
    byteaArray(payloads.map(({ bytes }) => bytes)),
  ])
}

async function writeRows(client: Client, table: ArchivedTable, rows: readonly ArchivedRow[]): Promise<void> {
  const { key, columns } = archivedTables[table]
  const names = columnsOf(table)
  const arrays = Object.values(columns).map((type, at) => `$${at + 1}::${type}[]`)
  const replaced = names.map((name) => `${name} = excluded.${name}`).join(', ')
  const text = `insert into airworthy_log.${table} (${names.join(', ')}) select * from unnest(${arrays.join(', ')})
    on conflict (${key.join(', ')}) do update set ${replaced}`
  const values = Object.values(columns).map((type, at) => {
    const cells = rows.map((row) => row[at] ?? null)
    if (type === 'bytea') return byteaArray(cells as Uint8Array[])
    return type === 'text' ? textArray(cells.map((cell) => (cell === null ? undefined : String(cell)))) : cells
  })
  await client.query(text, values)
}
