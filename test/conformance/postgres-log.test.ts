// The log on a PostgreSQL server, held to the same suite, and what only several processes can show: here several logs opened
// on one database. Skipped, with the reason, where there is no server; under CI a missing one is a failure.

import { Client } from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import type { Log, LogItem } from '#log/log.ts'
import { openPostgresLog } from '#log/postgres-log.ts'
import { createOnServer, postgresAbsence } from '../support/view-databases.ts'
import { describeLog } from './log.ts'

const absence = await postgresAbsence()
const database = absence === undefined ? await createOnServer() : undefined
const url = database?.url ?? ''
afterAll(() => database?.drop())

async function openEmpty(): Promise<Log> {
  await query('drop schema if exists airworthy_log cascade')
  return openPostgresLog({ url })
}

let made = 0
const item = (text: string, more: Partial<LogItem> = {}): LogItem => ({
  entry: Buffer.from(text),
  id: `id-${++made}`,
  ...more,
})

async function query(text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(text)
  await client.end()
  return rows as unknown[]
}

const why = absence === undefined ? '' : ` (skipped: ${absence})`
describe.skipIf(absence !== undefined)(`PostgreSQL${why}`, () => {
  describeLog('PostgreSQL', {
    open: openEmpty,
    reopen: async (log) => {
      await log.close()
      return openPostgresLog({ url })
    },
  })

  it('lets several processes append: gapless, each claim once, everybody sees all of it', async () => {
    await query('drop schema if exists airworthy_log cascade')
    // Together, so that they also make the tables together.
    const logs = await Promise.all([1, 2, 3].map(() => openPostgresLog({ url })))
    expect(new Set(logs.map(({ origin }) => origin)).size).toBe(1)
    const results = await Promise.all(
      Array.from({ length: 600 }, (_, n) =>
        (logs[n % 3] as Log).append(item(`entry ${n}`, { once: `claim ${n % 400}` })),
      ),
    )
    const appended = results.flatMap(({ kind, index }) => (kind === 'appended' ? [index] : []))
    expect(appended.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, n) => n))
    for (const [n, { kind, index }] of results.entries()) {
      if (kind === 'taken') expect(results[n < 400 ? n + 400 : n - 400]).toEqual({ kind: 'appended', index })
    }
    for (const log of logs) {
      await untilHead(log, 400)
      expect((await log.read(0, 1000)).map(({ index }) => index)).toEqual(Array.from({ length: 400 }, (_, n) => n))
    }
    await Promise.all(logs.map((log) => log.close()))
  })

  it('has the head as it is, before anybody was told', async () => {
    const [writer, reader] = [await openEmpty(), await openPostgresLog({ url })]
    for (let n = 0; n < 50; n++) {
      const { index } = await writer.append(item(`head ${n}`))
      expect(await reader.latestHead()).toBe(index + 1)
      expect(reader.head()).toBe(index + 1)
    }
    await writer.close()
    await reader.close()
  })

  it('tells a process of what another appended, without waiting', async () => {
    const [writer, reader] = [await openEmpty(), await openPostgresLog({ url })]
    const grown = new Promise<void>((resolve) => reader.onGrowth(() => resolve()))
    await writer.append(item('news'))
    await grown
    expect(reader.head()).toBe(1)
    await Promise.all([writer.close(), reader.close()])
  })

  it('refuses what the server refuses, and writes what arrived with it', async () => {
    const log = await openEmpty()
    const twice = item('a')
    const results = await Promise.allSettled([
      log.append(twice),
      log.append(item('b', { once: 'not \0 text' })),
      log.append(item('c')),
      log.append({ ...twice, entry: Buffer.from('other') }),
      log.append(item('d')),
    ])
    const refused = { status: 'rejected', reason: expect.objectContaining({ code: 'log_unavailable' }) }
    expect(results).toEqual([
      { status: 'fulfilled', value: { kind: 'appended', index: 0 } },
      refused,
      { status: 'fulfilled', value: { kind: 'appended', index: 1 } },
      refused,
      { status: 'fulfilled', value: { kind: 'appended', index: 2 } },
    ])
    expect(log.head()).toBe(3)
    await log.close()
  })

  it('commits durably whatever the database has as its default', async () => {
    const name = new URL(url).pathname.slice(1)
    await query(`alter database ${name} set synchronous_commit = off`)
    await query(`alter database ${name} set default_transaction_isolation = serializable`)
    const log = await openEmpty()
    await query(`create table seen (value text); create function see() returns trigger language plpgsql as
      $$ begin insert into public.seen values (current_setting('synchronous_commit')); return new; end $$;
      create trigger see after insert on airworthy_log.entry execute function see()`)
    await log.append(item('x'))
    expect(await query('select distinct value from seen')).toEqual([{ value: 'on' }])
    await log.close()
  })

  it('takes big batches apart and keeps their order', async () => {
    const log = await openEmpty()
    const bytes = Buffer.alloc(3_000_000, 'y')
    const results = await Promise.all(
      Array.from({ length: 15 }, (_, n) =>
        log.append(item(`${n}`, { payloads: [{ part: 'input', salt: Buffer.alloc(16), bytes }] })),
      ),
    )
    expect(results.map(({ index }) => index)).toEqual(Array.from({ length: 15 }, (_, n) => n))
    expect((await log.get([14, 3], { withPayloads: true })).map(({ payloads }) => payloads[0]?.bytes.length)).toEqual([
      3_000_000, 3_000_000,
    ])
    await log.close()
  })

  it('says what is wrong with an address that cannot be used', async () => {
    const missing = Object.assign(new URL(url), { pathname: '/no_such_database' })
    await expect(openPostgresLog({ url: missing.href })).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringContaining('no_such_database'),
    })
    await expect(openPostgresLog({ url: 'postgres://127.0.0.1:1/x' })).rejects.toMatchObject({
      code: 'log_unavailable',
    })
  })
})

async function untilHead(log: Log, head: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const check = () => log.head() >= head && resolve()
  const stop = log.onGrowth(check)
  check()
  await promise
  stop()
}
