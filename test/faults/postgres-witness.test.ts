// Servers on one PostgreSQL log with a witness: one of them asks it, all show the same, another asks when that one is killed;
// and a database that was put back to an older state is refused, because the witness saw more.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { LogState } from '#wire/log.ts'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../support/airworthy-process.ts'
import { creditUseCase, modelDir } from '../support/credit-use-case.ts'
import { createOnServer, postgresAbsence } from '../support/view-databases.ts'

const absence = await postgresAbsence()
const why = absence === undefined ? '' : ` (skipped: ${absence})`
const patience = { timeout: 300_000, interval: 50 }

const stateAt = async (server: AirworthyProcess) => (await server.call('GET', '/api/v1/log')).body as LogState

async function decide(server: AirworthyProcess): Promise<number> {
  const { status, body } = await server.call('POST', '/v1/use-cases/credit/decisions', { input: { amount: 1 } })
  expect(status).toBe(200)
  return (body as { log: { index: number } }).log.index
}

describe.skipIf(absence !== undefined)(`servers on one PostgreSQL log with a witness${why}`, () => {
  const folder = temporaryFolder()
  const policy = join(folder.path, 'policy')
  let database: Awaited<ReturnType<typeof createOnServer>>
  let witness: AirworthyProcess
  const servers: AirworthyProcess[] = []
  const start = (name: string, env: Record<string, string> = { AIRWORTHY_WITNESS_POLICY: policy }) =>
    startAirworthy({ dataDir: join(folder.path, name), modelDir, env: { DATABASE_URL: database.url, ...env } })

  beforeAll(async () => {
    database = await createOnServer()
    const server = await start('first', {})
    expect((await server.call('PUT', '/api/v1/use-cases/credit', creditUseCase())).status).toBeLessThan(300)
    const { keys } = await stateAt(server)
    await server.stop()
    const verb = ['witness', '--dir', join(folder.path, 'witness'), '--log', keys[0]?.vkey ?? '']
    witness = await startAirworthy({ dataDir: folder.path, verb })
    const [line = ''] = (await (await request(witness.url)).body.text()).split('\n')
    writeFileSync(policy, `witness friend ${line.replace('witness ', '')} ${witness.url}\nquorum friend\n`)
    for (const name of ['one', 'other']) servers.push(await start(name))
  })
  afterAll(async () => {
    for (const server of servers) await server.kill()
    await witness.kill()
    await database.drop()
    folder.remove()
  })

  it('show the same, also after the one that asks was killed', async () => {
    const [one, other] = servers as [AirworthyProcess, AirworthyProcess]
    const index = await decide(other)
    for (const server of servers)
      await vi.waitFor(async () => expect((await stateAt(server)).witnessed?.size).toBeGreaterThan(index), patience)
    await vi.waitFor(async () => {
      const [{ witnesses, quorum, witnessed }, theirs] = [await stateAt(one), await stateAt(other)]
      expect(theirs).toMatchObject({ witnesses, quorum, witnessed })
      expect(witnesses).toMatchObject([{ name: 'friend', state: 'ok' }])
    }, patience)

    // It started first, so it has the duty.
    await one.kill()
    servers.shift()
    const later = await decide(other)
    await vi.waitFor(async () => expect((await stateAt(other)).witnessed?.size).toBeGreaterThan(later), patience)
  })

  it('are not started on a database that was put back', async () => {
    for (const server of servers.splice(0)) await server.stop()
    const client = new Client({ connectionString: database.url })
    await client.connect()
    await client.query(`delete from airworthy_log.checkpoint where size > 1;
      delete from airworthy_log.cosignature where size > 1;
      delete from airworthy_log.once where idx >= 1;
      delete from airworthy_log.payload where key >= 16;
      delete from airworthy_log.entry where idx >= 1;
      delete from airworthy_log.tile;
      update projection set position = 0`)
    await client.end()
    await expect(start('back')).rejects.toThrow(/witness friend has cosigned \d+ entries of this log/)
  })
})
