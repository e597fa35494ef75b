// Assessments over HTTP on the real parts: memory log, projector, embedded database, uploads to a real folder. What computes
// is lent: a runner that answers what it is told (the real one runs in test/e2e/gateway/assess.test.ts).

import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashKey } from '#core/access/key-hash.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { createAssessmentDesk } from '#engine/assessment-desk.ts'
import type { Assessed, AssessmentRunner, AssessmentWork } from '#engine/assessment-ports.ts'
import { createAssessmentReads, createPeriodReads } from '#storage/assessment-reads.ts'
import { openWorlds, principal, type World } from '../../test/support/people-world.ts'
import { createApp, type App } from './app.ts'
import { registerAssessmentRoutes } from './assessment-routes.ts'
import { requireKey } from './authentication.ts'

const assessed: Assessed = {
  verdict: 'gap',
  headline: 'In the pilot 92 % were right, live 74 %.',
  findings: { critical: 1, warning: 0, notice: 2 },
  reference: { rows: 100, from: null, to: null },
  live: { rows: 200, from: null, to: null },
  text: '{"headline":"In the pilot 92 % were right, live 74 %.","verdict":"gap"}',
}

/** What the desk hands on, and nobody here reads. */
const manifest = { metadata: { name: 'credit' } } as ResolvedManifest

const people: Record<string, Principal> = {
  lead: principal('lead', { roles: ['techLead'] }),
  reviewer: principal('reviewer', { roles: ['reviewer'] }),
  outsider: principal('outsider', { roles: ['techLead:other'] }),
}

let worlds: Awaited<ReturnType<typeof openWorlds>>
let world: World
let app: App
let folder: string
/** What the runner was given, and what it saw of the files. */
let work: (AssessmentWork & { readonly seen: readonly string[] }) | undefined
let failure: PlatformError | undefined

beforeAll(async () => {
  worlds = await openWorlds()
})
afterAll(() => worlds.end())

beforeEach(async () => {
  world = await worlds.fresh()
  folder = mkdtempSync(join(tmpdir(), 'assess-test-'))
  work = undefined
  failure = undefined
  app = createApp({ logger: false, requestId: () => 'request-1', bodyLimitBytes: 1024 })
  requireKey(app, (hash) => Object.entries(people).find(([key]) => hashKey(key) === hash)?.[1])
  const { journal, log, view, database } = world
  const desk = createAssessmentDesk({
    journal,
    log,
    view,
    folder,
    runner,
    reads: createAssessmentReads(database.db),
    periods: createPeriodReads(database.db),
    inForce: (name) => (name === 'credit' ? { manifest, revision: 3 } : undefined),
  })
  await registerAssessmentRoutes(app, { desk })
})
afterEach(async () => {
  await app.close()
  rmSync(folder, { recursive: true })
})

const runner: AssessmentRunner = {
  async assess(given, { onProgress }) {
    work = { ...given, seen: [given.reference, given.live].map((file) => readFileSync(file, 'utf8')) }
    onProgress({ step: 'Reading', share: 0.5 })
    if (failure) throw failure
    return assessed
  },
  report: async (text) => ({ html: `<!doctype html><pre>${text}</pre>`, style: 'p{}' }),
  close: () => undefined,
}

type Ask = { readonly key?: string; readonly body?: object; readonly accept?: string }

function ask(method: 'GET' | 'POST', url: string, { key = 'lead', body, accept }: Ask = {}) {
  return app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${key}`, ...(accept === undefined ? {} : { accept }) },
    ...(body === undefined ? {} : { payload: body }),
  })
}

type Part = readonly [name: string, value: string, filename?: string]
const boundary = '----parts'

async function upload(parts: readonly Part[], { key = 'lead', accept = 'application/json' } = {}) {
  const text = parts
    .map(([name, value, filename]) => {
      const file = filename === undefined ? '' : `; filename="${filename}"`
      return `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`
    })
    .join('')
  return app.inject({
    method: 'POST',
    url: '/api/v1/assessments',
    headers: { authorization: `Bearer ${key}`, accept, 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: `${text}--${boundary}--\r\n`,
  })
}

const files: readonly Part[] = [
  ['useCase', 'credit'],
  ['settings', '{"target":"label","groups":["sex"]}'],
  ['reference', 'a,label\n1,yes\n', 'pilot.csv'],
  ['live', 'a,label\n2,no\n', '../../etc/live.csv'],
]

describe('two files', () => {
  it('are assessed, and the result is kept on the log, listed and read', async () => {
    const made = await upload(files)
    expect(made.statusCode).toBe(201)
    const summary = made.json<{ id: string; digest: string; log: { index: number } }>()
    expect(summary).toMatchObject({
      useCase: 'credit',
      source: 'files',
      verdict: 'gap',
      headline: assessed.headline,
      findings: assessed.findings,
      by: { key: 'key-lead', name: 'lead' },
    })
    expect(work).toMatchObject({ settings: { target: 'label', groups: ['sex'] } })
    expect(work?.seen).toEqual(['a,label\n1,yes\n', 'a,label\n2,no\n'])
    expect([work?.reference, work?.live].map((file) => basename(file ?? ''))).toEqual(['pilot.csv', 'live.csv'])

    const list = await ask('GET', '/api/v1/assessments?useCase=credit', { key: 'reviewer' })
    expect(list.json()).toMatchObject({ next: null, items: [{ id: summary.id, digest: summary.digest }] })

    const detail = await ask('GET', `/api/v1/assessments/${summary.id}`)
    expect(detail.json()).toEqual({ ...summary, result: JSON.parse(assessed.text) as unknown })

    const [record] = await world.log.get([summary.log.index], { withPayloads: true })
    const payload = record?.payloads[0]
    const digest = createHash('sha256')
      .update(payload?.salt ?? '')
      .update(payload?.bytes ?? '')
      .digest('hex')
    expect(`sha256:${digest}`).toBe(summary.digest)
    expect(Buffer.from(record?.entry ?? []).toString()).toContain('"type":"assessment-recorded"')
  })

  it('leave nothing behind, also when they cannot be read', async () => {
    await upload(files)
    failure = new PlatformError('table_unreadable', 'pilot.csv is empty.', { hint: 'Give it rows.' })
    const refused = await upload(files)
    expect(refused.statusCode).toBe(422)
    expect(refused.json()).toMatchObject({ code: 'table_unreadable', detail: 'pilot.csv is empty.' })
    expect(readdirSync(folder)).toEqual([])
    expect(work && existsSync(work.reference)).toBe(false)
  })

  it('are told of as they go, to whoever accepts lines; a refusal comes as a line then', async () => {
    const made = await upload(files, { accept: 'application/x-ndjson' })
    expect(made.headers['content-type']).toContain('application/x-ndjson')
    const lines = made.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(lines).toEqual([
      { progress: { step: 'Reading', share: 0.5 } },
      { assessment: expect.objectContaining({ verdict: 'gap' }) as unknown },
    ])
    failure = new PlatformError('table_unreadable', 'pilot.csv is empty.')
    const refused = await upload(files, { accept: 'application/x-ndjson' })
    expect(refused.body).toContain('"error":{')
    expect(refused.body).toContain('table_unreadable')
  })

  it.each<[string, readonly Part[], RegExp]>([
    ['no use case', files.slice(1), /"useCase" must come before the files/],
    ['no live file', files.slice(0, 3), /The file "live" is missing/],
    ['an unknown part', [...files, ['more', 'x']], /no part "more"/],
    ['an unknown setting', [['useCase', 'credit'], ['settings', '{"chunks":1}'], ...files.slice(2)], /"settings"/],
    ['settings that are no JSON', [['useCase', 'credit'], ['settings', '{'], ...files.slice(2)], /./],
    [
      'a question to the model',
      [['useCase', 'credit'], ['settings', '{"robustness":true}'], ...files.slice(2)],
      /its own decisions/,
    ],
  ])('with %s are refused', async (_name, parts, message) => {
    const refused = await upload(parts)
    expect(refused.statusCode).toBe(400)
    expect(refused.json<{ detail: string }>().detail).toMatch(message)
    expect(work).toBeUndefined()
  })

  it('are for those who may, for use cases that are there', async () => {
    expect((await upload(files, { key: 'reviewer' })).json()).toMatchObject({ code: 'forbidden' })
    expect((await upload(files, { key: 'outsider' })).json()).toMatchObject({ code: 'forbidden' })
    const other = await upload([['useCase', 'other'], ...files.slice(1)])
    expect(other.json()).toMatchObject({ code: 'not_found' })
  })
})

describe('two periods', () => {
  const body = {
    useCase: 'credit',
    reference: { from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' },
    live: { from: '2026-03-02T00:00:00Z', to: '2026-03-03T00:00:00Z' },
  }

  it('of decisions are written as rows, without what was erased', async () => {
    world.clock.now = Date.parse('2026-03-01T12:00:00Z')
    await world.decide({ confidence: 0.9, value: 'yes' }, { input: { amount: 5, applicant: { age: 30, tags: ['a'] } } })
    world.clock.now = Date.parse('2026-03-02T12:00:00Z')
    await world.decide({ confidence: 0.8, value: 'no' }, { input: { amount: 7 } })
    const made = await ask('POST', '/api/v1/assessments', { body })
    expect(made.statusCode).toBe(201)
    expect(made.json()).toMatchObject({ source: 'decisions' })
    expect(work?.settings).toMatchObject({ prediction: 'decision.value', score: 'decision.confidence' })
    expect(work?.settings).toMatchObject({ timestamp: 'decision.at', ignore: ['outcome.label'] })
    expect(
      work?.seen.map((text) =>
        text
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
      ),
    ).toEqual([
      [
        {
          amount: 5,
          'applicant.age': 30,
          'applicant.tags': '["a"]',
          'decision.value': 'yes',
          'decision.confidence': 0.9,
          'decision.at': '2026-03-01T12:00:00.000Z',
          'outcome.label': null,
          'decision.received': '{"input":{"amount":5,"applicant":{"age":30,"tags":["a"]}},"context":{}}',
        },
      ],
      // Of two answers, the score is of the one that counts as positive.
      [expect.objectContaining({ amount: 7, 'decision.value': 'no', 'decision.confidence': 0.2 }) as unknown],
    ])
    expect(work?.settings).toMatchObject({ positive: 'yes' })
    expect(basename(work?.live ?? '')).toBe('live, 2026-03-02 to 2026-03-03')
  })

  it('bring what was agreed about them, and their model where it is asked', async () => {
    world.clock.now = Date.parse('2026-03-01T12:00:00Z')
    await world.decide({ value: 'yes' }, { input: { amount: 5, tags: ['a'] } })
    world.clock.now = Date.parse('2026-03-02T12:00:00Z')
    await world.decide({ value: 'no' }, { input: { amount: 7 } })
    await ask('POST', '/api/v1/assessments', { body })
    expect(work?.decided).toEqual({ manifest, revision: 3, lists: ['tags'], robustness: false })
    await ask('POST', '/api/v1/assessments', {
      body: { ...body, settings: { robustness: true, chunk: '1d', ignore: ['tags'] } },
    })
    expect(work?.decided).toMatchObject({ robustness: true })
    expect(work?.settings).toMatchObject({ chunk: '1d', ignore: ['outcome.label', 'tags'] })
    expect(work?.settings).not.toHaveProperty('robustness')
  })

  it('without decisions, or the wrong way round, are refused with what to do', async () => {
    const empty = await ask('POST', '/api/v1/assessments', { body })
    expect(empty.json()).toMatchObject({ code: 'not_found' })
    const turned = await ask('POST', '/api/v1/assessments', {
      body: { ...body, live: { from: body.live.to, to: body.live.from } },
    })
    expect(turned.json()).toMatchObject({ code: 'request_malformed' })
    const typo = await ask('POST', '/api/v1/assessments', { body: { ...body, lives: 1 } })
    expect(typo.statusCode).toBe(400)
  })
})

describe('a kept assessment', () => {
  it('is a page that may do nothing', async () => {
    const { id } = (await upload(files)).json<{ id: string }>()
    const page = await ask('GET', `/api/v1/assessments/${id}/report`)
    expect(page.headers['content-type']).toContain('text/html')
    const digest = createHash('sha256').update('p{}').digest('base64')
    expect(page.headers['content-security-policy']).toContain(`default-src 'none'; style-src 'sha256-${digest}'`)
    expect(page.body).toContain('In the pilot 92 %')
  })

  it('is not there for who may not see its use case, and gone when it was erased', async () => {
    const { id, log } = (await upload(files)).json<{ id: string; log: { index: number } }>()
    expect((await ask('GET', `/api/v1/assessments/${id}`, { key: 'outsider' })).statusCode).toBe(404)
    expect((await ask('GET', '/api/v1/assessments', { key: 'outsider' })).json()).toMatchObject({ items: [] })
    expect((await ask('GET', '/api/v1/assessments/nonsense')).statusCode).toBe(404)
    await world.log.erasePayloads([log.index])
    const gone = await ask('GET', `/api/v1/assessments/${id}`)
    expect(gone.statusCode).toBe(410)
    expect(gone.json()).toMatchObject({ code: 'contents_erased' })
  })
})
