// A PostgreSQL server killed under the load of three gateways, and gateways killed one by one: nothing that was acknowledged
// is lost, indices are gapless, nothing is there twice, and the others go on by themselves.

import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgresLog, type PostgresLog } from '#log/postgres-log.ts'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../support/airworthy-process.ts'
import { creditUseCase, modelDir } from '../support/credit-use-case.ts'
import { clusterAbsence, makeCluster, type PostgresCluster } from '../support/postgres-cluster.ts'
import { faultsAt } from '../support/faults-at.ts'

const absence = clusterAbsence()
const gateways = 3
const writersEach = 8
const kills = 3
const patienceMs = 120_000

type Load = { readonly acknowledged: Map<string, number>; isOver: boolean }

/** Decides until it is over. Every answer 200 or 202 is an acknowledgement; what fails is asked again. */
async function load(server: AirworthyProcess, state: Load): Promise<void> {
  while (!state.isOver) {
    try {
      const { status, body } = await server.call('POST', '/v1/use-cases/credit/decisions', {
        input: { amount: state.acknowledged.size % 2000 },
      })
      if (status === 200 || status === 202) {
        const { id, log } = body as { id: string; log: { index: number } }
        state.acknowledged.set(id, log.index)
      } else {
        await sleep(20)
      }
    } catch {
      await sleep(20)
    }
  }
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + patienceMs; ;) {
    if (await Promise.resolve(holds()).catch(() => false)) return
    if (Date.now() > end) throw new Error(`${what}: not within ${patienceMs / 1000} s`)
    await sleep(50)
  }
}

async function isRefused(server: AirworthyProcess): Promise<boolean> {
  const asked = server.call('POST', '/v1/use-cases/credit/decisions', { input: { amount: 1 } })
  return (await Promise.race([asked, sleep(1_000)]))?.status === 503
}

/** For entries that mean nothing to the gateways. */
async function otherDatabase(url: string): Promise<string> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.query('create database other')
  await client.end()
  return Object.assign(new URL(url), { pathname: '/other' }).href
}

const isReady = async (server: AirworthyProcess) => (await server.call('GET', '/readyz')).status === 200

async function recordedIds(log: PostgresLog): Promise<Map<string, number[]>> {
  const ids = new Map<string, number[]>()
  for (let from = 0; from < log.head(); from += 1000) {
    for (const { index, entry } of await log.read(from, 1000)) {
      const event = JSON.parse(Buffer.from(entry).toString('utf8')) as { id: string; type: string }
      if (event.type === 'decision-recorded') ids.set(event.id, [...(ids.get(event.id) ?? []), index])
    }
  }
  return ids
}

const why = absence === undefined ? '' : ` (skipped: ${absence})`
describe.skipIf(absence !== undefined)(`gateways on one PostgreSQL${why}`, () => {
  let cluster: PostgresCluster
  const folders = Array.from({ length: gateways }, () => temporaryFolder())
  const servers: AirworthyProcess[] = []
  const env = () => ({ DATABASE_URL: cluster.url })

  beforeAll(async () => {
    cluster = await makeCluster()
    await cluster.start()
    for (const { path } of folders) servers.push(await startAirworthy({ dataDir: path, modelDir, env: env() }))
  })

  afterAll(async () => {
    for (const server of servers) await server.kill()
    await cluster?.remove()
    for (const folder of folders) folder.remove()
  })

  const [first, second] = [() => servers[0] as AirworthyProcess, () => servers[1] as AirworthyProcess]

  it('obeys what another gateway was told: a manifest, a key, its end', async () => {
    expect((await first().call('PUT', '/api/v1/use-cases/credit', creditUseCase())).status).toBeLessThan(300)
    for (const server of servers)
      await until('the manifest is in force', async () =>
        [200, 202].includes(
          (await server.call('POST', '/v1/use-cases/credit/decisions', { input: { amount: 1 } })).status,
        ),
      )
    const made = await second().call('POST', '/api/v1/keys', { name: 'app', scopes: ['decide:credit'] })
    const { id, key } = made.body as { id: string; key: string }
    const asApp = async (server: AirworthyProcess) =>
      (
        await server.call(
          'POST',
          '/v1/use-cases/credit/decisions',
          { input: { amount: 2 } },
          { authorization: `Bearer ${key}` },
        )
      ).status
    for (const server of servers) await until('the key is known', async () => [200, 202].includes(await asApp(server)))
    await first().call('DELETE', `/api/v1/keys/${id}`)
    for (const server of servers) await until('the key is refused', async () => (await asApp(server)) === 401)
  })

  it('shows at once what another gateway has recorded', async () => {
    for (let n = 0; n < 30; n++) {
      const at = servers[n % gateways] as AirworthyProcess
      const elsewhere = servers[(n + 1) % gateways] as AirworthyProcess
      // Not sure of so much: it goes to a person.
      const { body } = await at.call('POST', '/v1/use-cases/credit/decisions', { input: { amount: 1500 } })
      const { id } = body as { id: string }
      for (const path of [`decisions/${id}`, `reviews/${id}`])
        expect((await elsewhere.call('GET', `/api/v1/${path}`)).status, path).toBe(200)
    }
  })

  it('knows a request that another gateway has answered', async () => {
    const asked = await first().call(
      'POST',
      '/v1/use-cases/credit/decisions',
      { input: { amount: 1 }, subject: 'same everywhere' },
      { 'idempotency-key': 'one' },
    )
    const again = await second().call(
      'POST',
      '/v1/use-cases/credit/decisions',
      { input: { amount: 1 }, subject: 'same everywhere' },
      { 'idempotency-key': 'one' },
    )
    // The digest of the key and the pseudonym of the subject are the same at both, or this would be a second decision.
    expect((again.body as { id: string }).id).toBe((asked.body as { id: string }).id)
  })

  it('tells whoever waits too long that nobody knows, and writes nothing twice', async () => {
    const log = await openPostgresLog({ url: await otherDatabase(cluster.url), doubtMsMax: 300 })
    const acknowledged = new Map<string, number>()
    const refusals: string[] = []
    const writer = async (name: number) => {
      for (let n = 0; ; n++) {
        const id = `doubt-${name}-${n}`
        try {
          acknowledged.set(id, (await log.append({ id, entry: Buffer.from('{}') })).index)
        } catch (error) {
          return refusals.push((error as Error).message)
        }
      }
    }
    const writers = Array.from({ length: 16 }, (_, name) => writer(name))
    await until('entries are written', () => acknowledged.size > 100)
    await cluster.kill()
    await Promise.all(writers)
    expect(refusals.filter((message) => message.includes('while the record was committed'))).not.toHaveLength(0)
    await cluster.start()
    await until('entries are written again', async () => {
      await log.append({ id: 'after doubt', entry: Buffer.from('{}') })
      return true
    })
    for (const [id, index] of acknowledged) expect((await log.findById(id))?.index).toBe(index)
    await log.close()
    for (const server of servers) await until('a gateway recovers', () => isReady(server))
  })

  it(`loses nothing and repeats nothing over ${kills} kills of the database server`, async () => {
    const state: Load = { acknowledged: new Map(), isOver: false }
    const loads = servers.flatMap((server) => Array.from({ length: writersEach }, () => load(server, state)))
    for (let round = 0; round < kills; round++) {
      const before = state.acknowledged.size
      await until('decisions are made', () => state.acknowledged.size > before + 20)
      // The moment is random on purpose; what must hold, holds at any.
      await sleep(Math.random() * 500)
      await cluster.kill()
      // A request of its own: all that are under way may be in doubt, and those wait.
      for (const server of servers) await until('refused at once while it is away', () => isRefused(server))
      await cluster.start()
      for (const server of servers) await until('a gateway recovers', () => isReady(server))
    }
    const before = state.acknowledged.size
    await until('decisions are made after it', () => state.acknowledged.size > before + 20)
    state.isOver = true
    await Promise.all(loads)

    const log = await openPostgresLog({ url: cluster.url })
    expect(await faultsAt(cluster.url)).toEqual([])
    const ids = await recordedIds(log)
    for (const [id, index] of state.acknowledged) expect(ids.get(id), `decision ${id}`).toEqual([index])
    const entries = log.head()
    await log.close()
    await until('the view has caught up and a checkpoint covers all', async () => {
      const { body } = await second().call('GET', '/api/v1/log')
      const { size, view } = body as { size: number; view?: { behind: number } }
      return size >= entries && (view?.behind ?? 0) === 0
    })
  })

  it('goes on when the gateway that keeps the view and grows the tree is killed', async () => {
    // The first had everything from the start, unless it lost it with the database; then another has.
    for (let n = 0; n < gateways - 1; n++) {
      const [gone] = servers.splice(0, 1)
      await gone?.kill()
      const left = servers[0] as AirworthyProcess
      const decided = await left.call('POST', '/v1/use-cases/credit/decisions', { input: { amount: 3 } })
      const { id, log } = decided.body as { id: string; log: { index: number } }
      await until('a checkpoint covers it', async () => {
        const { body } = await left.call('GET', '/api/v1/log')
        return (body as { size: number }).size > log.index
      })
      await until('the view has it', async () => {
        const { body } = await left.call('GET', '/api/v1/decisions?limit=200')
        return (body as { items: { id: string }[] }).items.some((item) => item.id === id)
      })
    }
  })

  it('stops at once, and with nothing left open, while the database is away', async () => {
    await cluster.kill()
    for (const server of servers.splice(0)) {
      const asked = performance.now()
      await server.stop()
      expect(server.child.exitCode).toBe(0)
      expect(performance.now() - asked).toBeLessThan(60_000)
    }
    await cluster.start()
  })

  it('refuses a folder with a log of its own', async () => {
    const folder = temporaryFolder()
    const alone = await startAirworthy({ dataDir: folder.path, modelDir })
    await alone.stop()
    await expect(startAirworthy({ dataDir: folder.path, modelDir, env: env() })).rejects.toThrow(/airworthy log copy/)
    folder.remove()
  })
})
