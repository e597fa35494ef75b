// The read routes on the real parts: memory log, projector, embedded database, HTTP.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { createDecisionFile } from '#engine/decision-file.ts'
import type { Projector } from '#engine/projector.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import { createAccuracyReads } from '#storage/accuracy-reads.ts'
import { createActionReads } from '#storage/action-reads.ts'
import { createDecisionReads } from '#storage/decision-reads.ts'
import { createDecisionTraceReads } from '#storage/decision-trace-reads.ts'
import { createReviewReads } from '#storage/review-reads.ts'
import { createUseCaseReads } from '#storage/use-case-reads.ts'
import { writeHistory } from '../../test/support/histories.ts'
import { createPatientProjector } from '../../test/support/patient-projector.ts'
import { openEmbedded, type TestDatabase } from '../../test/support/view-databases.ts'
import { createApp, type App } from './app.ts'
import { hashKey } from '#core/access/key-hash.ts'
import { requireKey } from './authentication.ts'
import { createChangeFeed } from './change-feed.ts'
import { registerDecisionRoutes } from './decision-routes.ts'
import { registerEventStreamRoutes } from './event-stream-routes.ts'
import { registerStatusRoutes } from './status-routes.ts'
import { registerUseCaseReadRoutes } from './use-case-read-routes.ts'
import { sayViewPosition } from './view-behind.ts'

// A Wednesday.
const start = Date.parse('2026-03-04T09:00:00Z')
const clock = () => start + 3_600_000
const manifest = {
  purpose: 'Sort mail',
  metadata: { name: 'triage', team: 'desk' },
  risk: { class: 'limited' },
  owners: { sponsor: 'a', productOwner: 'b', techLead: 'c', riskCompliance: 'd', changeManager: 'e' },
  model: { name: 'm', version: '1' },
  decision: { rules: [{ when: 'confidence > 0.9', route: 'act', reason: 'sure' }] },
} as unknown as ResolvedManifest

const log = createMemoryLog()
const history = writeHistory(log, start)
const feed = createChangeFeed(clock)
let test: TestDatabase
let projector: Projector
let app: App
let address: string

beforeAll(async () => {
  test = await openEmbedded()
  const { db } = test.database
  projector = createPatientProjector({ log, database: test.database, clock, onProjected: feed.publish })
  projector.start()
  const reviews = createReviewReads(db)
  const actions = createActionReads(db)
  const reads = createUseCaseReads(db)
  const readRevision = async () => ({ manifest }) as never
  app = createApp({ logger: false, requestId: () => 'request', bodyLimitBytes: 1 << 20 })
  const principals = new Map([
    [hashKey('all'), { keyId: 'all', name: 'all', scopes: [], roles: ['auditor'] }],
    [hashKey('one'), { keyId: 'one', name: 'one', scopes: [], roles: ['auditor:other'] }],
    [hashKey('none'), { keyId: 'none', name: 'none', scopes: ['decide'], roles: [] }],
  ])
  requireKey(app, (hash) => principals.get(hash))
  sayViewPosition(app, projector)
  const file = createDecisionFile({
    log,
    checkpointed: () => 1,
    traces: createDecisionTraceReads({ db, reviews, actions }),
    readRevision,
    clock,
  })
  registerDecisionRoutes(app, { list: createDecisionReads(db).list, file, log, view: projector })
  const inForce = { name: 'triage', revision: 2, manifest }
  const useCases = {
    list: () => [inForce],
    inForce: (name: string) => (name === 'triage' ? inForce : undefined),
    revision: async () => manifest,
    modelHealth: () => ({ protocol: 'module', target: 'm.ts', state: 'ready' as const, detail: null }),
    describePolicy: () => ['When sure, act.'],
  }
  registerUseCaseReadRoutes(app, {
    useCases,
    ...reads,
    accuracy: createAccuracyReads(db).ofUseCase,
    log,
    view: projector,
    clock,
  })
  registerStatusRoutes(app, {
    version: '1',
    startedAt: start,
    log,
    view: projector,
    database: test.database,
    useCases,
    totals: reads.totals,
  })
  registerEventStreamRoutes(app, { feed, view: projector, clock, heartbeatMs: 20 })
  address = await app.listen({ port: 0, host: '127.0.0.1' })
})

afterAll(async () => {
  await app?.close()
  await projector?.stop()
  await test?.end()
})

async function get(url: string, key = 'all') {
  const response = await app.inject({ url: `/api/v1${url}`, headers: { authorization: `Bearer ${key}` } })
  return {
    status: response.statusCode,
    headers: response.headers,
    body: response.json<Record<string, unknown> & { items: Record<string, unknown>[] }>(),
  }
}

describe('decisions', () => {
  it('lists what was just recorded, newest first, page by page, with a total', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++)
      ids.push(await history.decision({ value: n % 2 ? 'ham' : 'spam', reason: n % 2 ? 'sure' : 'otherwise' }))
    const other = await history.decision({
      useCase: 'other',
      route: 'review',
      status: 'pending_review',
      model: null,
      value: null,
      review: { kind: 'decision', dueAt: null },
    })
    const first = await get('/decisions?useCase=triage&limit=2')
    expect(first.body).toMatchObject({
      total: 5,
      items: [{ id: ids[4] }, { id: ids[3], value: 'ham', log: { index: 3 } }],
    })
    const second = await get(`/decisions?useCase=triage&limit=2&cursor=${String(first.body['next'])}`)
    const third = await get(`/decisions?useCase=triage&limit=2&cursor=${String(second.body['next'])}`)
    expect([...second.body.items, ...third.body.items].map(({ id }) => id)).toEqual(ids.slice(0, 3).toReversed())
    expect(third.body['next']).toBeNull()

    const idsOf = async (query: string, key?: string) =>
      (await get(`/decisions?${query}`, key)).body.items.map(({ id }) => id)
    expect(await idsOf('status=pending_review')).toEqual([other])
    expect(await idsOf('route=review')).toEqual([other])
    expect(await idsOf('reason=sure&arm=champion&useCase=triage')).toEqual([ids[3], ids[1]])
    expect(await idsOf('from=2026-03-04T10:00:04%2B01:00&to=2026-03-04T09:00:05Z')).toEqual([ids[3]])
    expect(await idsOf('limit=50', 'one')).toEqual([other])

    // By day it is exact however many there are; within a day nobody counts.
    const totalOf = async (query: string) => (await get(`/decisions?limit=1&${query}`)).body['total']
    expect(await totalOf('from=2026-03-04T00:00:00Z&useCase=triage')).toBe(5)
    expect(await totalOf('from=2026-03-04T01:00:00%2B01:00&to=2026-03-05T00:00:00Z&reason=sure&useCase=triage')).toBe(2)
    expect(await totalOf('to=2026-03-04T00:00:00Z')).toBe(0)
    expect(await totalOf('from=2026-03-05T00:00:00Z')).toBe(0)
    expect(await totalOf('from=2026-03-04T00:00:01Z')).toBeUndefined()
    expect(await totalOf('status=decided')).toBeUndefined()
  })

  it.each([
    ['/decisions?cursor=abc', 400, 'request_malformed'],
    ['/decisions?limit=0', 400, 'request_malformed'],
    ['/decisions?route=nowhere', 400, 'request_malformed'],
    ['/decisions?colour=red', 400, 'request_malformed'],
    ['/decisions?from=0000-01-01T00:00:00Z', 400, 'request_malformed'],
    ['/decisions/nothing', 404, 'not_found'],
    ['/decisions/00000000-0000-7000-8000-000000000000', 404, 'not_found'],
    ['/use-cases/unknown', 404, 'not_found'],
  ])('%s is %i %s', async (url, status, code) => {
    expect(await get(url)).toMatchObject({ status, body: { code } })
  })

  it('is closed to keys that may not read, for the list and for one', async () => {
    const id = await history.decision()
    expect(await get('/decisions', 'none')).toMatchObject({ status: 403 })
    expect(await get('/decisions?useCase=triage', 'one')).toMatchObject({ status: 403 })
    expect(await get(`/decisions/${id}`, 'one')).toMatchObject({ status: 404 })
    expect(await get('/status', 'none')).toMatchObject({ status: 403 })
    expect(await get('/use-cases/triage', 'one')).toMatchObject({ status: 403 })
  })

  it('shows everything of one: review, action, outcome', async () => {
    const id = await history.decision({
      status: 'pending_review',
      route: 'review',
      output: { label: 'spam' },
      review: { kind: 'decision', dueAt: null },
    })
    await history.reviewClaimed(id, '2026-03-04T23:00:00.000Z')
    expect((await get(`/decisions/${id}`)).body).toMatchObject({
      review: { status: 'claimed', claimedBy: 'desk' },
      finalOutput: null,
    })
    await history.reviewDecided(id, { output: { label: 'ham' }, actions: [0] })
    await history.actionAttempted(id)
    await history.outcome({ decision: id, label: 'ham', kpi: { minutes: 2.5 } })
    expect(await get(`/decisions/${id}`)).toMatchObject({
      status: 200,
      body: {
        status: 'decided',
        label: 'ham',
        review: { status: 'done' },
        actions: [{ status: 'queued', attempts: 1, lastError: 'HTTP 503', nextAt: '2026-03-02T00:00:00.000Z' }],
        outcomes: [{ label: 'ham', kpi: { minutes: 2.5 } }],
      },
    })
  })

  it('hides the answer of a blind audit in the list and the detail alike', async () => {
    const id = await history.decision({ output: { label: 'spam' }, review: { kind: 'audit', dueAt: null } })
    const hidden = { id, value: null, finalValue: null, confidence: null, reason: 'audit' }
    expect((await get('/decisions?limit=1')).body.items[0]).toMatchObject(hidden)
    expect((await get(`/decisions/${id}`)).body).toMatchObject({ ...hidden, withheld: 'blind-audit' })
  })

  it('says by how much the view is behind, and still shows one from the log', async () => {
    await projector.stop()
    const id = await history.decision()
    const list = await get('/decisions?limit=1')
    expect(list.headers['airworthy-view-behind']).toBe('1')
    expect((await get(`/decisions/${id}`)).body).toMatchObject({ id })
    projector.start()
    expect((await get('/decisions?limit=1')).body.items[0]).toMatchObject({ id })
  })
})

describe('use cases, accuracy, status', () => {
  it('counts today, all time, labels by week, and what waits', async () => {
    await history.applied('triage', 1, manifest as never)
    await history.applied('triage', 2, manifest as never)
    const before = (await get('/use-cases/triage')).body as unknown as {
      allTime: { total: number }
      today: { total: number }
      openReviews: number
    }
    const lastWeek = await history.decision({
      at: start - 7 * 86_400_000,
      value: 'spam',
      actions: [0],
      model: { name: 'm', version: '9' },
    })
    const thisWeek = await history.decision({ value: 'spam', model: { name: 'm', version: '9' }, subject: 'ann' })
    const pending = await history.decision({
      status: 'pending_review',
      route: 'review',
      value: 'spam',
      model: { name: 'm', version: '9' },
      review: { kind: 'decision', dueAt: null },
    })
    await history.actionDead(lastWeek)
    await history.outcome({ decision: lastWeek, label: 'ham' })
    await history.outcome({ decision: lastWeek, label: 'spam' })
    await history.outcome({ decision: thisWeek, label: 'ham' }, 'ann')
    await history.outcome({ decision: pending, label: 'spam' })
    const { body } = await get('/use-cases/triage')
    expect(body).toMatchObject({
      stage: 'pilot',
      revision: 2,
      team: 'desk',
      policy: ['When sure, act.'],
      model: { name: 'm', state: 'ready' },
      deadActions: 1,
      openReviews: before.openReviews + 1,
      allTime: { total: before.allTime.total + 3 },
      today: { total: before.today.total + 2 },
    })
    const accuracy = (await get('/use-cases/triage/accuracy')).body.items.filter(
      ({ modelVersion }) => modelVersion === '9',
    )
    expect(accuracy).toMatchObject([
      // The pending one has a model's value and no final one.
      {
        week: '2026-03-02',
        decisions: 2,
        labelled: 2,
        model: { n: 2, hits: 1, value: 0.5 },
        final: { n: 1, hits: 0, value: 0, low: 0 },
      },
      { week: '2026-02-23', decisions: 1, labelled: 1, model: { n: 1, hits: 1 }, final: { n: 1, hits: 1, high: 1 } },
    ])
    expect((await get(`/decisions/${thisWeek}`)).body).toMatchObject({
      label: 'ham',
      subject: 'ann',
      outcomes: [{ label: 'ham' }],
    })
    expect((await get('/use-cases', 'one')).body.items).toEqual([])
    expect((await get('/use-cases')).body).toMatchObject({
      total: 1,
      items: [{ name: 'triage', accuracy: { n: 3, hits: 2 } }],
    })
    expect((await get('/use-cases/triage/revisions?limit=1')).body).toMatchObject({
      items: [{ revision: 2 }],
      next: '2',
    })
    expect((await get('/use-cases/triage/revisions?cursor=2')).body).toMatchObject({
      items: [{ revision: 1, by: { name: 'desk' } }],
      next: null,
    })
    expect((await get('/use-cases/triage/revisions/1')).body).toMatchObject({
      revision: 1,
      manifest: { purpose: 'Sort mail' },
    })
    expect(await get('/use-cases/triage/revisions/7')).toMatchObject({ status: 404 })
    expect((await get('/status')).body).toMatchObject({
      view: { database: 'embedded', ok: true, detail: null },
      log: { origin: log.origin, size: log.head(), view: { behind: 0 } },
      deadActions: 1,
      useCases: 1,
    })
    expect((await get('/status', 'one')).body).toMatchObject({ deadActions: 0, useCases: 0 })
  })
})

describe('live changes', () => {
  async function follow(headers: Record<string, string> = {}, key = 'all') {
    const stop = new AbortController()
    const response = await fetch(`${address}/api/v1/events`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
      signal: stop.signal,
    })
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    let text = ''
    return {
      response,
      /** Resolves when the server knows it: a stream that is still open would have later changes gathered, for others to hear. */
      async stop(): Promise<void> {
        stop.abort()
        await expect.poll(() => feed.size()).toBe(0)
      },
      /** The text so far, once it holds `wanted`, or the stream ended. */
      async until(wanted: string): Promise<string> {
        while (!text.includes(wanted)) {
          const { done, value } = await reader.read()
          if (done) return `${text}<end>`
          text += Buffer.from(value).toString('utf8')
        }
        return text
      },
    }
  }

  it('tells changes with the position as id, and beats in between', async () => {
    const stream = await follow()
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream')
    await stream.until(':\n\n')
    const id = await history.decision()
    const text = await stream.until('event: change')
    expect(text).toContain(`id: ${log.head()}\n`)
    const message: unknown = JSON.parse(/event: change\ndata: (.*)\n/.exec(await stream.until(id))?.[1] ?? '')
    expect(message).toMatchObject({
      position: log.head(),
      useCases: ['triage'],
      decisions: [id],
      topics: expect.arrayContaining(['decisions']) as unknown,
    })
    await stream.stop()
  })

  it('tells at once who comes back after missing something, and not who missed nothing', async () => {
    const missed = await follow({ 'last-event-id': '1' })
    expect(await missed.until('event: change')).toContain('"topics":["decisions","reviews"')
    await missed.stop()
    const fresh = await follow()
    const [, id] = /^id: (\d+)\nevent: position\n/m.exec(await fresh.until('event: position\n')) ?? []
    await fresh.stop()
    await history.decision()
    await projector.waitFor(log.head() - 1, 60_000)
    const back = await follow({ 'last-event-id': String(id) })
    expect(await back.until('event: change')).toContain('"useCases":[]')
    await back.stop()
    const current = await follow({ 'last-event-id': String(log.head()) })
    expect(await current.until(':\n\n')).not.toContain('event: change')
    await current.stop()
  })

  it('tells what came between an answer and the stream that begins with its position', async () => {
    await projector.waitFor(log.head() - 1, 60_000)
    const { 'airworthy-view-position': position } = (await get('/decisions')).headers
    expect(position).toBe(String(log.head()))
    await history.decision()
    await projector.waitFor(log.head() - 1, 60_000)
    const stream = await follow({ 'last-event-id': String(position) })
    expect(await stream.until('event: change')).toContain('"useCases":[]')
    await stream.stop()
  })

  it('tells nobody of use cases that the key may not see', async () => {
    const stream = await follow({}, 'one')
    await stream.until('retry')
    await history.decision()
    const visible = await history.decision({ useCase: 'other' })
    expect(await stream.until(visible)).not.toContain('triage')
    await stream.stop()
    expect((await follow({}, 'none')).response.status).toBe(403)
  })

  it('ends the streams when a key is revoked, so that a revoked one cannot go on', async () => {
    const stream = await follow()
    await stream.until('retry')
    await history.keyRevoked('somebody')
    expect(await stream.until('never')).toContain('<end>')
  })
})
