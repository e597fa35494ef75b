// The routes of people's work on the real parts: memory log, projector, embedded database, HTTP in memory.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashKey } from '#core/access/key-hash.ts'
import { createActionDesk } from '#engine/action-desk.ts'
import { createKeyRing, type KeyRing } from '#engine/key-ring.ts'
import { createOutcomeLedger } from '#engine/outcome-ledger.ts'
import { createReviewDesk } from '#engine/review-desk.ts'
import { createUseCaseRegistry } from '#engine/use-case-registry.ts'
import { createActionReads } from '#storage/action-reads.ts'
import { createKeyReads } from '#storage/key-reads.ts'
import { createReviewReads } from '#storage/review-reads.ts'
import { createRevisionReads } from '#storage/use-case-revision-reads.ts'
import { creditUseCase } from '../../test/support/credit-use-case.ts'
import { openWorlds, resolvedManifest, rulesOf, silentLogger, type World } from '../../test/support/people-world.ts'
import { registerActionRoutes } from './action-routes.ts'
import { createApp, type App } from './app.ts'
import { requireKey } from './authentication.ts'
import { registerKeyRoutes } from './key-routes.ts'
import { registerOutcomeRoutes } from './outcome-routes.ts'
import { registerReviewRoutes } from './review-routes.ts'
import { registerUseCaseApplyRoutes } from './use-case-apply-routes.ts'

const webhook = { url: 'https://core.example/credit?shard=1', secretRef: 'env:CORE_SECRET' }
const reviewable = { input: { amount: 5000 }, output: { approve: true, score: 0.5 } }
const system = { key: 'system', name: 'the server' }

let worlds: Awaited<ReturnType<typeof openWorlds>>
let world: World
let app: App
let ring: KeyRing
let adminKey: string

beforeAll(async () => {
  worlds = await openWorlds()
  world = await worlds.fresh(resolvedManifest({ actions: [{ on: 'decided', webhook }] }))
  const { journal, log, view, readRevision, database } = world
  ring = createKeyRing({ journal, keys: createKeyReads(database.db) })
  adminKey = (await ring.create({ name: 'chief', scopes: [], roles: ['admin'] }, system)).key
  const registry = createUseCaseRegistry<string>({
    journal,
    log,
    revisions: createRevisionReads(database.db),
    compileRules: rulesOf,
    prepare: async (manifest) => manifest.metadata.name,
    publish: () => undefined,
    retire: () => undefined,
    logger: silentLogger,
  })
  app = createApp({ logger: false, requestId: () => 'request-1', bodyLimitBytes: 1024 * 1024 })
  requireKey(app, (hash) => ring.find(hash))
  registerReviewRoutes(app, {
    desk: createReviewDesk({ journal, log, view, readRevision, reviews: createReviewReads(database.db) }),
  })
  registerActionRoutes(app, {
    desk: createActionDesk({ journal, log, view, readRevision, actions: createActionReads(database.db) }),
  })
  registerOutcomeRoutes(app, {
    ledger: createOutcomeLedger({ journal, log, subjectRef: String, redact: (_useCase, value) => value }),
  })
  registerKeyRoutes(app, { ring })
  registerUseCaseApplyRoutes(app, { apply: (request) => registry.apply(request) })
})

afterAll(async () => {
  await app.close()
  await worlds.end()
})

type Ask = { readonly key?: string; readonly body?: unknown; readonly type?: string }

async function ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, { key = adminKey, body, type }: Ask = {}) {
  const payload = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body)
  const answer = await app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${key}`,
      ...(payload === undefined ? {} : { 'content-type': type ?? 'application/json' }),
    },
    ...(payload === undefined ? {} : { payload }),
  })
  return { status: answer.statusCode, body: answer.json<Record<string, unknown>>(), headers: answer.headers }
}

async function reviewerKey(name: string): Promise<string> {
  return (await ring.create({ name, scopes: [], roles: ['reviewer'] }, system)).key
}

describe('reviews over HTTP', () => {
  it('is worked through by two people', async () => {
    const [ada, bob] = [await reviewerKey('ada'), await reviewerKey('bob')]
    const id = await world.decide({}, reviewable)
    const list = await ask('GET', '/api/v1/reviews?useCase=credit&status=open', { key: ada })
    expect(list).toMatchObject({ status: 200, body: { next: null, total: 1 } })
    expect(list.body['items']).toEqual([
      {
        id,
        useCase: 'credit',
        kind: 'decision',
        status: 'open',
        openedAt: '2026-03-02T10:00:00.000Z',
        dueAt: null,
        claimedBy: null,
        claimedByMe: false,
        claimedUntil: null,
        doneAt: null,
        doneBy: null,
        verdict: null,
        reason: null,
        comment: null,
        agrees: null,
        log: null,
        routedBecause: 'otherwise',
        isErased: false,
        input: { amount: 5000 },
        context: null,
        proposal: { approve: true, score: 0.5 },
        confidence: 0.5,
        model: { name: 'approve', version: '1' },
        violations: [],
        reasons: ['documents', 'policy'],
        outputSchema: resolvedManifest().contract.output.schema,
        allowed: { claim: null, release: expect.stringContaining('Nobody holds it'), approve: null, override: null },
      },
    ])

    expect(await ask('POST', `/api/v1/reviews/${id}/claim`, { key: ada })).toMatchObject({
      status: 200,
      body: { status: 'claimed', claimedBy: 'ada', claimedByMe: true, claimedUntil: '2026-03-02T10:15:00.000Z' },
    })
    expect(await ask('POST', `/api/v1/reviews/${id}/claim`, { key: bob, body: {} })).toMatchObject({
      status: 409,
      body: { code: 'review_claimed', claimedBy: 'ada', claimedUntil: '2026-03-02T10:15:00.000Z' },
    })
    expect((await ask('GET', `/api/v1/reviews/${id}`, { key: bob })).body['claimedByMe']).toBe(false)
    expect((await ask('POST', `/api/v1/reviews/${id}/release`, { key: ada })).body['status']).toBe('open')

    const wrong = await ask('POST', `/api/v1/reviews/${id}/decide`, {
      key: bob,
      body: { verdict: 'override', output: {} },
    })
    expect(wrong).toMatchObject({
      status: 422,
      body: { code: 'review_verdict_invalid', problems: [{ path: '/output/approve' }, { path: '/reason' }] },
    })
    const right = { verdict: 'override', output: { approve: false }, reason: 'policy', comment: 'no papers' }
    expect(await ask('POST', `/api/v1/reviews/${id}/decide`, { key: bob, body: right })).toMatchObject({
      status: 200,
      body: {
        status: 'done',
        doneBy: 'bob',
        verdict: 'override',
        reason: 'policy',
        agrees: false,
        comment: 'no papers',
      },
    })
    expect(await ask('POST', `/api/v1/reviews/${id}/decide`, { key: ada, body: right })).toMatchObject({
      status: 409,
      body: { code: 'review_not_open', decidedBy: 'bob' },
    })
    expect((await ask('GET', '/api/v1/reviews?status=done', { key: ada })).body['items']).toMatchObject([
      { id, comment: 'no papers' },
    ])
  })

  it('answers nonsense with what is wrong', async () => {
    const cases: [string, number, string][] = [
      ['/api/v1/reviews?status=lost', 400, 'request_malformed'],
      ['/api/v1/reviews?limit=1000', 400, 'request_malformed'],
      ['/api/v1/reviews?cursor=x', 400, 'request_malformed'],
      ['/api/v1/reviews/nothing', 404, 'not_found'],
      ['/api/v1/reviews/01957f2c-0000-7000-8000-000000000001', 404, 'not_found'],
    ]
    for (const [url, status, code] of cases) expect(await ask('GET', url)).toMatchObject({ status, body: { code } })
    const id = await world.decide({}, reviewable)
    for (const body of [undefined, {}, { verdict: 'maybe' }, { verdict: 'approve', extra: 1 }, []]) {
      expect((await ask('POST', `/api/v1/reviews/${id}/decide`, { body })).status).toBe(400)
    }
    expect((await ask('GET', '/api/v1/reviews', { key: 'aw_unknown' })).status).toBe(401)
  })
})

describe('actions over HTTP', () => {
  it('lists them without the query of their address, and replays only what was given up', async () => {
    const id = await world.decide({ status: 'decided', route: 'act', review: null, actions: [0] }, reviewable)
    const action = `${id}.0`
    const list = await ask('GET', '/api/v1/actions?status=queued&useCase=credit')
    expect(list.body['items']).toEqual(
      expect.arrayContaining([
        {
          id: action,
          decision: id,
          useCase: 'credit',
          target: 'https://core.example/credit',
          status: 'queued',
          attempts: 0,
          nextAt: '2026-03-02T10:00:00.000Z',
          lastError: null,
          queuedAt: '2026-03-02T10:00:00.000Z',
          endedAt: null,
        },
      ]),
    )
    expect(await ask('POST', `/api/v1/actions/${action}/replay`)).toMatchObject({
      status: 409,
      body: { code: 'action_not_dead' },
    })
    const base = { useCase: 'credit', decision: id, action }
    const data = { ...base, attempt: 10, error: 'The receiver answered 500.' }
    await world.journal.write({ type: 'action-dead-lettered', subject: 'use-case/credit', data })
    expect((await ask('POST', `/api/v1/actions/${action}/replay`, { key: await reviewerKey('eve') })).status).toBe(403)
    expect(await ask('POST', `/api/v1/actions/${action}/replay`)).toMatchObject({
      status: 200,
      body: { status: 'queued', attempts: 0 },
    })
    expect((await ask('POST', '/api/v1/actions/none/replay')).status).toBe(404)
  })

  it('pages through them, newest first', async () => {
    for (let n = 0; n < 3; n++)
      await world.decide({ status: 'decided', route: 'act', review: null, actions: [0] }, reviewable)
    const all = (await ask('GET', '/api/v1/actions?limit=200')).body['items'] as { id: string }[]
    const seen: string[] = []
    for (let cursor = ''; ;) {
      const { body } = await ask('GET', `/api/v1/actions?limit=1${cursor}`)
      seen.push(...(body['items'] as { id: string }[]).map(({ id }) => id))
      if (body['next'] === null) break
      cursor = `&cursor=${body['next'] as string}`
    }
    expect(seen).toEqual(all.map(({ id }) => id))
  })
})

describe('outcomes over HTTP', () => {
  it('takes one and many, also more members than a request usually may have', async () => {
    const decision = await world.decide({}, reviewable)
    expect(await ask('POST', '/v1/outcomes', { body: { decision, label: true } })).toMatchObject({
      status: 201,
      body: { recorded: 1 },
    })
    const many = Array.from({ length: 10_000 }, () => ({ decision, label: false, kpi: { minutes: 4 } }))
    const { status, body } = await ask('POST', '/v1/outcomes', { body: many })
    expect({ status, recorded: body['recorded'] }).toEqual({ status: 201, recorded: 10_000 })
  })

  it('tells every problem with its position', async () => {
    const decision = '01957f2c-0000-7000-8000-000000000001'
    expect(await ask('POST', '/v1/outcomes', { body: [{ decision, label: 1 }, { label: 1 }] })).toMatchObject({
      status: 400,
      body: { code: 'request_malformed', problems: [{ path: '/1' }] },
    })
    expect(await ask('POST', '/v1/outcomes', { body: [{ decision, label: 1 }] })).toMatchObject({
      status: 422,
      body: { code: 'outcome_unknown_decision', problems: [{ path: '/0/decision' }] },
    })
    for (const body of ['', '{', '[]', 'null']) expect((await ask('POST', '/v1/outcomes', { body })).status).toBe(400)
  })
})

describe('keys over HTTP', () => {
  it('makes, lists and ends them', async () => {
    const made = await ask('POST', '/api/v1/keys', { body: { name: 'crm', scopes: ['decide:credit', 'outcomes'] } })
    const key = String(made.body['key'])
    expect(made).toMatchObject({ status: 201, body: { name: 'crm', roles: [], createdBy: 'chief', revokedAt: null } })
    expect(made.headers['cache-control']).toBe('no-store')
    expect(await ask('GET', '/api/v1/me', { key })).toMatchObject({
      status: 200,
      body: {
        name: 'crm',
        permissions: [
          { permission: 'decide', useCases: ['credit'] },
          { permission: 'record-outcomes', useCases: 'all' },
        ],
        permissionWords: { 'manage-keys': 'create, list and revoke keys' },
      },
    })
    const listed = JSON.stringify((await ask('GET', '/api/v1/keys')).body)
    expect(listed).toContain('crm')
    expect(listed).not.toContain(key)
    expect(listed).not.toContain(hashKey(key))
    expect((await ask('GET', '/api/v1/keys', { key })).status).toBe(403)
    expect((await ask('POST', '/api/v1/keys', { key, body: { name: 'x', roles: ['admin'] } })).status).toBe(403)

    const gone = await ask('DELETE', `/api/v1/keys/${String(made.body['id'])}`)
    expect(gone).toMatchObject({ status: 200, body: { revokedBy: 'chief' } })
    expect((await ask('GET', '/api/v1/me', { key })).status).toBe(401)
  })

  it('refuses what is no grant, and to end the last admin’s key', async () => {
    expect(await ask('POST', '/api/v1/keys', { body: { name: 'x', roles: ['king'] } })).toMatchObject({
      status: 400,
      body: { problems: [{ path: '/roles/0' }] },
    })
    const me = (await ask('GET', '/api/v1/me')).body['key']
    expect(await ask('DELETE', `/api/v1/keys/${String(me)}`)).toMatchObject({ status: 403 })
    expect((await ask('DELETE', '/api/v1/keys/none')).status).toBe(404)
  })
})

describe('manifests over HTTP', () => {
  const url = '/api/v1/use-cases/credit'

  it('applies JSON and YAML, and says what changed', async () => {
    expect(await ask('PUT', `${url}?dryRun=true`, { body: creditUseCase() })).toMatchObject({
      status: 200,
      body: { revision: 1, created: false },
    })
    expect(await ask('PUT', url, { body: creditUseCase() })).toMatchObject({
      status: 200,
      body: { revision: 1, created: true },
    })
    // JSON is YAML.
    const yaml = JSON.stringify(creditUseCase({ purpose: 'Decide faster.' }))
    expect(await ask('PUT', url, { body: yaml, type: 'application/yaml; charset=utf-8' })).toMatchObject({
      status: 200,
      body: {
        useCase: 'credit',
        revision: 2,
        changes: [{ path: '/purpose', kind: 'changed', before: 'Decide small credits.', after: 'Decide faster.' }],
      },
    })
  })

  it('tells every problem, and who may not', async () => {
    const yaml = 'apiVersion: airworthy/v1\nkind: UseCase\npurpos: typo\n'
    const { status, body } = await ask('PUT', url, { body: yaml, type: 'text/yaml' })
    expect({ status, code: body['code'] }).toEqual({ status: 422, code: 'manifest_invalid' })
    expect(body['problems']).toContainEqual(expect.objectContaining({ path: '/purpos', line: 3 }))
    expect((await ask('PUT', '/api/v1/use-cases/other', { body: creditUseCase() })).status).toBe(422)
    expect((await ask('PUT', url, { body: 'x', type: 'text/plain' })).status).toBe(415)
    expect((await ask('PUT', url, { body: creditUseCase(), key: await reviewerKey('joe') })).status).toBe(403)
  })
})
