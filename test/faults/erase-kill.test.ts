// kill -9 within an erasure: between the entry that says what goes and the bytes going, and between the bytes going and the
// last trace of them. The next start carries it out. And at random moments: either nothing was recorded and everything is
// there, or it was recorded and nothing is.

import { setTimeout } from 'node:timers/promises'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { LogState } from '#wire/log.ts'
import type { Erasure } from '#wire/privacy.ts'
import { filesHolding } from '../e2e/gateway/data-folder.ts'
import { stores, type Place } from '../e2e/gateway/erasing-places.ts'
import { apply, decide, detail, read, until } from '../e2e/gateway/gateway-calls.ts'
import { startAirworthy, type AirworthyProcess } from '../support/airworthy-process.ts'
import { creditUseCase, modelDir } from '../support/credit-use-case.ts'
import { faultsAt } from '../support/faults-at.ts'
import { plantStaleCopy } from '../support/stale-copy.ts'

const rounds = 5
const decisionsEach = 20

/** An erasure of these entries that cannot come to its end. */
type Held = {
  /** Resolves when contents and pseudonyms are overwritten or deleted, and traces of them are left. */
  untilGone(): Promise<void>
  letGo(): Promise<void>
  /** What is left of them, in words. */
  traces(): Promise<readonly string[]>
}

/** Somebody who reads the file keeps its old pages where they are, and the index of subjects has a copy in an unused place. */
function holdEmbedded({ folder }: Place, id: string): Held {
  const file = join(folder, 'log.sqlite')
  const looker = new DatabaseSync(file)
  const pseudonym = () => looker.prepare('select subject_ref from entry where id = ?').get(id)?.['subject_ref']
  const was = String(pseudonym())
  plantStaleCopy(file, 'entry_subject', was)
  const reader = new DatabaseSync(file, { readOnly: true })
  reader.exec('begin')
  reader.prepare('select count(*) from payload').get()
  return {
    untilGone: async () =>
      void (await until(
        async () => pseudonym(),
        (now) => now === null,
      )),
    async letGo() {
      reader.close()
      looker.close()
    },
    traces: async () => filesHolding(folder, was).filter((name) => name.startsWith('log.sqlite')),
  }
}

/** A lock keeps VACUUM from what was deleted. */
async function holdPostgres({ log }: Place): Promise<Held> {
  const [holder, looker] = [new Client(log), new Client(log)]
  await Promise.all([holder.connect(), looker.connect()])
  await holder.query('begin; lock table airworthy_log.entry in share update exclusive mode')
  const waiting = async () =>
    (
      await looker.query<{ pid: number }>(
        `select pid from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like 'vacuum %airworthy_log.entry'`,
      )
    ).rows
  return {
    untilGone: async () => void (await until(waiting, (pids) => pids.length > 0)),
    async letGo() {
      // Nobody is there any more for whom it waits; it does not know.
      for (const { pid } of await waiting()) await looker.query('select pg_terminate_backend($1, 60000)', [pid])
      await holder.end()
    },
    async traces() {
      const cleared = `select vacuum_count > 0 as is from pg_stat_user_tables
                       where schemaname = 'airworthy_log' and relname = $1`
      const tables = ['entry', 'payload']
      const isCleared = async (table: string) => (await looker.query<{ is: boolean }>(cleared, [table])).rows[0]?.is
      const left = (await Promise.all(tables.map(isCleared))).flatMap((is, n) => (is ? [] : [`rows of ${tables[n]}`]))
      await looker.end()
      return left
    },
  }
}

describe.each(await stores())('kill -9 within an erasure, $name', ({ absence, make, name }) => {
  if (absence !== undefined) {
    it.skip(`(skipped: ${absence})`, () => undefined)
    return
  }
  let place: Place
  let server: AirworthyProcess | undefined
  beforeAll(async () => {
    place = await make()
  })
  afterEach(async () => server?.kill())
  afterAll(async () => place?.remove())

  async function start(): Promise<AirworthyProcess> {
    server = await startAirworthy({ dataDir: place.folder, modelDir, env: place.env })
    return server
  }

  /** Decisions of one person, each with the person's own mark. */
  async function decideFor(running: AirworthyProcess, person: string): Promise<string[]> {
    const input = { amount: 1, note: `mark of ${person}` }
    const answers = await Promise.all(
      Array.from({ length: decisionsEach }, () => decide(running, 'credit', input, { subject: person })),
    )
    return answers.map(({ body }) => body.id)
  }

  const erasureOf = async (running: AirworthyProcess, reason: string) =>
    (await read<{ items: Erasure[] }>(running, '/api/v1/erasures?limit=200')).body.items.find(
      (erasure) => erasure.reason === reason,
    )
  const withheld = async (running: AirworthyProcess, id: string) => (await detail(running, id)).body.withheld

  it('is carried out at the next start, to the last trace', async () => {
    const person = 'ann-of-the-kill'
    const before = await start()
    await apply(before, creditUseCase())
    const ids = await decideFor(before, person)
    await before.stop()
    const held = name === 'embedded' ? holdEmbedded(place, ids[0] ?? '') : await holdPostgres(place)

    const first = await start()
    // An erasure does not go past holds that the view might not know yet.
    await until(
      () => read<LogState>(first, '/api/v1/log'),
      ({ body }) => body.view.behind === 0,
    )
    const wanted = { subject: person, reason: 'request of the kill' }
    const asked = first.call('POST', '/api/v1/erasures', wanted)
    const early = asked.then((answer) => Promise.reject(new Error(`It ended: ${JSON.stringify(answer.body)}`)))
    await Promise.race([held.untilGone(), early])
    expect(await erasureOf(first, wanted.reason)).toMatchObject({ completedAt: null })
    await first.kill()
    await asked.catch(() => undefined)
    await early.catch(() => undefined)
    await held.letGo()

    const second = await start()
    await until(
      () => erasureOf(second, wanted.reason),
      (erasure) => typeof erasure?.completedAt === 'string',
    )
    expect(await held.traces()).toEqual([])
    for (const trace of [`mark of ${person}`, person]) expect(await place.holding(trace)).toEqual([])
    for (const id of ids) expect(await withheld(second, id)).toBe('erased')
    await second.stop()
  })

  it(`is all or nothing over ${rounds} kills at random moments`, async () => {
    for (let round = 0; round < rounds; round++) {
      const running = await start()
      const person = `person-of-round-${round}`
      const ids = await decideFor(running, person)
      const wanted = { subject: person, reason: `request ${round}` }
      const asked = running.call('POST', '/api/v1/erasures', wanted).catch(() => undefined)
      // The moment is random on purpose; what must hold, holds at any.
      await setTimeout(Math.random() * 60)
      await running.kill()
      await asked

      const again = await start()
      const recorded = await until(
        () => erasureOf(again, wanted.reason),
        (erasure) => erasure?.completedAt !== null,
      )
      const states = new Set(await Promise.all(ids.map((id) => withheld(again, id))))
      expect([...states]).toEqual([recorded === undefined ? null : 'erased'])
      expect((await place.holding(person)).length > 0, person).toBe(recorded === undefined)
      await again.stop()
    }
    expect(await faultsAt(place.log)).toEqual([])
  })
})
