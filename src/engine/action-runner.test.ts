import { setImmediate as nextTurn } from 'node:timers/promises'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { attemptDelaysMs } from '#core/actions/next-attempt.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { createAddressGuard } from '#outgoing/address-guard.ts'
import { createWebhookSender } from '#outgoing/webhook-sender.ts'
import { createActionReads } from '#storage/action-reads.ts'
import { openWorlds, principal, resolvedManifest, silentLogger, type World } from '../../test/support/people-world.ts'
import { serveHttp } from '../../test/support/loopback-server.ts'
import { createActionDesk, type ActionDesk } from './action-desk.ts'
import { createActionRunner, type ActionRunner, type ActionRunnerParts } from './action-runner.ts'
import type { ActionReads } from './ports.ts'
import { eventOf } from './read-entry.ts'

const secret = `whsec_${Buffer.from('a secret of thirty-two bytes ok!').toString('base64')}`
const acted = { status: 'decided', route: 'act', reason: 'confident', review: null } as const
const approved = { output: { approve: true, score: 0.97 } }

type Received = { readonly id: string; readonly body: unknown; readonly path: string; readonly verified: boolean }
type Answer = { readonly status: number; readonly headers?: Record<string, string> }

let worlds: Awaited<ReturnType<typeof openWorlds>>
beforeAll(async () => {
  worlds = await openWorlds()
})
afterAll(() => worlds.end())

type Stage = {
  readonly world: World
  readonly runner: ActionRunner
  readonly actions: ActionReads
  readonly desk: ActionDesk
  readonly received: Received[]
  /** Waits until the action is in a state, by the view. */
  readonly until: (id: string, state: { status?: string; attempts?: number }) => Promise<void>
  /** Moves the clock and lets the runner look. */
  readonly pass: (ms: number) => void
  readonly types: () => Promise<string[]>
}

type StageOptions = {
  readonly answer?: (path: string, nth: number) => Answer | Promise<Answer>
  readonly actions?: readonly { readonly on: string; readonly path: string }[]
  readonly parts?: Partial<ActionRunnerParts>
  /** Put between the runner and the view. */
  readonly around?: (actions: ActionReads) => ActionReads
}

async function stage({
  answer = () => ({ status: 204 }),
  actions: declared,
  parts,
  around = (reads) => reads,
}: StageOptions = {}): Promise<Stage> {
  const received: Received[] = []
  const server = await serveHttp((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const headers = request.headers as Record<string, string>
      const path = request.url ?? ''
      received.push({
        id: headers['webhook-id'] ?? '',
        body: JSON.parse(text),
        path,
        verified: verifies(text, headers),
      })
      const nth = received.filter((one) => one.path === path).length
      void Promise.resolve(answer(path, nth)).then((given) =>
        response.writeHead(given.status, given.headers ?? {}).end(),
      )
    })
  })
  const webhook = (path: string) => ({
    url: `${server.url}${path}?shard=7`,
    secretRef: 'env:HOOK_SECRET',
    // A receiver that hangs does so until the test lets go of it.
    timeoutMs: 60_000,
  })
  const hooks = (declared ?? [{ on: 'decided', path: '/hook' }]).map(({ on, path }) => ({ on, webhook: webhook(path) }))
  const manifest = resolvedManifest({ actions: hooks })
  const world = await worlds.fresh(manifest)
  const sender = createWebhookSender({
    guard: createAddressGuard({ allow: [], allowLoopback: true }),
    // The signature is of real time: the receiver's library compares it with its own clock.
    clock: Date.now,
  })
  const { journal, log, view, readRevision, database } = world
  const actions = createActionReads(database.db)
  const runner = createActionRunner({
    journal,
    log,
    view,
    readRevision,
    logger: silentLogger,
    actions: around(actions),
    send: (attempt) => sender.send(attempt),
    resolveSecret: async () => secret,
    random: () => 0,
    limits: { troubleMs: 20 },
    ...parts,
  })
  world.afterProjection(() => runner.wake())
  runner.start()
  onTestFinished(async () => {
    await runner.stop()
    await sender.close()
  })
  return {
    world,
    runner,
    actions,
    received,
    desk: createActionDesk({ journal, log, view, readRevision, actions }),
    async until(id, state) {
      await expect.poll(() => actions.find(id), { interval: 5 }).toMatchObject(state)
    },
    pass(ms) {
      world.clock.now += ms
      runner.wake()
    },
    async types() {
      const records = await log.read(0, 1_000)
      return records.map((record) => eventOf(record).type)
    },
  }
}

function verifies(text: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(text, headers)
    return true
  } catch {
    return false
  }
}

describe('the action runner', () => {
  it('tells the receiver what was decided, signed, under the decision’s id', async () => {
    const { world, until, received, types } = await stage()
    const id = await world.decide({ ...acted, actions: [0] }, approved)
    await until(`${id}.0`, { status: 'delivered', attempts: 1 })
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({
      id,
      verified: true,
      body: { type: 'decision.decided', data: { decision: id, output: approved.output, decidedBy: 'system' } },
    })
    expect(await types()).toEqual(['decision-recorded', 'action-delivered'])
  })

  it('tells what a person decided', async () => {
    const { world, until, received } = await stage()
    const id = await world.decide({}, approved)
    const value = { approve: false }
    const output = world.journal.payload('output', value)
    await world.journal.write({
      type: 'review-decided',
      subject: 'use-case/credit',
      data: {
        useCase: 'credit',
        decision: id,
        kind: 'decision',
        verdict: 'override',
        reason: 'policy',
        value: false,
        agrees: false,
        actions: [0],
        by: { key: 'p', name: 'p' },
        payloads: { output: { digest: 'x', bytes: 1 } },
      },
      payloads: [output],
      once: `review-decided:${id}`,
    })
    await until(`${id}.0`, { status: 'delivered' })
    expect(received[0]?.body).toMatchObject({
      data: { output: value, decidedBy: 'person', review: { verdict: 'override' } },
    })
  })

  it('gives each of several actions an id of its own', async () => {
    const { world, until, received } = await stage({
      actions: [
        { on: 'act', path: '/a' },
        { on: 'act', path: '/b' },
      ],
    })
    const id = await world.decide({ ...acted, actions: [0, 1] }, approved)
    await until(`${id}.0`, { status: 'delivered' })
    await until(`${id}.1`, { status: 'delivered' })
    expect(received.map((one) => `${one.path.split('?')[0]} ${one.id}`).toSorted()).toEqual([
      `/a ${id}.0`,
      `/b ${id}.1`,
    ])
  })

  it('tries again on schedule, under the same id, until it is delivered', async () => {
    const { world, until, pass, received, actions } = await stage({
      answer: (_path, nth) => ({ status: nth < 4 ? 500 : 200 }),
    })
    const id = `${await world.decide({ ...acted, actions: [0] }, approved)}.0`
    for (let attempt = 1; attempt < 4; attempt++) {
      await until(id, { status: 'queued', attempts: attempt })
      const row = await actions.find(id)
      expect(row).toMatchObject({
        lastError: 'The receiver answered 500.',
        nextAt: world.clock.now + (attemptDelaysMs[attempt] ?? 0),
      })
      pass((attemptDelaysMs[attempt] ?? 0) - 1)
      await nextTurn()
      expect(received).toHaveLength(attempt)
      pass(1)
    }
    await until(id, { status: 'delivered', attempts: 4 })
    expect(new Set(received.map((one) => one.id)).size).toBe(1)
  })

  it('waits as long as Retry-After asks', async () => {
    const answer = (_path: string, nth: number) =>
      nth === 1 ? { status: 503, headers: { 'retry-after': '600' } } : { status: 200 }
    const { world, until, pass, actions } = await stage({ answer })
    const id = `${await world.decide({ ...acted, actions: [0] }, approved)}.0`
    await until(id, { attempts: 1 })
    expect((await actions.find(id))?.nextAt).toBe(world.clock.now + 600_000)
    pass(600_000)
    await until(id, { status: 'delivered', attempts: 2 })
  })

  it('gives up after the last attempt, with the error, and begins anew when a person replays it', async () => {
    let isUp = false
    const { world, until, pass, received, desk } = await stage({ answer: () => ({ status: isUp ? 200 : 500 }) })
    const id = `${await world.decide({ ...acted, actions: [0] }, approved)}.0`
    for (let attempt = 1; attempt < 10; attempt++) {
      await until(id, { attempts: attempt })
      pass(attemptDelaysMs[attempt] ?? 0)
    }
    await until(id, { status: 'dead', attempts: 10 })
    pass(30 * 24 * 3_600_000)
    const engineer = principal('lead', { roles: ['techLead'] })
    expect((await desk.list({ status: 'dead', limit: 5 }, engineer)).items).toMatchObject([
      { row: { id, lastError: 'The receiver answered 500.' }, target: expect.stringMatching(/^http:.*\/hook$/) },
    ])
    expect(received).toHaveLength(10)

    isUp = true
    expect((await desk.replay(id, engineer)).row).toMatchObject({ attempts: 0 })
    await until(id, { status: 'delivered', attempts: 1 })
    expect(new Set(received.map((one) => one.id)).size).toBe(1)
    await expect(desk.replay(id, engineer)).rejects.toMatchObject({ code: 'action_not_dead' })
  })

  it('gives up at once when the receiver wants no more', async () => {
    const { world, until, received, desk } = await stage({ answer: () => ({ status: 410 }) })
    const id = `${await world.decide({ ...acted, actions: [0] }, approved)}.0`
    await until(id, { status: 'dead', attempts: 1 })
    expect(received).toHaveLength(1)
    await expect(desk.replay(id, principal('ada'))).rejects.toMatchObject({ code: 'forbidden' })
    const twice = await Promise.allSettled(
      [1, 2].map(() => desk.replay(id, principal('lead', { roles: ['techLead'] }))),
    )
    expect(twice.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('repeats nothing when the view is made anew under it', async () => {
    const { world, runner, until, received, types } = await stage()
    const made: string[] = []
    for (let n = 0; n < 30; n++) made.push(await world.decide({ ...acted, actions: [0] }, approved))
    for (const id of made) await until(`${id}.0`, { status: 'delivered' })
    const before = await types()
    await world.view.rebuild()
    runner.wake()
    await until(`${made.at(-1)}.0`, { status: 'delivered' })
    expect(received).toHaveLength(30)
    expect(await types()).toEqual(before)
  })

  it('repeats nothing after a restart on a view that lost its tail', async () => {
    const { world, runner, actions, until, received, types } = await stage()
    const id = `${await world.decide({ ...acted, actions: [0] }, approved)}.0`
    await until(id, { status: 'delivered' })
    await runner.stop()
    const before = await types()
    // As the view stood before the delivery was projected.
    const row = await actions.find(id)
    const old = { ...row, status: 'queued', attempts: 0, nextAt: row?.queuedAt ?? 0, endedAt: null } as NonNullable<
      typeof row
    >
    let asked = 0
    let sent = 0
    const { journal, log, view, readRevision } = world
    const again = createActionRunner({
      journal,
      log,
      readRevision,
      logger: silentLogger,
      view: { position: () => view.position() - 1 },
      actions: { ...actions, due: async ({ exceptIds }) => (asked++, exceptIds.includes(id) ? [] : [old]) },
      send: async () => ({ kind: 'delivered', status: 200, ms: ++sent }),
      resolveSecret: async () => secret,
      random: Math.random,
      limits: { troubleMs: 20 },
    })
    again.start()
    await expect.poll(() => asked, { interval: 5 }).toBeGreaterThan(1)
    await again.stop()
    expect(sent).toBe(0)
    expect(received).toHaveLength(1)
    expect(await types()).toEqual(before)
  })
})

describe('when things are missing', () => {
  it('does not send again because what became of it could not be recorded', async () => {
    let failures = 3
    const { world, until, received } = await stageWithJournal((write) => {
      if (failures-- > 0) throw new PlatformError('log_unavailable', 'The disk is full.')
      return write()
    })
    const id = `${await world.decide({ ...acted, actions: [0] }, approved)}.0`
    await until(id, { status: 'delivered', attempts: 1 })
    expect(failures).toBeLessThan(0)
    expect(received).toHaveLength(1)
  })

  it('tries again when a secret is not there yet, and never shows it', async () => {
    let isSet = false
    const resolveSecret = async (reference: string) => {
      if (isSet) return secret
      throw new PlatformError('secret_unavailable', `The secret ${reference} is not set.`)
    }
    const { world, until, pass, actions, received } = await stage({ parts: { resolveSecret } })
    const id = `${await world.decide({ ...acted, actions: [0] }, approved)}.0`
    await until(id, { attempts: 1 })
    expect(await actions.find(id)).toMatchObject({
      status: 'queued',
      lastError: 'The secret env:HOOK_SECRET is not set.',
    })
    isSet = true
    pass(5_000)
    await until(id, { status: 'delivered' })
    expect(received).toHaveLength(1)
  })

  it('gives up on what was erased', async () => {
    const { world, until, actions, received } = await stage({ parts: {} })
    const findById = world.log.findById.bind(world.log)
    world.log.findById = async (id, options) => {
      const record = await findById(id, options)
      return record && { ...record, payloads: record.payloads.filter(({ part }) => part !== 'output') }
    }
    const id = `${await world.decide({ ...acted, actions: [0] }, approved)}.0`
    await until(id, { status: 'dead' })
    expect((await actions.find(id))?.lastError).toBe('The output was erased before it could be sent.')
    expect(received).toHaveLength(0)
  })

  it('goes on when the view cannot be read for a while', async () => {
    let failures = 2
    const around = (actions: ActionReads): ActionReads => ({
      ...actions,
      due: async (query) => {
        if (failures-- > 0) throw new PlatformError('view_unavailable', 'away')
        return actions.due(query)
      },
    })
    const { world, until } = await stage({ around })
    const id = `${await world.decide({ ...acted, actions: [0] }, approved)}.0`
    await until(id, { status: 'delivered' })
    expect(failures).toBeLessThan(0)
  })
})

async function stageWithJournal(around: (write: () => unknown) => unknown): Promise<Stage> {
  const box: { write?: World['journal']['write'] } = {}
  const journal = {
    write: (what: Parameters<World['journal']['write']>[0]) => around(() => box.write?.(what)),
    now: () => Date.parse('2026-03-02T10:00:00Z'),
  } as unknown as World['journal']
  const made = await stage({ parts: { journal } })
  box.write = (what) => made.world.journal.write(what)
  return made
}

describe('many at once', () => {
  it('sends each once, and a receiver that hangs leaves room for the others', async () => {
    let release: () => void = () => undefined
    const hanging = new Promise<void>((resolve) => (release = resolve))
    const { world, until, received } = await stage({
      actions: [
        { on: 'act', path: '/hangs' },
        { on: 'act', path: '/works' },
      ],
      answer: async (path) => {
        if (path.startsWith('/hangs')) await hanging
        return { status: 200 }
      },
      parts: { limits: { concurrency: 4, perTarget: 2, batch: 10, troubleMs: 20 } },
    })
    const made: string[] = []
    for (let n = 0; n < 40; n++) made.push(await world.decide({ ...acted, actions: [0, 1] }, approved))
    for (const id of made) await until(`${id}.1`, { status: 'delivered' })
    expect(received.filter((one) => one.path.startsWith('/hangs'))).toHaveLength(2)
    release()
    for (const id of made) await until(`${id}.0`, { status: 'delivered' })
    expect(received).toHaveLength(80)
    expect(new Set(received.map((one) => one.id)).size).toBe(80)
  })
})
