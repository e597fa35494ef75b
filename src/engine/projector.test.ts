import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PlatformError } from '#core/kernel/errors.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import type { Log, LogItem } from '#log/log.ts'
import { viewTableNames } from '#storage/view-tables.ts'
import { eventSequences } from '../../test/support/event-sequences.ts'
import { patienceMs } from '../../test/support/patient-projector.ts'
import { databasesUnderTest, type TestDatabase } from '../../test/support/view-databases.ts'
import { createProjector, type Projected, type Projector, type ProjectorOptions } from './projector.ts'

const clock = () => Date.now()

function logOf(items: readonly LogItem[], origin?: string): Log {
  const log = createMemoryLog(origin)
  for (const item of items) void log.append(item)
  return log
}

async function following(options: ProjectorOptions): Promise<Projector> {
  const projector = createProjector(options)
  projector.start()
  await projector.waitFor(options.log.head() - 1, patienceMs)
  return projector
}

async function projected(test: TestDatabase, options: Omit<ProjectorOptions, 'database' | 'clock'>): Promise<unknown> {
  const projector = await following({ database: test.database, clock, ...options })
  expect(projector.health().detail).toBeNull()
  await projector.stop()
  return dump(test)
}

async function dump({ database }: TestDatabase): Promise<Record<string, unknown[]>> {
  return database.transaction(async (run) => {
    const tables: Record<string, unknown[]> = {}
    for (const table of viewTableNames) {
      const { rows } = await run(`select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`)
      tables[table] = rows.map(({ row }) => row)
    }
    return tables
  })
}

/** As after a reset, without the cost of making tables. */
const empty = async ({ database }: TestDatabase) =>
  database.transaction(async (run) => {
    await run(`truncate ${viewTableNames.join(', ')}`)
    await run('insert into projection (origin, position) values ($1, 0)', [createMemoryLog().origin])
  })

/** A long sample, the same for the same seed. */
function history(seed: number): readonly LogItem[] {
  const samples = fc.sample(eventSequences, { numRuns: 30, seed })
  return samples.reduce((longest, each) => (each.length > longest.length ? each : longest))
}

for (const { name, absence, open } of await databasesUnderTest()) {
  describe.skipIf(absence !== undefined)(`projector on ${name}${absence === undefined ? '' : ` (${absence})`}`, () => {
    let test: TestDatabase
    beforeAll(async () => {
      test = await open()
    })
    afterAll(() => test?.end())

    it('gives the same rows however the log is cut into batches', async () => {
      await fc.assert(
        fc.asyncProperty(eventSequences, fc.integer({ min: 1, max: 20 }), async (items, batchMax) => {
          await empty(test)
          const whole = await projected(test, { log: logOf(items), batchMax: 500 })
          await empty(test)
          const cut = await projected(test, { log: logOf(items), batchMax })
          expect(cut).toEqual(whole)
        }),
        { numRuns: 30 },
      )
    })

    it('gives the same rows incrementally, rebuilt, and after stops in between', async () => {
      await fc.assert(
        fc.asyncProperty(eventSequences, fc.array(fc.nat(80), { maxLength: 4 }), async (items, stops) => {
          await empty(test)
          const log = createMemoryLog()
          const cuts = [...new Set([...stops, items.length])].sort((a, b) => a - b)
          let from = 0
          for (const to of cuts) {
            for (const item of items.slice(from, to)) await log.append(item)
            from = Math.min(to, items.length)
            await projected(test, { log })
          }
          const incremental = await dump(test)
          const projector = await following({ log, database: test.database, clock })
          expect(await projector.rebuild()).toMatchObject({ entries: items.length })
          await projector.stop()
          expect(await dump(test)).toEqual(incremental)
        }),
        { numRuns: 15 },
      )
    })

    it('keeps counts that a count of the rows confirms', async () => {
      await fc.assert(
        fc.asyncProperty(eventSequences, async (items) => {
          await empty(test)
          await projected(test, { log: logOf(items), batchMax: 7 })
          const { rows } = await test.database.transaction((run) => run(recount))
          expect(rows).toEqual([])
        }),
        { numRuns: 25 },
      )
    })

    it('makes the view anew when it is of another log, or ahead of this one', async () => {
      const items = history(7)
      await empty(test)
      const fresh = await projected(test, { log: logOf(items) })
      await projected(test, { log: logOf(items.slice(0, 3), 'airworthy/other') })
      expect(await projected(test, { log: logOf(items) })).toEqual(fresh)
      await projected(test, { log: logOf(items.slice(0, 5)) })
      expect((await dump(test))['projection']).toMatchObject([{ position: 5 }])
    })

    it('stops visibly at an entry that cannot be projected, and applies all before it', async () => {
      await empty(test)
      const items = history(3)
      const log = logOf(items)
      const poison = await log.append({ id: 'poison', entry: Buffer.from('{"type":"key-created","data":{}}') })
      await log.append({
        id: 'after',
        entry: Buffer.from('{"type":"other","data":{},"time":"2026-01-01T00:00:00.000Z"}'),
      })
      const projector = createProjector({ log, database: test.database, clock })
      projector.start()
      expect(await projector.waitFor(poison.index, patienceMs)).toBe(false)
      expect(projector.position()).toBe(poison.index)
      expect(projector.health()).toMatchObject({
        state: 'stuck',
        detail: expect.stringContaining(`entry ${poison.index} `),
      })
      await projector.stop()
    })

    it('goes on by itself, without gaps or repeats, when the database fails for a while', async () => {
      const items = history(11)
      await empty(test)
      const whole = await projected(test, { log: logOf(items) })
      await empty(test)
      let calls = 0
      const failing: ProjectorOptions['database'] = {
        ...test.database,
        async transaction(work) {
          calls++
          // Before, after and in the middle of what the transaction does.
          if (calls % 9 === 3) throw new PlatformError('view_unavailable', 'away')
          const done = await test.database.transaction(async (run) => {
            const result = await work(run)
            if (calls % 9 === 5) throw new PlatformError('view_unavailable', 'away before commit')
            return result
          })
          if (calls % 9 === 7) throw new PlatformError('view_unavailable', 'away after commit')
          return done
        },
      }
      const projector = await following({ log: logOf(items), database: failing, clock, batchMax: 10 })
      expect(projector.caughtUp()).toBe(true)
      await projector.stop()
      expect(calls).toBeGreaterThan(8)
      expect(await dump(test)).toEqual(whole)
    })

    it('tells what it projected, and wakes those who wait for it', async () => {
      await empty(test)
      const items = history(5)
      const log = createMemoryLog()
      const told: Projected[] = []
      const projector = createProjector({ log, database: test.database, clock, onProjected: (each) => told.push(each) })
      projector.start()
      expect(await projector.waitFor(-1, 0)).toBe(true)
      expect(await projector.waitFor(0, 5)).toBe(false)
      for (const item of items) await log.append(item)
      expect(await projector.waitFor(items.length - 1, patienceMs)).toBe(true)
      await projector.stop()
      expect(told.at(-1)?.position).toBe(items.length)
      const types = told.flatMap(({ events }) => events.map(({ type }) => type))
      const known = items.map(({ entry }) => JSON.parse(Buffer.from(entry).toString()).type as string)
      expect(types).toEqual(known.filter((type) => type !== 'never-heard-of'))
      expect(projector.health().unknownEntries).toBe(known.length - types.length)
    })

    it('shares a database with another projector of the same log, and applies nothing twice', async () => {
      const items = history(17)
      await empty(test)
      const whole = await projected(test, { log: logOf(items) })
      await empty(test)
      const log = logOf(items)
      const both = await Promise.all([1, 2].map(() => following({ log, database: test.database, clock, batchMax: 3 })))
      await expect.poll(() => both.map((each) => each.health().detail)).toEqual([null, null])
      await Promise.all(both.map((each) => each.stop()))
      expect(await dump(test)).toEqual(whole)
    })

    it('stops visibly when another log takes the database over, instead of fighting for it', async () => {
      await empty(test)
      const log = createMemoryLog()
      const projector = await following({ log, database: test.database, clock })
      await expect.poll(() => projector.caughtUp()).toBe(true)
      await test.database.transaction((run) => run("update projection set origin = 'airworthy/other'"))
      for (const item of history(19)) await log.append(item)
      expect(await projector.waitFor(log.head() - 1, patienceMs)).toBe(false)
      expect(projector.health()).toMatchObject({ state: 'stuck', detail: expect.stringContaining('airworthy/other') })
      await projector.stop()
    })

    it('looks again when it is told to while it looks for more, and shows nobody what it saw before', async () => {
      const items = history(23)
      await empty(test)
      const whole = await projected(test, { log: logOf(items) })
      await empty(test)
      const log = logOf(items)
      const [looks, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const read: Log['read'] = async (from, limit) => {
        const records = await log.read(from, limit)
        if (records.length > 0) return records
        looks.resolve()
        await goesOn.promise
        return records
      }
      const projector = createProjector({ log: { ...log, read }, database: test.database, clock })
      projector.start()
      await looks.promise
      // As another process makes the view anew.
      await empty(test)
      projector.lookAgain()
      const waiting = projector.waitFor(items.length - 1, patienceMs)
      goesOn.resolve()
      expect(await waiting).toBe(true)
      await projector.stop()
      expect(await dump(test)).toEqual(whole)
    })

    it('comes back from a database whose tables were dropped under it', async () => {
      const items = history(13)
      await empty(test)
      const whole = await projected(test, { log: logOf(items) })
      const log = logOf(items.slice(0, -1))
      const projector = await following({ log, database: test.database, clock })
      await test.database.transaction((run) => run(`drop table ${[...viewTableNames, 'schema_migration'].join(', ')}`))
      await log.append(items.at(-1) as LogItem)
      expect(await projector.waitFor(items.length - 1, patienceMs)).toBe(true)
      await projector.stop()
      expect(await dump(test)).toEqual(whole)
    })
  })
}

/** Every difference between the counts and what counting the rows gives. */
const recount = `
with counted as (
  select use_case, (at at time zone 'UTC')::date as day, route, reason, arm, count(*) as n from decision group by 1, 2, 3, 4, 5
), accuracy as (
  select use_case, coalesce(model_version, '') as model_version, date_trunc('week', at at time zone 'UTC')::date as week,
    count(*) as n,
    count(label) as labelled,
    count(*) filter (where label is not null and value is not null) as model_labelled,
    count(*) filter (where label = value) as model_correct,
    count(*) filter (where label is not null and final_value is not null) as final_labelled,
    count(*) filter (where label = final_value) as final_correct
  from decision where value is not null or final_value is not null group by 1, 2, 3
)
select 'decision_count' as what, to_jsonb(d) as row from ((table decision_count except table counted) union all (table counted except table decision_count)) d
union all
select 'accuracy_count', to_jsonb(d) from ((table accuracy_count except table accuracy) union all (table accuracy except table accuracy_count)) d`
