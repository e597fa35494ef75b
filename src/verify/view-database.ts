// The view in its database: on a PostgreSQL server, or the embedded one of a server that is stopped. That one cannot be opened
// without being written to, so a copy of its files is opened, and removed afterwards.

import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { Client } from 'pg'
import { NotCheckable } from './finding.ts'
import type { ViewedDecision, ViewSource } from './view-source.ts'

type Ask = (sql: string, parameters: readonly unknown[]) => Promise<readonly object[]>
type Session = { readonly name: string; readonly ask: Ask; readonly close: () => Promise<void> }

const pageRows = 1_000

/** Errors: NotCheckable. */
export async function openViewDatabase(url: string): Promise<ViewSource> {
  const client = new Client({
    connectionString: url,
    application_name: 'airworthy verify',
    connectionTimeoutMillis: 10_000,
  })
  // A connection that breaks between two queries would end the process; the next query says it.
  client.on('error', () => undefined)
  const name = 'the view in the database'
  const ask = asker(name, async (sql, parameters) => (await client.query(sql, [...parameters])).rows as object[])
  try {
    await client.connect()
    await client.query('set default_transaction_read_only = on')
  } catch (error) {
    throw unreadable(name, error)
  }
  return source({ name, ask, close: () => client.end() })
}

/** Errors: NotCheckable. */
export async function openViewFolder(dataDir: string): Promise<ViewSource> {
  const files = join(dataDir, 'view', 'data')
  const name = `the view in ${join(dataDir, 'view')}`
  if (!existsSync(files))
    throw new NotCheckable('source', `There is no view in ${dataDir}.`, {
      hint: 'A server makes it at its next start, from the log.',
    })
  const copy = mkdtempSync(join(tmpdir(), 'airworthy-view-'))
  const remove = () => rmSync(copy, { recursive: true, force: true })
  try {
    cpSync(files, join(copy, 'data'), { recursive: true })
    makeWritable(join(copy, 'data'))
    const db = await PGlite.create(join(copy, 'data'))
    const ask = asker(name, async (sql, parameters) => (await db.query(sql, [...parameters])).rows as object[])
    const close = async () => {
      await db.close()
      remove()
    }
    return source({ name, ask, close })
  } catch (error) {
    remove()
    throw unreadable(name, error)
  }
}

/** The database cannot be opened without being written to, and a copy of files that are read-only is read-only. */
function makeWritable(folder: string): void {
  chmodSync(folder, 0o700)
  for (const each of readdirSync(folder, { withFileTypes: true, recursive: true }))
    chmodSync(join(each.parentPath, each.name), each.isDirectory() ? 0o700 : 0o600)
}

function asker(name: string, query: Ask): Ask {
  return async (sql, parameters) => {
    try {
      return await query(sql, parameters)
    } catch (error) {
      throw unreadable(name, error)
    }
  }
}

/** What to do about it, by SQLSTATE. */
const hints: Readonly<Record<string, string>> = {
  '42P01': 'A server makes the view at its next start on this database, from the log.',
  '42501': 'Connect as a role that may read it: grant select on projection, decision to that role.',
}

function unreadable(name: string, cause: unknown): NotCheckable {
  const { message, code } = cause as Error & { readonly code?: string }
  const hint = hints[code ?? '']
  return new NotCheckable(
    'source',
    `${name} cannot be read: ${message}.`,
    hint === undefined ? { cause } : { cause, hint },
  )
}

// Figures and times as texts, so that no driver rounds or moves them.
const page = `
select log_index::text as index, id::text as id, use_case as "useCase", revision, origin,
  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, status, route, reason, arm,
  model_name as "modelName", model_version as "modelVersion", confidence::text as confidence,
  value::text as value, final_value::text as "finalValue", duration_ms::text as "durationMs"
from decision where log_index > $1 order by log_index limit ${pageRows}`

type DecisionRow = Record<
  'index' | 'id' | 'useCase' | 'origin' | 'at' | 'status' | 'route' | 'reason' | 'arm',
  string
> &
  Record<'modelName' | 'modelVersion' | 'confidence' | 'value' | 'finalValue', string | null> & {
    readonly revision: number
    readonly durationMs: string
  }

function source({ name, ask, close }: Session): ViewSource {
  return {
    name,
    async projection() {
      const [row] = (await ask('select origin, position::text as position from projection', [])) as readonly {
        readonly origin: string
        readonly position: string
      }[]
      return row && { origin: row.origin, position: Number(row.position) }
    },
    async *decisions() {
      for (let above = -1; ;) {
        const rows = (await ask(page, [above])) as readonly DecisionRow[]
        if (rows.length === 0) return
        above = Number(rows.at(-1)?.index)
        yield rows.map(viewed)
      }
    },
    close,
  }
}

function viewed(row: DecisionRow): ViewedDecision {
  const { index, modelName, modelVersion, confidence, value, finalValue, durationMs, ...same } = row
  return {
    ...same,
    index: Number(index),
    model: modelName === null ? null : { name: modelName, version: modelVersion ?? '' },
    confidence: confidence === null ? null : Number(confidence),
    value: value === null ? null : JSON.parse(value),
    finalValue: finalValue === null ? null : JSON.parse(finalValue),
    durationMs: Number(durationMs),
  }
}
