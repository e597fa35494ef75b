// Migrations: numbered plain SQL files, applied once each, in order, one transaction per file.
//
// A file that was applied never changes: its digest is kept, and a difference is an error that says so. Several servers may
// start at once on one database: an advisory lock lets one migrate while the others wait.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { PlatformError } from '#core/kernel/errors.ts'
import { viewTableNames } from './view-tables.ts'

export type MigrationFile = {
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly digest: string
}

export type RunSql = (
  text: string,
  parameters?: readonly unknown[],
) => Promise<{ readonly rows: readonly Record<string, unknown>[]; readonly count: number }>
export type RunTransaction = <T>(work: (run: RunSql) => Promise<T>) => Promise<T>

/** `migrations/` of the package, seen from src/storage as well as from dist/storage. */
const folder = new URL('../../migrations/', import.meta.url)

/** Any number will do as long as nobody else uses it in the same database. */
const lockKey = 4_127_993_001

export function readMigrations(from: URL = folder): readonly MigrationFile[] {
  const files = readdirSync(from)
    .filter((name) => /^\d{4}_.+\.sql$/.test(name))
    .sort()
  return files.map((name) => {
    const sql = readFileSync(new URL(name, from), 'utf8')
    return { number: Number(name.slice(0, 4)), name, sql, digest: createHash('sha256').update(sql).digest('hex') }
  })
}

/** Applies what is not applied yet; returns the names. Errors: configuration_invalid, view_unavailable. */
export async function migrate(
  transaction: RunTransaction,
  files: readonly MigrationFile[] = readMigrations(),
): Promise<readonly string[]> {
  await transaction(prepareTable)
  const applied: string[] = []
  for (const file of files) {
    if (await transaction((run) => applyFile(run, file))) applied.push(file.name)
  }
  await transaction((run) => refuseUnknown(run, files))
  return applied
}

/** Drops every table of the view and makes them anew, in one transaction. */
export async function remake(
  transaction: RunTransaction,
  files: readonly MigrationFile[] = readMigrations(),
): Promise<void> {
  await transaction(async (run) => {
    await run('select pg_advisory_xact_lock($1)', [lockKey])
    await run(`drop table if exists ${[...viewTableNames, 'schema_migration'].join(', ')} cascade`)
    await prepareTable(run)
    for (const file of files) await applyFile(run, file)
  })
}

async function prepareTable(run: RunSql): Promise<void> {
  await run('select pg_advisory_xact_lock($1)', [lockKey])
  await run(
    'create table if not exists schema_migration (number integer primary key, name text not null, digest text not null)',
  )
}

async function applyFile(run: RunSql, file: MigrationFile): Promise<boolean> {
  await run('select pg_advisory_xact_lock($1)', [lockKey])
  const { rows } = await run('select digest from schema_migration where number = $1', [file.number])
  const known = rows[0]?.['digest']
  if (known === file.digest) return false
  if (known !== undefined) {
    throw new PlatformError('configuration_invalid', `The migration ${file.name} was changed after it was applied.`, {
      hint: 'Put the file back as it was, or make the view anew with: airworthy rebuild.',
    })
  }
  await run(file.sql)
  await run('insert into schema_migration (number, name, digest) values ($1, $2, $3)', [
    file.number,
    file.name,
    file.digest,
  ])
  return true
}

async function refuseUnknown(run: RunSql, files: readonly MigrationFile[]): Promise<void> {
  const numbers = files.map(({ number }) => number)
  const { rows } = await run('select name from schema_migration where number <> all($1::int[]) order by number', [
    numbers,
  ])
  if (rows.length === 0) return
  const names = rows.map(({ name }) => String(name)).join(', ')
  throw new PlatformError('configuration_invalid', `The view was made by another version of Airworthy (${names}).`, {
    hint: 'Run that version, or make the view anew with this one: airworthy rebuild.',
  })
}
