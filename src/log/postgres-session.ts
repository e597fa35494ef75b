// How every session on the log's PostgreSQL database is set up, and what its errors mean.

import { Client, DatabaseError, types, type ClientConfig } from 'pg'
import { PlatformError } from '#core/kernel/errors.ts'

const connectMsMax = 10_000
/** A statement that takes longer is given up by the server, and then by us. */
const statementMsMax = 30_000

/**
 * A new session. Its settings do not depend on what the server, the database or the role have as their defaults:
 * a commit is durable before it is answered (stronger settings, such as waiting for a replica to apply it, are left), and each
 * statement sees what was committed before it. Server and client notice within seconds that the other is gone.
 */
export async function openSession(url: string, name: string, { mayTakeLong = false } = {}): Promise<Client> {
  const client = new Client(sessionConfig(url, name, mayTakeLong ? 0 : statementMsMax + 5_000))
  // Without a listener a broken connection would end the process; whoever uses it is told by its next statement.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(settings)
    if (mayTakeLong) await client.query('set statement_timeout = 0')
  } catch (error) {
    void client.end()
    throw error
  }
  return client
}

export function sessionConfig(url: string, name: string, answerMsMax = statementMsMax + 5_000): ClientConfig {
  return {
    connectionString: url,
    application_name: `airworthy ${name}`,
    connectionTimeoutMillis: connectMsMax,
    query_timeout: answerMsMax,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    // Statements are sent as they come, not each after the answer to the last; a timeout then ends the connection.
    pipeline: true,
    types: { getTypeParser: parserOf as typeof types.getTypeParser },
  }
}

export const settings = `
set search_path = pg_catalog;
set default_transaction_isolation = 'read committed';
set statement_timeout = ${statementMsMax};
set jit = off;
set client_min_messages = warning;
set bytea_output = hex;
set tcp_keepalives_idle = 5;
set tcp_keepalives_interval = 2;
set tcp_keepalives_count = 3;
select set_config('synchronous_commit', 'on', false)
  where current_setting('synchronous_commit') in ('off', 'local', 'remote_write');
`

/** A statement that the server plans once for each session. */
export type Statement = { readonly name: string; readonly text: string; readonly values: unknown[] }

export function statement(name: string, text: string, values: readonly unknown[] = []): Statement {
  return { name: `airworthy_${name}`, text, values: [...values] }
}

// As text: this driver reads everything as UTF-8 first, which byte strings in binary form do not survive.
const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [types.builtins.BYTEA]: (text) => Buffer.from(text.slice(2), 'hex'),
  [types.builtins.INT8]: Number,
  1007: wholes,
  1016: wholes,
}

function wholes(text: string): number[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',').map(Number)
}

/** The driver's typings know only the types that PostgreSQL ships with; its tables take any number. */
const driversParser = types.getTypeParser as (oid: number) => (text: string) => unknown

function parserOf(oid: number): (text: string) => unknown {
  return parsers[oid] ?? driversParser(oid)
}

/**
 * What an error says of the statement it answers. `refused`: the server rolled it back and says why. `unknown`: the connection
 * broke, or the server is going down or in trouble; the statement may have been committed all the same.
 */
export function outcomeOf(error: unknown): 'refused' | 'unknown' {
  if (!(error instanceof DatabaseError)) return 'unknown'
  const code = error.code ?? ''
  // https://www.postgresql.org/docs/18/errcodes-appendix.html: connection, shutdown and crash, system, internal.
  return code === '' || /^(08|57P|58|XX|F0)/.test(code) ? 'unknown' : 'refused'
}

export function constraintOf(error: unknown): string | undefined {
  return error instanceof DatabaseError && error.code === '23505' ? error.constraint : undefined
}

/** The values themselves are at fault, not the server's state: other values may do. */
export function isDataFault(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code ?? '').startsWith('22')
}

/** Why a database cannot keep the log, or give it. */
export function cannotUse(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error
  const { code, message } = error as { code?: string; message: string }
  // Password, database, role or right: waiting does not help.
  const isSetting = code !== undefined && /^(28|3D|42501)/.test(code)
  return new PlatformError(
    isSetting ? 'configuration_invalid' : 'log_unavailable',
    `PostgreSQL cannot be used for the log: ${message || String(code)}.`,
    { cause: error, hint: 'Check the address (DATABASE_URL), and whether the server runs and lets this user in.' },
  )
}

export function logUnreadable(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error
  return new PlatformError('log_unavailable', `The log cannot be read: ${(error as Error).message}.`, {
    cause: error,
    hint: 'PostgreSQL must answer at DATABASE_URL; see the server’s log.',
  })
}
