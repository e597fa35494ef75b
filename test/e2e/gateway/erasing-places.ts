// Where a server keeps what it knows, for tests that look for what must not be there: every byte of its data folder, and
// every row of every table where the log is on PostgreSQL. And the command line, as a person calls it.

import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { Client } from 'pg'
import { adminKey, temporaryFolder } from '../../support/airworthy-process.ts'
import { createOnServer, postgresAbsence } from '../../support/view-databases.ts'
import { filesHolding } from './data-folder.ts'

export type Place = {
  readonly folder: string
  /** For the server, and for verbs that need none. */
  readonly env: Record<string, string>
  /** What `airworthy verify` is pointed at. */
  readonly log: string
  /** Where `text` stands, in words; none: nowhere. */
  holding(text: string): Promise<string[]>
  remove(): Promise<void>
}

export type Store = {
  readonly name: string
  /** Why it is not tested here. */
  readonly absence: string | undefined
  readonly make: () => Promise<Place>
}

export async function stores(): Promise<readonly Store[]> {
  return [
    { name: 'embedded', absence: undefined, make: async () => embedded() },
    { name: 'PostgreSQL', absence: await postgresAbsence(), make: onPostgres },
  ]
}

function embedded(): Place {
  const temporary = temporaryFolder()
  const folder = temporary.path
  return {
    folder,
    env: {},
    log: folder,
    holding: async (text) => filesHolding(folder, text),
    remove: async () => temporary.remove(),
  }
}

async function onPostgres(): Promise<Place> {
  const temporary = temporaryFolder()
  const folder = temporary.path
  const { url, drop } = await createOnServer()
  return {
    folder,
    env: { DATABASE_URL: url },
    log: url,
    holding: async (text) => [...filesHolding(folder, text), ...(await tablesHolding(url, text))],
    async remove() {
      await drop()
      temporary.remove()
    },
  }
}

/** Bytes are shown as hexadecimal digits by the database, so a text is looked for as both. */
async function tablesHolding(url: string, text: string): Promise<string[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    )
    const wanted = [text, Buffer.from(text, 'utf8').toString('hex')]
    const found: string[] = []
    for (const { name } of rows) {
      const holding = await client.query<{ n: string }>(
        `select count(*) as n from ${name} t where strpos(t::text, $1) > 0 or strpos(t::text, $2) > 0`,
        wanted,
      )
      if (Number(holding.rows[0]?.n) > 0) found.push(`table ${name}`)
    }
    return found
  } finally {
    await client.end()
  }
}

export type Ran = { readonly status: number | null; readonly out: string; readonly err: string }

/** One verb of the command line, with the admin's key unless the environment names another. */
export function airworthy(args: readonly string[], env: Record<string, string> = {}): Ran {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', resolve('src/main.ts'), ...args],
    {
      env: { ...process.env, DATABASE_URL: '', AIRWORTHY_KEY: adminKey, NO_COLOR: '1', ...env },
      encoding: 'utf8',
    },
  )
  return { status, out: stdout, err: stderr }
}
