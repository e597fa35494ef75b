// One batch of appends as one statement, and what its answer says of each item.

import type { Client } from 'pg'
import type { LogItem } from './log.ts'
import { byteaArray, int4Array, textArray } from './postgres-arrays.ts'
import { statement } from './postgres-session.ts'

/** More items in one transaction would only make the first of them wait longer. */
const itemsMax = 2_000
const bytesMax = 4 * 1024 * 1024

export type BatchResult =
  | { readonly kind: 'appended'; readonly first: number }
  /** Nothing was written: the claims of these items are taken. By position in the batch. */
  | { readonly kind: 'taken'; readonly at: ReadonlyMap<number, number> }

type Held = { readonly item: LogItem }

/**
 * How many of the first items go into one batch. It ends before a claim that is in it already: whether that one comes second
 * is known when the first is written.
 */
export function batchLength(waiting: Iterable<Held>): number {
  const claims = new Set<string>()
  let count = 0
  let bytes = 0
  for (const { item } of waiting) {
    bytes += bytesOf(item)
    if (count > 0 && (count >= itemsMax || bytes > bytesMax)) break
    if (item.once !== undefined) {
      if (claims.has(item.once)) break
      claims.add(item.once)
    }
    count++
  }
  return count
}

function bytesOf({ entry, payloads = [] }: LogItem): number {
  return payloads.reduce((sum, { salt, bytes }) => sum + salt.length + bytes.length, entry.length)
}

const append = `select first, taken_items, taken_at from airworthy_log.append(
  $1::text[], $2::text[], $3::bytea[], $4::text[], $5::int[], $6::int[], $7::text[], $8::bytea[], $9::bytea[])`

/** Committed when it resolves. Errors: the driver's own. */
export async function appendBatch(client: Client, batch: readonly Held[]): Promise<BatchResult> {
  const items = batch.map(({ item }) => item)
  const payloads = items.flatMap(({ payloads = [] }, item) =>
    payloads.map((payload, position) => ({ ...payload, item, position })),
  )
  const hasClaims = items.some(({ once }) => once !== undefined)
  const { rows } = await client.query(
    statement('append', append, [
      textArray(items.map(({ id }) => id)),
      textArray(items.map(({ subjectRef }) => subjectRef)),
      byteaArray(items.map(({ entry }) => entry)),
      textArray(hasClaims ? items.map(({ once }) => once) : []),
      int4Array(payloads.map(({ item }) => item)),
      int4Array(payloads.map(({ position }) => position)),
      textArray(payloads.map(({ part }) => part)),
      byteaArray(payloads.map(({ salt }) => salt)),
      byteaArray(payloads.map(({ bytes }) => bytes)),
    ]),
  )
  const { first, taken_items, taken_at } = rows[0] as AppendRow
  if (taken_items === null) return { kind: 'appended', first: Number(first) }
  return { kind: 'taken', at: new Map(taken_items.map((item, n) => [item, taken_at?.[n] ?? 0])) }
}

type AppendRow = {
  readonly first: number | null
  readonly taken_items: readonly number[] | null
  readonly taken_at: readonly number[] | null
}

/** Where the entries with these ids are, by id; those that are nowhere are left out. */
export async function indicesById(client: Client, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query(
    statement('indices_by_id', 'select id, idx from airworthy_log.entry where id = any($1::text[])', [textArray(ids)]),
  )
  return new Map((rows as { id: string; idx: number }[]).map(({ id, idx }) => [id, idx]))
}

export const headQuery = statement('head', 'select coalesce(max(idx), -1) + 1 as head from airworthy_log.entry')

export async function readHead(client: Client): Promise<number> {
  const { rows } = await client.query(headQuery)
  return (rows[0] as { head: number }).head
}
