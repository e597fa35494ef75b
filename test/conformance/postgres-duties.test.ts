// Duties of servers that share a database: each is one server's, and another's as soon as that one is gone.

import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { sharedDuties, type DutyName } from '../../src/compose-duties.ts'
import { createOnServer, postgresAbsence } from '../support/view-databases.ts'

const absence = await postgresAbsence()
const why = absence === undefined ? '' : ` (skipped: ${absence})`
const logger = { info: () => undefined, error: () => undefined }
const soon = { timeout: 60_000, interval: 10 }

let url = ''
let drop = async () => undefined as void
beforeAll(async () => {
  if (absence === undefined) ({ url, drop } = await createOnServer())
})
afterAll(() => drop())

/** A server, and what it does now. */
async function server() {
  const duties = await sharedDuties(url, logger)
  const does = new Set<DutyName>()
  const ended: DutyName[] = []
  const leaves: (() => Promise<void>)[] = []
  const close = async () => {
    for (const leave of leaves.splice(0)) await leave()
    await duties.close()
  }
  onTestFinished(close)
  const add = async (name: DutyName, begin: () => Promise<void> = async () => undefined) => {
    const duty = {
      begin: async () => {
        does.add(name)
        await begin()
      },
      end: () => {
        does.delete(name)
        ended.push(name)
      },
    }
    leaves.push(await duties.add(name, duty))
  }
  return { does, ended, add, close }
}

async function breakSessions(): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'airworthy duties'`)
  await client.end()
}

describe.skipIf(absence !== undefined)(`duties on PostgreSQL${why}`, () => {
  it('are one server’s each, and pass on when it leaves', async () => {
    const [one, other] = [await server(), await server()]
    for (const { add } of [one, other]) for (const name of ['projection', 'actions'] as const) await add(name)
    expect([[...one.does], [...other.does]]).toEqual([['projection', 'actions'], []])
    await one.close()
    await vi.waitFor(() => expect(other.does).toEqual(new Set(['projection', 'actions'])), soon)
  })

  it('end when the session is lost, and are somebody’s again', async () => {
    const [one, other] = [await server(), await server()]
    for (const { add } of [one, other]) await add('retention')
    await breakSessions()
    await vi.waitFor(() => expect(one.ended).toEqual(['retention']), soon)
    await vi.waitFor(() => expect(one.does.size + other.does.size).toBe(1), soon)
  })

  it('do not wait for one that takes long to begin', async () => {
    const [one, other] = [await server(), await server()]
    for (const name of ['witnesses', 'projection'] as const) await one.add(name)
    const begun = Promise.withResolvers<void>()
    onTestFinished(() => begun.resolve())
    await other.add('witnesses', () => begun.promise)
    await other.add('projection')
    await one.close()
    await vi.waitFor(() => expect(other.does).toEqual(new Set(['witnesses', 'projection'])), soon)
  })

  it('that cannot be begun are tried again, also by others', async () => {
    const one = await server()
    let attempts = 0
    await one.add('actions', async () => {
      if (++attempts < 3) throw new Error('not yet')
    })
    await vi.waitFor(() => expect(attempts).toBe(3), soon)
  })
})
