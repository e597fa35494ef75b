// Erasing on PostgreSQL: the rows go in one durable step, then VACUUM takes what they left in tables and indices, so that
// its space is used again. What the server keeps beyond that (its write-ahead log until it is recycled, the gaps on pages
// until something is written there, archives and backups) only whoever runs it can shorten: docs/guides/team-server.md.

import type { Client } from 'pg'
import { PlatformError } from '#core/kernel/errors.ts'
import { payloadPartsMax } from './postgres-schema.ts'
import { openSession, statement } from './postgres-session.ts'

export type PostgresErasing = {
  /** See Log.erasePayloads. */
  readonly erase: (indices: readonly number[]) => Promise<number>
  /** Resolves when the call under way has ended; later ones fail. */
  close(): Promise<void>
}

const indicesMax = 1_000

export function createPostgresErasing(url: string): PostgresErasing {
  let last: Promise<unknown> = Promise.resolve()
  let isClosed = false

  async function erase(indices: readonly number[]): Promise<number> {
    if (isClosed) throw unavailable(new Error('the server is stopping'))
    return indices.length === 0 ? 0 : onOwnSession(url, indices)
  }

  return {
    // One after another: two at once would wait for each other's VACUUM anyway.
    erase(indices) {
      const mine = last.then(() => erase(indices.slice(0, indicesMax)))
      last = mine.catch(() => undefined)
      return mine
    },
    async close() {
      isClosed = true
      await last
    },
  }
}

async function onOwnSession(url: string, indices: readonly number[]): Promise<number> {
  let client: Client | undefined
  try {
    // VACUUM of a large log reads whole indices.
    client = await openSession(url, 'log erasure', { mayTakeLong: true })
    const payloads = await remove(client, indices)
    // Also when nothing was left to remove: whoever calls again may do so because this did not end the last time.
    for (const table of ['payload', 'entry'])
      await client.query(`vacuum (index_cleanup on, truncate off) airworthy_log.${table}`)
    return payloads
  } catch (error) {
    throw unavailable(error as Error)
  } finally {
    await client?.end()
  }
}

const removeText = `
with asked as (select distinct idx from unnest($1::bigint[]) as a (idx)),
gone as (
  delete from airworthy_log.payload p using asked a
    where p.key >= a.idx * ${payloadPartsMax} and p.key < (a.idx + 1) * ${payloadPartsMax} returning 1),
unnamed as (
  update airworthy_log.entry e set subject_ref = null from asked a
    where e.idx = a.idx and e.subject_ref is not null)
select count(*) as payloads from gone`

/** How many payloads went. */
async function remove(client: Client, indices: readonly number[]): Promise<number> {
  const { rows } = await client.query<{ payloads: number }>(statement('erase', removeText, [indices]))
  return rows[0]?.payloads ?? 0
}

function unavailable(error: Error): PlatformError {
  return new PlatformError('log_unavailable', `Payloads could not be erased: ${error.message}.`, {
    cause: error,
    hint: 'Some may be gone. The server goes on erasing by itself; look at its log when it does not.',
  })
}
