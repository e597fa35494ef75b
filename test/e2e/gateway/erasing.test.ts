// One person's contents go from everywhere they lie, on request: every byte of the data folder is looked at, and every row of
// the database. What is on the log stays, and still holds.

import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '#wire/common.ts'
import type { ActionState } from '#wire/decision.ts'
import type { LogReading, LogState } from '#wire/log.ts'
import type { Erasure, ErasureDone } from '#wire/privacy.ts'
import { startAirworthy, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { receiveWebhooks } from '../../support/webhook-receiver.ts'
import { airworthy, stores, type Place } from './erasing-places.ts'
import {
  apply,
  decide,
  decideReview,
  detail,
  keyFor,
  modelDir,
  read,
  refused,
  review,
  scripted,
  until,
} from './gateway-calls.ts'

const person = 'customer-erased-4711'
const other = 'customer-kept-0815'
const texts = {
  input: 'marker-note-of-the-input',
  output: 'marker-note-of-the-output',
  context: 'marker-of-the-context',
  comment: 'marker-in-the-comment',
  correction: 'marker-in-the-correction',
}
/** What must be nowhere in the end. */
const traces = [person, ...Object.values(texts)]
/** So that some contents fill several pages of the store, and some share one. */
const filling = 'x'.repeat(20_000)

const input = (score: number, more = '') => ({
  note: `${texts.input} ${more}`,
  answer: { approve: true, score, note: texts.output },
})
const about = { subject: person, context: { channel: texts.context } }

describe.each(await stores())('erasing a person, $name', ({ absence, make }) => {
  if (absence !== undefined) {
    it.skip(`(skipped: ${absence})`, () => undefined)
    return
  }
  let place: Place
  let server: AirworthyProcess
  let printed = ''
  const hook = `whsec_${randomBytes(32).toString('base64')}`
  const kept: string[] = []
  const gone: string[] = []
  let waiting = ''
  let queued = ''
  let receipt = ''
  let vkey = ''

  const start = async () => {
    server = await startAirworthy({
      dataDir: place.folder,
      modelDir,
      // What a server prints is looked at, too.
      env: { ...place.env, HOOK_SECRET: hook, AIRWORTHY_LOG_LEVEL: 'debug' },
    })
  }
  const stop = async () => {
    await server.stop()
    printed += server.output()
  }
  const holding = async (all = traces) =>
    (await Promise.all(all.map(async (text) => (await place.holding(text)).map((at) => `${text} in ${at}`)))).flat()
  const erase = async (wanted: object, headers?: Record<string, string>) =>
    (await server.call('POST', '/api/v1/erasures', wanted, headers)) as { status: number; body: ErasureDone & Problem }
  const erasures = async () => (await read<{ items: Erasure[] }>(server, '/api/v1/erasures')).body.items
  const ofPerson = { subject: person, reason: 'request 2026-118' }

  beforeAll(async () => {
    place = await make()
    await start()
  })
  afterAll(async () => {
    await server?.stop()
    await place?.remove()
  })

  /** Decisions, reviews, actions and outcomes of two people, by every way that contents can come. */
  async function tell(): Promise<void> {
    const receiver = await receiveWebhooks()
    const webhook = { url: `${receiver.url}/hook`, secretRef: 'env:HOOK_SECRET' }
    await apply(
      server,
      scripted('credit'),
      scripted('sent', { actions: [{ on: 'decided', webhook }] }),
      // The secret is not there, so the action waits.
      scripted('unsent', { actions: [{ on: 'decided', webhook: { ...webhook, secretRef: 'env:NOT_SET' } }] }),
    )
    for (const more of ['', filling, 'a', filling, 'b']) {
      gone.push((await decide(server, 'credit', input(0.99, more), about)).body.id)
      const stays = { input: { note: more }, answer: { approve: true, score: 0.99, note: 'kept' } }
      kept.push((await decide(server, 'credit', { note: more, answer: stays.answer }, { subject: other })).body.id)
    }
    const once = { ...about, headers: { 'idempotency-key': `of ${person}` } }
    gone.push((await decide(server, 'credit', input(0.99, 'once'), once)).body.id)
    gone.push((await decide(server, 'sent', input(0.99), about)).body.id)
    queued = (await decide(server, 'unsent', input(0.99), about)).body.id
    const corrected = (await decide(server, 'credit', input(0.1), about)).body.id
    await decideReview(server, corrected, {
      verdict: 'override',
      output: { approve: false, note: texts.correction },
      reason: 'documents',
      comment: texts.comment,
    })
    waiting = (await decide(server, 'credit', input(0.1), about)).body.id
    gone.push(queued, corrected, waiting)
    const outcomes = [
      { subject: person, useCase: 'credit', label: true },
      { subject: person, kpi: { minutes: 3 } },
    ]
    const recorded = await server.call('POST', '/v1/outcomes', outcomes)
    expect(recorded.status, JSON.stringify(recorded.body)).toBe(201)
    await until(
      async () => receiver.received.length,
      (n) => n === 1,
    )
    await until(
      () => read<{ items: ActionState[] }>(server, '/api/v1/actions?useCase=sent'),
      ({ body }) => body.items[0]?.status === 'delivered',
    )
    receipt = (await read<string>(server, `/v1/decisions/${gone[1]}/receipt`)).body
    vkey = (await read<LogState>(server, '/api/v1/log')).body.keys[0]?.vkey ?? ''
    expect((await read(server, '/api/v1/log/entries?from=0&limit=5')).status).toBe(200)
  }

  it('finds what it is going to look for', async () => {
    await tell()
    for (const text of traces) expect(await place.holding(text), text).not.toEqual([])
  })

  it('only says what would go, in a dry run', async () => {
    const { status, body } = await erase({ ...ofPerson, dryRun: true })
    expect([status, body.decisions, body.index]).toEqual([200, gone.length, null])
    expect((await detail(server, gone[0] ?? '')).body.withheld).toBeNull()
    expect(await erasures()).toEqual([])
  })

  it('is refused to whoever may not, and leaves everything', async () => {
    const reviewer = await keyFor(server, 'reviewer', { roles: ['reviewer'] })
    const auditor = await keyFor(server, 'auditor', { roles: ['auditor'] })
    const ofCredit = await keyFor(server, 'risk of credit', { roles: ['riskCompliance:credit'] })
    for (const { as } of [reviewer, auditor, ofCredit]) {
      const { status, body } = await erase(ofPerson, as)
      expect([status, body.code]).toEqual([403, 'forbidden'])
    }
    const elsewhere = await erase({ decision: queued, reason: 'case 1' }, ofCredit.as)
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'not_found'])
    expect((await erase({ decision: gone[0] ?? '', reason: 'case 1' }, auditor.as)).status).toBe(403)
    const told = airworthy(['erase', '--server', server.url, '--subject', person, '--reason', 'case 1'], {
      AIRWORTHY_KEY: auditor.key,
    })
    expect(told.status).toBe(3)
    expect(told.err).toContain('may not erase payloads')
    expect((await detail(server, gone[0] ?? '')).body.withheld).toBeNull()
  })

  it('says that there is nothing of somebody unknown, and writes nothing', async () => {
    const { head } = (await read<LogState>(server, '/api/v1/log')).body
    const { status, body } = await erase({ subject: 'nobody-knows-me', reason: 'case 2' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: null, index: null, decisions: 0, payloads: 0, held: 0, isPending: false })
    expect((await read<LogState>(server, '/api/v1/log')).body.head).toBe(head)
    expect((await erase({ decision: '0198aaaa-0000-7000-8000-000000000007', reason: 'case 2' })).status).toBe(404)
  })

  it('refuses a reason that would keep the person on the log', async () => {
    const { status, body } = await erase({ subject: person, reason: `request of ${person.toUpperCase()}` })
    expect([status, body.code]).toEqual([400, 'request_malformed'])
  })

  it('takes everything, and says what it did and what it could not reach', async () => {
    const { status, body } = await erase(ofPerson)
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body).toMatchObject({ decisions: gone.length, others: 1, held: 0, holds: [], isPending: false })
    // Input and output of each, the correction and the comment, the subject of an outcome.
    expect(body.payloads).toBe(2 * gone.length + 3)
    expect(body.waiting).toEqual({ reviews: 1, actions: 1 })
    expect(body.copies).toEqual({ deliveries: 1, reads: 1 })
    expect(await holding()).toEqual([])
    expect(await erasures()).toMatchObject([
      { cause: 'request', reason: ofPerson.reason, decisions: gone.length, completedAt: expect.any(String) },
    ])
  })

  it('lists who had read the log, to whoever may read it', async () => {
    const auditor = await keyFor(server, 'auditor of the log', { roles: ['auditor'] })
    const { body } = await read<{ items: LogReading[] }>(server, '/api/v1/log/readings', auditor.as)
    expect(body.items).toMatchObject([{ by: { name: 'admin' }, via: 'entries', from: 0, to: 5 }])
    const told = airworthy(['log', 'readings', '--server', server.url])
    expect(told.out).toMatch(/admin +entries +0 +4/)
    const reviewer = await keyFor(server, 'reviewer of nothing', { roles: ['reviewer'] })
    expect((await read(server, '/api/v1/log/readings', reviewer.as)).status).toBe(403)
    expect((await read(server, '/api/v1/log/readings?cursor=x', auditor.as)).status).toBe(400)
  })

  it('shows on each decision what was erased, when, why and by whom', async () => {
    for (const id of gone) {
      const { body } = await detail(server, id)
      expect(body).toMatchObject({ withheld: 'erased', subject: null, input: null, output: null, finalOutput: null })
      expect(body.erased).toMatchObject({ cause: 'request', reason: ofPerson.reason, by: 'admin' })
      expect(body.payloads['input']).toMatchObject({ digest: expect.any(String) })
    }
    for (const id of kept)
      expect((await detail(server, id)).body).toMatchObject({ withheld: null, subject: other, erased: null })
  })

  it('does nothing the second time', async () => {
    const { status, body } = await erase(ofPerson)
    expect(status).toBe(200)
    expect(body).toMatchObject({ index: null, decisions: 0, payloads: 0, held: 0 })
    const again = await erase({ decision: gone[0] ?? '', reason: 'once more' })
    expect([again.status, again.body.index]).toEqual([200, null])
    expect(await erasures()).toHaveLength(1)
  })

  it('answers a repeated request that its answer is gone', async () => {
    const once = { ...about, headers: { 'idempotency-key': `of ${person}` } }
    const { status, body } = await refused(server, 'credit', input(0.99, 'once'), once)
    expect([status, body.code]).toEqual([410, 'contents_erased'])
  })

  it('gives up an action that was not sent, and does not send it again', async () => {
    const action = await until(
      async () => (await read<{ items: ActionState[] }>(server, '/api/v1/actions?useCase=unsent')).body.items[0],
      (found) => found?.status === 'dead',
    )
    expect(action?.decision).toBe(queued)
    const { status, body } = await server.call('POST', `/api/v1/actions/${encodeURIComponent(action?.id ?? '')}/replay`)
    expect([status, (body as Problem).code]).toEqual([410, 'contents_erased'])
  })

  it('lets a person still decide, without contents; what they write is erased by decision', async () => {
    const item = await review(server, waiting)
    expect(item.status).toBe(200)
    expect(JSON.stringify(item.body)).not.toContain('marker')
    expect(item.body).toMatchObject({ isErased: true, input: null, proposal: null })
    await decideReview(server, waiting, {
      verdict: 'override',
      output: { approve: false, note: texts.correction },
      reason: 'documents',
      comment: texts.comment,
    })
    expect(await holding()).not.toEqual([])
    const { status, body } = await erase({ decision: waiting, reason: 'written after the erasure' })
    expect([status, body.decisions, body.payloads]).toEqual([201, 1, 2])
    expect(await holding()).toEqual([])
  })

  it('leaves nothing after the server stopped, and after it came back', async () => {
    await stop()
    expect(await holding()).toEqual([])
    for (const trace of traces) expect(printed).not.toContain(trace)
    await start()
    expect(await holding()).toEqual([])
    expect((await server.call('POST', '/api/v1/rebuild')).status).toBe(200)
    expect((await detail(server, gone[0] ?? '')).body.erased).toMatchObject({ reason: ofPerson.reason })
    expect(await holding()).toEqual([])
  })

  it('leaves every proof: the log holds, and so do receipts from before and after', async () => {
    const after = await read<string>(server, `/v1/decisions/${gone[2]}/receipt`)
    expect(after.status).toBe(200)
    const files = [receipt, after.body].map((text, n) => {
      const file = join(place.folder, `receipt-${n}.tlog-proof`)
      writeFileSync(file, text)
      return file
    })
    const receipts = airworthy(['verify', '--receipt', ...files, '--key', vkey])
    expect(receipts.status, receipts.out + receipts.err).toBe(0)
    await stop()
    const verified = airworthy(['verify', place.log, '--key', vkey], place.env)
    expect(verified.status, verified.out + verified.err).toBe(0)
    expect(verified.out).toMatch(/erased/)
    await start()
  })
})
