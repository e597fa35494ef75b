// Work that one process at a time may do, on a lock in the database that ends with the session.

import type { Client } from 'pg'
import { lockSpace } from './postgres-schema.ts'
import { openSession } from './postgres-session.ts'
import { PlatformError } from '#core/kernel/errors.ts'

/** Waits for its turn, some seconds at most. Errors: log_unavailable, and what `work` throws. */
export async function aloneOn<T>(url: string, number: number, work: () => Promise<T>): Promise<T> {
  let client: Client
  try {
    client = await openSession(url, 'alone')
    await client.query('select pg_advisory_lock($1, $2)', [lockSpace, number])
  } catch (error) {
    throw new PlatformError('log_unavailable', `PostgreSQL gave no turn: ${(error as Error).message}.`, {
      cause: error,
      hint: 'Nothing was changed. Try again.',
    })
  }
  try {
    return await work()
  } finally {
    await client.end()
  }
}
