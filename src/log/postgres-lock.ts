// The log in a database for one command alone: what must not meet a server that runs on it.

import type { Client } from 'pg'
import { PlatformError } from '#core/kernel/errors.ts'
import { lockNumbers, lockSpace } from './postgres-schema.ts'
import { openSession } from './postgres-session.ts'

export type PostgresLock = { release(): Promise<void> }

/** Held until it is released, or this process ends. Errors: log_in_use; the driver's own. */
export async function lockPostgresLog(url: string, hint = 'Stop every server on it first.'): Promise<PostgresLock> {
  const client: Client = await openSession(url, 'alone', { mayTakeLong: true })
  const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as had', [lockSpace, lockNumbers.running])
  if ((rows[0] as { had: boolean }).had) return { release: () => client.end() }
  await client.end()
  throw new PlatformError('log_in_use', 'Servers run on the log in this database, or another command has it.', { hint })
}
