// The servers' own secret: keys the pseudonyms of subjects and the digests of idempotency keys. It lives beside the log (in
// the data folder, or in the database that keeps the log), because pseudonyms must stay the same for the life of the log, and
// the same at every server on it; it is never on the log.

import { createHmac, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PostgresLog } from '#log/postgres-log.ts'
import { statement } from '#log/postgres-session.ts'

const secretBytes = 32

/** HMAC-SHA-256 with the secret, cut to 128 bits, hex. */
export type Pseudonym = (text: string) => string

/** With the folder's secret, made on first use with mode 0600. */
export function openPseudonyms(dataDir: string): Pseudonym {
  const file = join(dataDir, 'secret')
  if (!existsSync(file)) writeFileSync(file, newSecret(), { mode: 0o600, flag: 'wx' })
  return pseudonymsWith(readFileSync(file, 'utf8'))
}

/** With the secret of all servers on this log, made by the first of them. Errors: log_unavailable. */
export async function sharedPseudonyms({ rows }: Pick<PostgresLog, 'rows'>): Promise<Pseudonym> {
  const make = "insert into airworthy_log.secret (name, value) values ('pseudonyms', $1) on conflict (name) do nothing"
  await rows(statement('make_pseudonyms', make, [newSecret()]))
  const read = "select value from airworthy_log.secret where name = 'pseudonyms'"
  const [row] = await rows<{ value: string }>(statement('read_pseudonyms', read))
  return pseudonymsWith(row?.value ?? '')
}

function newSecret(): string {
  return randomBytes(secretBytes).toString('hex')
}

function pseudonymsWith(text: string): Pseudonym {
  const secret = Buffer.from(text.trim(), 'hex')
  return (text) => createHmac('sha256', secret).update(text).digest('hex').slice(0, 32)
}
