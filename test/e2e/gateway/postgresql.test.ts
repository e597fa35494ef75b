// The same story with the view on a PostgreSQL server: decide, review, act, observe, rebuild. Skipped, with the reason, where
// there is none; under CI a missing one is a failure.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { createOnServer, postgresAbsence } from '../../support/view-databases.ts'
import { receiveWebhooks } from '../../support/webhook-receiver.ts'
import {
  apply,
  decide,
  decideReview,
  detail,
  keyFor,
  modelDir,
  read,
  scripted,
  sure,
  unsure,
  until,
} from './gateway-calls.ts'

const absence = await postgresAbsence()

const lists = ['decisions?limit=200', 'reviews?limit=200', 'actions?limit=200', 'use-cases', 'keys'] as const

/** Everything that the view is asked for. */
async function seen(server: AirworthyProcess): Promise<unknown[]> {
  await until(
    () => read<{ view: { behind: number } }>(server, '/api/v1/log'),
    ({ body }) => body.view.behind === 0,
  )
  return Promise.all(lists.map(async (path) => (await read(server, `/api/v1/${path}`)).body))
}

function rebuild(env: Record<string, string>): { entries: number } {
  const { status, stdout, stderr } = run(env)
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as { entries: number }
}

/** What it says when a server runs on the database. */
function rebuildFails(env: Record<string, string>): string {
  const { status, stderr } = run(env)
  expect(status).toBe(3)
  return stderr
}

function run(env: Record<string, string>) {
  return spawnSync(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', resolve('src/main.ts'), 'rebuild', '--json'],
    { env: { ...process.env, ...env }, encoding: 'utf8' },
  )
}

async function query(url: string, text: string): Promise<Record<string, string>[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<Record<string, string>>(text)
  await client.end()
  return rows
}

async function countRows(url: string): Promise<number> {
  const [row] = await query(url, 'select count(*) as n from decision')
  return Number(row?.['n'])
}

describe.skipIf(absence !== undefined)(
  `on a PostgreSQL server${absence === undefined ? '' : ` (skipped: ${absence})`}`,
  () => {
    it('tells the whole story, also after a restart and a rebuild', async () => {
      const folder = temporaryFolder()
      const database = await createOnServer()
      const receiver = await receiveWebhooks()
      const env = { DATABASE_URL: database.url, HOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}` }
      const start = () => startAirworthy({ dataDir: folder.path, modelDir, env })
      let server = await start()
      try {
        expect((await read<{ view: { database: string } }>(server, '/api/v1/status')).body.view.database).toBe(
          'postgresql',
        )
        const webhook = { url: `${receiver.url}/hook`, secretRef: 'env:HOOK_SECRET' }
        await apply(server, scripted('credit', { actions: [{ on: 'decided', webhook }] }))
        const acted = await decide(server, 'credit', sure, { headers: { 'idempotency-key': 'one' } })
        expect(acted.status).toBe(200)
        const waiting = decide(server, 'credit', unsure, { headers: { prefer: 'wait=60' } })
        const open = await until(
          () => read<{ items: { id: string }[] }>(server, '/api/v1/reviews?useCase=credit&status=open'),
          ({ body }) => body.items.length === 1,
        )
        await decideReview(server, open.body.items[0]?.id ?? '')
        expect(await waiting).toMatchObject({ status: 200, body: { status: 'decided', output: unsure.answer } })
        const observed = { id: 'elsewhere-1', input: {}, output: { approve: false } }
        expect((await server.call('POST', '/v1/use-cases/credit/observations', observed)).status).toBe(200)
        expect((await server.call('POST', '/v1/outcomes', { decision: acted.body.id, label: false })).status).toBe(201)
        expect((await detail(server, acted.body.id)).body).toMatchObject({ value: true, label: false })
        const many = Array.from({ length: 200 }, (_, n) => JSON.stringify({ input: { ...sure, amount: n } })).join('\n')
        await server.call('POST', '/v1/use-cases/credit/decisions:batch', many, {
          'content-type': 'application/x-ndjson',
        })
        const { as } = await keyFor(server, 'app', { scopes: ['decide:credit'] })
        await until(
          async () => receiver.received.length,
          (count) => count === 202,
        )
        await until(
          () => read<{ items: unknown[] }>(server, '/api/v1/actions?status=queued'),
          ({ body }) => body.items.length === 0,
        )
        const before = await seen(server)
        expect(existsSync(join(folder.path, 'view'))).toBe(false)

        await server.stop()
        server = await start()
        expect(await seen(server)).toEqual(before)
        await server.kill()
        expect(rebuild({ ...env, AIRWORTHY_DATA_DIR: folder.path }).entries).toBeGreaterThan(400)
        expect(await countRows(database.url)).toBe(203)
        server = await start()
        expect(await seen(server)).toEqual(before)
        expect((await server.call('POST', '/api/v1/rebuild')).status).toBe(200)
        expect(await seen(server)).toEqual(before)

        const again = await decide(server, 'credit', sure, { headers: { ...as, 'idempotency-key': 'one' } })
        expect(again.body).toEqual(acted.body)
        expect((await decide(server, 'credit', sure, { headers: as })).status).toBe(200)
        await until(
          async () => receiver.received.length,
          (count) => count >= 203,
        )
        expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(203)
        expect(receiver.received).toHaveLength(203)
      } finally {
        await server.stop()
        await database.drop()
        folder.remove()
      }
    })

    it('refuses a view of another log until it is made anew', async () => {
      const folder = temporaryFolder()
      const database = await createOnServer()
      const env = { DATABASE_URL: database.url }
      const on = () => startAirworthy({ dataDir: folder.path, modelDir, env })
      try {
        const first = await on()
        await apply(first, scripted('credit'))
        await decide(first, 'credit', sure)
        const before = await seen(first)
        await first.stop()

        await query(database.url, "update projection set origin = 'airworthy/ffffffffffffffff'")
        await expect(on()).rejects.toThrow(/view of another log \(airworthy\/ffffffffffffffff\)/)
        rebuild({ ...env, AIRWORTHY_DATA_DIR: folder.path })
        const again = await on()
        expect(await seen(again)).toEqual(before)
        expect(rebuildFails({ ...env, AIRWORTHY_DATA_DIR: folder.path })).toContain('--server')
        await again.stop()
      } finally {
        await database.drop()
        folder.remove()
      }
    })
  },
)
