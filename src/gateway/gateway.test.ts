// The gateway on a log in memory: what it writes, whatever the clock does, and how much it takes at once.

import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { DecisionRecorded } from '#core/decision/events.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import { faultsOf } from '../../test/support/memory-log-source.ts'
import { resolvedManifest } from '../../test/support/people-world.ts'
import { compilePipeline } from './compile-pipeline.ts'
import { createGateway, type Gateway } from './gateway.ts'
import type { ModelCaller } from './ports.ts'

const hour = 3_600_000
const noon = Date.parse('2026-03-02T12:00:00Z')
const by = { key: 'app', name: 'application' }
const request = (amount: number) => ({ input: { amount }, subject: undefined, context: {} })

function modelOf(answer: (input: JsonValue) => Promise<JsonValue>): ModelCaller {
  return {
    call: async (input) => ({ kind: 'answer', output: await answer(input) }),
    health: () => ({ protocol: 'module', target: '', state: 'ready', detail: null }),
    close: async () => undefined,
  }
}

const approving = modelOf(async () => ({ approve: true, score: 0.97 }))

function world(
  model = approving,
  more: { clock?: { now: number }; inFlightMax?: number; manifest?: Record<string, unknown> } = {},
) {
  const { clock = { now: noon }, inFlightMax = 1000, manifest = {} } = more
  const log = createMemoryLog('airworthy/0123456789abcdef')
  const gateway = createGateway({
    log,
    clock: () => clock.now,
    monotonic: () => performance.now(),
    random: (length) => randomBytes(length),
    pseudonym: (text) => Buffer.from(text).toString('hex'),
    inFlightMax,
  })
  const pipeline = compilePipeline({ manifest: resolvedManifest(manifest), revision: 1, model })
  gateway.publish(new Map([['credit', pipeline]]))
  return { log, gateway, clock }
}

async function recorded({ log }: Pick<ReturnType<typeof world>, 'log'>): Promise<DecisionRecorded[]> {
  const records = await log.read(0, 1000)
  expect(records.map(({ index }) => index)).toEqual(records.map((_, n) => n))
  return records.map(({ entry }) => JSON.parse(Buffer.from(entry).toString('utf8')) as DecisionRecorded)
}

async function decided(gateway: Gateway, amount: number): Promise<string> {
  const found = await gateway.decide('credit', request(amount), { by })
  return found.kind === 'new' ? found.result.id : ''
}

describe('a clock that is set back by an hour', () => {
  it('costs neither unique ids nor gapless indices', async () => {
    const { log, gateway, clock } = world()
    const ids = await Promise.all(Array.from({ length: 100 }, (_, n) => decided(gateway, n)))
    clock.now -= hour
    ids.push(...(await Promise.all(Array.from({ length: 100 }, (_, n) => decided(gateway, n)))))
    clock.now += hour
    ids.push(await decided(gateway, 1))
    expect(new Set(ids).size).toBe(201)
    const events = await recorded({ log })
    expect(events.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    // Times are what the clock said; the index is the order.
    expect(new Set(events.map(({ time }) => time))).toEqual(
      new Set(['2026-03-02T12:00:00.000Z', '2026-03-02T11:00:00.000Z']),
    )
    expect(await faultsOf(log)).toEqual([])
  })

  it('does not make a key forget its decision', async () => {
    const { gateway, clock } = world()
    const once = () => gateway.decide('credit', request(1), { by, idempotencyKey: 'key' })
    const first = await once()
    clock.now -= hour
    expect(await once()).toEqual({ kind: 'known', index: first.kind === 'new' ? first.result.index : -1 })
  })

  it('never gives a step a time below zero', async () => {
    const clock = { now: noon }
    const setBack = modelOf(async () => {
      clock.now -= hour
      return { approve: true, score: 0.97 }
    })
    const { log, gateway } = world(setBack, { clock })
    await decided(gateway, 1)
    const [event] = await recorded({ log })
    expect(event?.data.steps.length).toBeGreaterThan(0)
    for (const { ms } of event?.data.steps ?? []) expect(ms).toBeGreaterThanOrEqual(0)
  })
})

describe('decisions under way', () => {
  it('are as many as it was told to take; those it took are finished', async () => {
    const { promise, resolve } = Promise.withResolvers<JsonValue>()
    const { log, gateway } = world(
      modelOf(() => promise),
      { inFlightMax: 2 },
    )
    const taken = [decided(gateway, 1), decided(gateway, 2)]
    await expect(gateway.decide('credit', request(3), { by })).rejects.toMatchObject({ code: 'overloaded' })
    resolve({ approve: true, score: 0.97 })
    expect(new Set(await Promise.all(taken)).size).toBe(2)
    expect(await recorded({ log })).toHaveLength(2)
    expect(await decided(gateway, 4)).not.toBe('')
  })

  it('end on the pipeline that they began with', async () => {
    const { promise, resolve } = Promise.withResolvers<JsonValue>()
    const { log, gateway } = world(modelOf(() => promise))
    const running = decided(gateway, 1)
    const next = compilePipeline({ manifest: resolvedManifest(), revision: 2, model: approving })
    gateway.publish(new Map([['credit', next]]))
    await decided(gateway, 2)
    resolve({ approve: true, score: 0.97 })
    await running
    expect((await recorded({ log })).map(({ data }) => data.revision)).toEqual([2, 1])
  })

  it('are refused for a use case that is not there', async () => {
    const { gateway } = world()
    await expect(gateway.decide('other', request(1), { by })).rejects.toMatchObject({ code: 'not_found' })
  })
})

it('answers nothing when the record cannot be written', async () => {
  const { log, gateway } = world()
  await log.close()
  await expect(gateway.decide('credit', request(1), { by })).rejects.toMatchObject({ code: 'log_unavailable' })
  await expect(gateway.decide('credit', request(1), { by, idempotencyKey: 'key' })).rejects.toThrow()
})

it('writes entries in canonical form, also for what was decided elsewhere', async () => {
  const { log, gateway } = world()
  await gateway.observe(
    'credit',
    { input: { amount: 1 }, output: { approve: true, score: 0.5 }, at: '2026-01-01T00:00:00Z' },
    by,
  )
  await decided(gateway, -1)
  await decided(gateway, 1)
  expect(await faultsOf(log)).toEqual([])
  expect(log.head()).toBe(3)
})
