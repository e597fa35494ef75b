// Erasing, retention and holds on the real parts: memory log, projector, embedded database.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPrivacyReads } from '#storage/privacy-reads.ts'
import { openWorlds, principal, silentLogger, type World } from '../../test/support/people-world.ts'
import { createEraser } from './eraser.ts'
import { createLegalHoldDesk } from './legal-hold-desk.ts'
import { createRetention } from './retention.ts'

const day = 86_400_000
const officer = principal('officer', { roles: ['riskCompliance'] })
let worlds: Awaited<ReturnType<typeof openWorlds>>
beforeAll(async () => {
  worlds = await openWorlds()
})
afterAll(() => worlds?.end())

const decided = { status: 'decided', route: 'act', review: null } as const

async function start() {
  const world = await worlds.fresh()
  const { log, journal, view, database } = world
  const reads = createPrivacyReads(database.db)
  const shared = { log, journal, view, reads, subjectRef: (subject: string) => `ref ${subject}` }
  const eraser = createEraser({ ...shared, logger: silentLogger })
  const holds = createLegalHoldDesk({ ...shared, isUseCase: async (name) => name === 'credit' })
  const retention = createRetention({
    eraser,
    reads,
    log,
    useCases: () => [{ name: 'credit', revision: 1, retention: '10d' }],
    clock: () => world.clock.now,
    isBusy: () => false,
    logger: silentLogger,
    limits: { batch: 2, restMs: 0, everyMs: 20 },
  })
  return { ...world, reads, eraser, holds, retention }
}

const decide = (world: World, name: string, more = {}) =>
  world.decide({ ...decided, ...more }, { output: { approve: true }, subjectRef: `ref ${name}` })
const payloadsLeft = async ({ log }: World) =>
  (await log.read(0, 100, { withPayloads: true })).map(({ payloads }) => payloads.length)
const types = async ({ log }: World) =>
  (await log.read(0, 100)).map(({ entry }) => (JSON.parse(Buffer.from(entry).toString()) as { type: string }).type)

it('erases one person, records it before and after, and leaves the others', async () => {
  const world = await start()
  await decide(world, 'ann')
  await decide(world, 'bob')
  await decide(world, 'ann')
  const wanted = { subject: 'ann', reason: 'request 1' }
  expect(await world.eraser.erase({ ...wanted, dryRun: true }, officer)).toMatchObject({ decisions: 2, index: null })
  const done = await world.eraser.erase(wanted, officer)
  expect(done).toMatchObject({ index: 3, decisions: 2, payloads: 4, held: 0, isPending: false })
  expect(await payloadsLeft(world)).toEqual([0, 2, 0, 0, 0])
  expect((await types(world)).slice(3)).toEqual(['payloads-erased', 'erasure-completed'])
  expect(await world.eraser.erase(wanted, officer)).toMatchObject({ index: null, decisions: 0, payloads: 0 })
  expect(JSON.stringify(await world.log.read(3, 2))).not.toContain('ann')
  await world.view.waitFor(4, 60_000)
  expect(await world.reads.counts()).toEqual({ erasures: 1, holds: 0 })
})

it('carries out what a crash left undone', async () => {
  const world = await start()
  await decide(world, 'ann')
  const { log } = world
  const crashing = createEraser({
    ...world,
    log: { ...log, erasePayloads: () => Promise.reject(new Error('killed')) },
    subjectRef: (subject) => `ref ${subject}`,
    logger: silentLogger,
  })
  await expect(crashing.erase({ subject: 'ann', reason: 'request 2' }, officer)).rejects.toThrow('killed')
  expect(await payloadsLeft(world)).toEqual([2, 0])
  await world.view.waitFor(1, 60_000)
  await world.eraser.resume()
  expect(await payloadsLeft(world)).toEqual([0, 0, 0])
  expect((await types(world)).at(-1)).toBe('erasure-completed')
})

it('leaves what a hold covers, says which, and takes nothing up again by itself', async () => {
  const world = await start()
  await decide(world, 'ann')
  await decide(world, 'ann', { useCase: 'other' })
  const hold = await world.holds.place({ useCase: 'credit', reason: 'case 7' }, officer)
  const done = await world.eraser.erase({ subject: 'ann', reason: 'request 3' }, officer)
  expect(done).toMatchObject({ decisions: 1, held: 1, holds: [{ id: hold.id, reason: 'case 7', decisions: 1 }] })
  expect((await payloadsLeft(world)).slice(0, 2)).toEqual([2, 0])
  await world.holds.release(hold.id, 'settled', officer)
  await expect(world.holds.release(hold.id, 'settled', officer)).rejects.toMatchObject({ code: 'hold_not_in_force' })
  await world.eraser.resume()
  expect((await payloadsLeft(world))[0]).toBe(2)
  const person = await world.holds.place({ subject: 'ann', reason: 'case 8' }, officer)
  expect(await world.eraser.erase({ subject: 'ann', reason: 'request 4' }, officer)).toMatchObject({
    decisions: 0,
    holds: [{ id: person.id }],
  })
  expect((await types(world)).at(-1)).toBe('erasure-held-back')
})

it('erases by age in batches, but not what waits for a person', async () => {
  const world = await start()
  for (const name of ['a', 'b', 'c']) await decide(world, name)
  await world.decide({}, { subjectRef: 'ref d' })
  world.clock.now += 8 * day
  await decide(world, 'young')
  world.clock.now += 3 * day
  expect(await world.retention.sweep()).toBe(3)
  expect((await payloadsLeft(world)).slice(0, 5)).toEqual([0, 0, 0, 1, 2])
  expect(await world.retention.sweep()).toBe(0)
})

it('looks by itself, again and again, until it is ended', async () => {
  const world = await start()
  await decide(world, 'a')
  world.retention.begin()
  world.clock.now += 11 * day
  await expect.poll(async () => (await payloadsLeft(world))[0]).toBe(0)
  await decide(world, 'b')
  const index = world.log.head() - 1
  world.clock.now += 11 * day
  await expect.poll(async () => (await payloadsLeft(world))[index]).toBe(0)
  await world.retention.end()
  await decide(world, 'c')
  world.clock.now += 11 * day
  world.retention.begin()
  await expect.poll(async () => (await payloadsLeft(world)).filter((left) => left > 0)).toEqual([])
  await world.retention.end()
})

it('counts what named a person besides decisions, and keeps nothing of what was erased before', async () => {
  const world = await start()
  await decide(world, 'ann')
  const hold = await world.holds.place({ subject: 'ann', reason: 'case 9' }, officer)
  await world.holds.release(hold.id, 'settled', officer)
  expect(await world.eraser.erase({ subject: 'ann', reason: 'request 5' }, officer)).toMatchObject({
    decisions: 1,
    others: 1,
    payloads: 2,
  })
  const [{ entry } = { entry: new Uint8Array() }] = await world.log.read(0, 1)
  const { id } = JSON.parse(Buffer.from(entry).toString()) as { id: string }
  await world.holds.place({ useCase: 'credit', reason: 'case 10' }, officer)
  const before = world.log.head()
  expect(await world.eraser.erase({ decision: id, reason: 'request 6' }, officer)).toMatchObject({
    index: null,
    held: 0,
    holds: [],
  })
  expect(world.log.head()).toBe(before)
})

it('refuses who may not, a reason that names the person, and two targets', async () => {
  const { eraser } = await start()
  const code = (wanted: Parameters<typeof eraser.erase>[0], by = officer) =>
    eraser.erase(wanted, by).then(
      () => 'no error',
      (error: { code: string }) => error.code,
    )
  expect(await code({ subject: 'ann', reason: 'x' }, principal('reviewer'))).toBe('forbidden')
  expect(await code({ subject: 'ann', reason: 'for Ann' })).toBe('request_malformed')
  expect(await code({ reason: 'x' })).toBe('request_malformed')
  expect(await code({ decision: '0198aaaa-0000-7000-8000-000000000007', reason: 'x' })).toBe('not_found')
})
