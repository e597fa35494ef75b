// A log that moves to a team's PostgreSQL server and back, by the command line; and what it says where that cannot be.

import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAirworthy, temporaryFolder } from '../../support/airworthy-process.ts'
import { createOnServer, postgresAbsence } from '../../support/view-databases.ts'
import { apply, decide, detail, modelDir, scripted, sure } from './gateway-calls.ts'

const absence = await postgresAbsence()

function airworthy(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', resolve('src/main.ts'), ...args],
    { env: { ...process.env, DATABASE_URL: '' }, encoding: 'utf8' },
  )
  return { status, stdout, stderr }
}

const copy = (from: string, to: string) => airworthy('log', 'copy', '--from', from, '--to', to, '--json')

function copied(from: string, to: string): { entries: number; copied: number; root: string } {
  const { status, stdout, stderr } = copy(from, to)
  expect(status, stderr).toBe(0)
  return JSON.parse(stdout) as { entries: number; copied: number; root: string }
}

async function query(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(text)
  await client.end()
}

const why = absence === undefined ? '' : ` (skipped: ${absence})`
describe.skipIf(absence !== undefined)(`airworthy log copy${why}`, () => {
  const folder = temporaryFolder()
  const place = (name: string) => join(folder.path, name)
  let database: Awaited<ReturnType<typeof createOnServer>>
  let decision: string
  const on = (name: string, env: Record<string, string> = {}) => startAirworthy({ dataDir: place(name), modelDir, env })

  beforeAll(async () => {
    database = await createOnServer()
    mkdirSync(place('alone'))
    const server = await on('alone')
    await apply(server, scripted('credit'))
    decision = (await decide(server, 'credit', sure, { headers: { 'idempotency-key': 'one' }, subject: 'ann' })).body.id
    await server.stop()
  })
  afterAll(async () => {
    await database.drop()
    folder.remove()
  })

  it('takes a log to a database, where it goes on, and back; each holds', async () => {
    const there = copied(place('alone'), database.url)
    expect(copied(place('alone'), database.url)).toEqual({ ...there, copied: 0 })
    mkdirSync(place('one'))
    const server = await on('one', { DATABASE_URL: database.url })
    // The secret behind the digests of idempotency keys went along.
    const again = await decide(server, 'credit', sure, { headers: { 'idempotency-key': 'one' }, subject: 'ann' })
    expect(again.body.id).toBe(decision)
    const more = (await decide(server, 'credit', sure, { subject: 'ann' })).body.id
    expect(copy(database.url, place('refused'))).toMatchObject({ status: 3, stderr: expect.stringContaining('Stop') })
    await server.stop()

    expect(copied(database.url, place('back')).entries).toBeGreaterThan(there.entries)
    for (const log of [database.url, place('back')]) expect(airworthy('verify', log)).toMatchObject({ status: 0 })
    const back = await on('back')
    for (const id of [decision, more]) expect((await detail(back, id)).status).toBe(200)
    await back.stop()
  })

  it('refuses, in words, what is no log, another log, or not to be had', async () => {
    mkdirSync(place('other'))
    await (await on('other')).stop()
    writeFileSync(place('file'), 'no folder')
    mkdirSync(place('garbage'))
    writeFileSync(join(place('garbage'), 'log.sqlite'), 'no database'.repeat(1_000))
    const nowhere = Object.assign(new URL(database.url), { pathname: '/no_such_database' }).href
    const cases: readonly (readonly [from: string, to: string, status: number, says: string])[] = [
      [place('alone'), `${place('alone')}/`, 2, 'onto itself'],
      ['mysql://host/log', place('new'), 2, 'not a place of a log'],
      [place('nowhere'), place('new'), 3, 'no folder'],
      [folder.path, place('new'), 3, 'no log in'],
      [place('alone'), place('file'), 3, 'cannot be made'],
      [place('alone'), place('garbage'), 3, 'not a database'],
      [place('alone'), place('other'), 2, 'a log of another name'],
      [place('alone'), nowhere, 2, 'does not exist'],
      [place('alone'), 'postgres://postgres@127.0.0.1:1/x', 3, 'ECONNREFUSED'],
    ]
    for (const [from, to, status, says] of cases) {
      const said = copy(from, to)
      expect(said, to).toMatchObject({ status, stderr: expect.stringContaining(says) })
      expect(said.stderr).not.toMatch(/^\s+at /m)
    }
  })

  it('is refused by a database that others own, or that another version wrote', async () => {
    const { url, drop } = await createOnServer()
    const role = `aw_reader_${process.pid}`
    await query(url, `create role ${role} login password 'x'`)
    try {
      copied(place('alone'), url)
      const asReader = Object.assign(new URL(url), { username: role, password: 'x' }).href
      expect(copy(asReader, place('new'))).toMatchObject({ status: 2, stderr: expect.stringContaining('belongs to') })
      await query(url, "update airworthy_log.meta set value = '7' where name = 'schema'")
      expect(copy(place('alone'), url)).toMatchObject({ status: 2, stderr: expect.stringContaining('another version') })
      await query(url, 'delete from airworthy_log.meta')
      expect(copy(place('alone'), url)).toMatchObject({ status: 2, stderr: expect.stringContaining('holds no log') })
    } finally {
      await query(url, `drop role ${role}`)
      await drop()
    }
  })
})
