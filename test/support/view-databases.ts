// Databases for tests: an embedded one in a temporary folder, and a fresh database on a real PostgreSQL server where one
// can be reached (TEST_DATABASE_URL, else the usual place on this machine). Under CI a missing server is a failure.

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { openDatabase, type Database } from '#storage/open-database.ts'

export type TestDatabase = { readonly database: Database; readonly dataDir: string; end(): Promise<void> }

/** The first start takes some seconds: open one per test file. */
export async function openEmbedded(): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'airworthy-view-'))
  const database = await openDatabase({ databaseUrl: undefined, dataDir })
  return {
    database,
    dataDir,
    async end() {
      await database.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

const serverUrl = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'

/** Why there is no PostgreSQL server to test on; undefined when there is one. */
export async function postgresAbsence(): Promise<string | undefined> {
  const client = new Client({ connectionString: serverUrl, connectionTimeoutMillis: 60_000 })
  try {
    await client.connect()
    await client.end()
    return undefined
  } catch (error) {
    const reason = `no PostgreSQL at ${serverUrl.replace(/:[^:@/]*@/, ':…@')}: ${(error as Error).message}`
    if (process.env['CI']) throw new Error(`${reason}; CI must test on one (TEST_DATABASE_URL)`, { cause: error })
    return reason
  }
}

/** A database of its own on the server, dropped at the end. */
async function openOnServer(): Promise<TestDatabase> {
  const { url, drop } = await createOnServer()
  const database = await openDatabase({ databaseUrl: url, dataDir: '' })
  return {
    database,
    dataDir: '',
    async end() {
      await database.close()
      await drop()
    },
  }
}

/** An empty one, for a whole server to use. */
export async function createOnServer(): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  const name = `airworthy_test_${randomBytes(6).toString('hex')}`
  await onServer(`create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => onServer(`drop database ${name} with (force)`) }
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(statement)
  await client.end()
}

export type DatabaseUnderTest = {
  readonly name: string
  /** Why it is not tested here. */
  readonly absence: string | undefined
  readonly open: () => Promise<TestDatabase>
}

/** Both, for `describe.each`. */
export async function databasesUnderTest(): Promise<readonly DatabaseUnderTest[]> {
  return [
    { name: 'embedded', absence: undefined, open: openEmbedded },
    { name: 'PostgreSQL server', absence: await postgresAbsence(), open: openOnServer },
  ]
}
