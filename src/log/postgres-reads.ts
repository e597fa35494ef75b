// Reads of the log on PostgreSQL, on a few connections of their own, so that reading never waits for a commit.
//
// Whoever sees an entry sees all before it: batches are committed one after another, in the order of their indices.

import { Pool } from 'pg'
import type { Payload } from '#core/kernel/payload.ts'
import type { Log, LogRecord, ReadOptions, SubjectQuery } from './log.ts'
import { payloadPartsMax } from './postgres-schema.ts'
import { statement, logUnreadable, sessionConfig, settings, type Statement } from './postgres-session.ts'

const connectionsMax = 3
const indicesMax = 1_000

type EntryRow = { readonly idx: number; readonly subject_ref: string | null; readonly bytes: Buffer }
type PayloadRow = { readonly key: number; readonly part: string; readonly salt: Buffer; readonly bytes: Buffer }

export type PostgresReads = Pick<Log, 'read' | 'get' | 'findById' | 'findOnce' | 'findBySubject' | 'close'> & {
  /** Rows of any query. Errors: log_unavailable. */
  rows<Row>(query: Statement): Promise<readonly Row[]>
  /** See PostgresLog.readTypes. */
  readTypes(range: EntryRange, types: readonly string[]): Promise<readonly LogRecord[]>
}

/** `to` is not included. */
type EntryRange = { readonly from: number; readonly to: number }

export function createPostgresReads(url: string): PostgresReads {
  const pool = openReadPool(url)

  async function rows<Row>(query: Statement): Promise<readonly Row[]> {
    try {
      return (await pool.query(query)).rows as Row[]
    } catch (error) {
      throw logUnreadable(error)
    }
  }

  async function records(query: Statement, { withPayloads = false }: ReadOptions = {}): Promise<LogRecord[]> {
    const found = await rows<EntryRow>(query)
    const payloads = withPayloads ? await payloadsOf(found.map(({ idx }) => idx)) : undefined
    return found.map(({ idx, subject_ref, bytes }) => ({
      index: idx,
      entry: bytes,
      payloads: payloads?.get(idx) ?? [],
      subjectRef: subject_ref ?? undefined,
    }))
  }

  async function payloadsOf(indices: readonly number[]): Promise<ReadonlyMap<number, readonly Payload[]>> {
    const byIndex = new Map<number, Payload[]>()
    if (indices.length === 0) return byIndex
    for (const { key, part, salt, bytes } of await rows<PayloadRow>(payloadQuery(indices))) {
      const index = Math.floor(key / payloadPartsMax)
      const payload = { part, salt, bytes }
      const others = byIndex.get(index)
      if (others) others.push(payload)
      else byIndex.set(index, [payload])
    }
    return byIndex
  }

  return {
    rows,
    read: (from, limit, options) =>
      records(statement('read', `${selectEntry} idx >= $1 order by idx limit $2`, [from, limit]), options),
    readTypes: ({ from, to }, types) => records(statement('read_types', typesText, [from, to, types.map(endOf)])),
    async get(indices, options) {
      const asked = indices.slice(0, indicesMax)
      const found = await records(statement('get', `${selectEntry} idx = any($1::bigint[])`, [asked]), options)
      const byIndex = new Map(found.map((record) => [record.index, record]))
      return asked.flatMap((index) => byIndex.get(index) ?? [])
    },
    findById: async (id, options) => (await records(statement('find_id', `${selectEntry} id = $1`, [id]), options))[0],
    async findOnce(once) {
      const [row] = await rows<{ idx: number }>(
        statement('find_once', 'select idx from airworthy_log.once where name = $1', [once]),
      )
      return row?.idx
    },
    async findBySubject(subjectRef, query) {
      return (await rows<{ idx: number }>(subjectStatement(subjectRef, query))).map(({ idx }) => idx)
    },
    close: () => pool.end(),
  }
}

const selectEntry = 'select idx, subject_ref, bytes from airworthy_log.entry where'

/**
 * The type is the last member of an entry, because members are in the order of their names. So the server can leave out
 * what nobody asked for by looking at the end of each entry.
 */
const typesText = `select idx, subject_ref, bytes from airworthy_log.entry where idx >= $1 and idx < $2
  and encode(substring(bytes from greatest(octet_length(bytes) - 63, 1)), 'escape') like any($3::text[]) order by idx`

function endOf(type: string): string {
  return `%"type":"${type}"}`
}

/** Neighbours are one range; others are found one by one. */
function payloadQuery(indices: readonly number[]): Statement {
  const [first = 0, last = first] = [indices[0], indices.at(-1)]
  const select = 'select p.key, p.part, p.salt, p.bytes from airworthy_log.payload p'
  if (last - first === indices.length - 1) {
    const range = [first * payloadPartsMax, (last + 1) * payloadPartsMax]
    return statement('payload_range', `${select} where p.key >= $1 and p.key < $2 order by p.key`, range)
  }
  const joined = `${select} join unnest($1::bigint[]) as i (idx)
    on p.key >= i.idx * ${payloadPartsMax} and p.key < (i.idx + 1) * ${payloadPartsMax} order by p.key`
  return statement('payload_each', joined, [indices])
}

function subjectStatement(
  subjectRef: string,
  { from = 0, before, limit, newestFirst = false }: SubjectQuery,
): Statement {
  const order = newestFirst ? 'desc' : 'asc'
  const text = `select idx from airworthy_log.entry
    where subject_ref = $1 and idx >= $2 and ($3::bigint is null or idx < $3) order by idx ${order} limit $4`
  return statement(`find_subject_${order}`, text, [subjectRef, from, before, limit])
}

function openReadPool(url: string): Pool {
  const pool = new Pool({
    ...sessionConfig(url, 'log reads'),
    // One statement at a time on each.
    pipeline: false,
    max: connectionsMax,
    // Runs before the connection is given to anybody.
    onConnect: (client) => client.query(settings) as unknown as undefined,
  })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}
