// `Prefer: wait=N`: the caller's answer is the person's, if the person is quick enough.

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ReviewItem } from '#wire/review.ts'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { apply, decide, decideReview, modelDir, read, scripted, sure, unsure, until } from './gateway-calls.ts'

const folder = temporaryFolder()
let server: AirworthyProcess
beforeAll(async () => {
  server = await startAirworthy({ dataDir: folder.path, modelDir })
  await apply(server, scripted('credit'))
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const prefer = (text: string) => ({ headers: { prefer: text } })

/** The review of the one decision with this note. */
async function reviewOf(note: string): Promise<string> {
  const open = () => read<{ items: ReviewItem[] }>(server, '/api/v1/reviews?useCase=credit&status=open&limit=200')
  const isIt = ({ input }: ReviewItem) => (input as { note?: string }).note === note
  const { body } = await until(open, (page) => page.body.items.some(isIt))
  return (body.items.find(isIt) as ReviewItem).id
}

it('answers 200 with the proposal that a person approved meanwhile', async () => {
  const waiting = decide(server, 'credit', { ...unsure, note: 'approve' }, prefer('wait=60'))
  const id = await reviewOf('approve')
  await decideReview(server, id)
  const { status, body, headers } = await waiting
  expect(status).toBe(200)
  expect(headers['preference-applied']).toBe('wait=60')
  expect(body).toMatchObject({ id, status: 'decided', route: 'review', output: unsure.answer })
})

it('answers 200 with the output that a person put in its place', async () => {
  const waiting = decide(server, 'credit', { ...unsure, note: 'override' }, prefer('respond-async, wait=60'))
  const id = await reviewOf('override')
  await decideReview(server, id, { verdict: 'override', output: { approve: false }, reason: 'documents' })
  expect(await waiting).toMatchObject({ status: 200, body: { id, status: 'decided', output: { approve: false } } })
})

it('answers 202 when the time runs out, not before', async () => {
  const began = performance.now()
  const { status, body, headers } = await decide(server, 'credit', unsure, prefer('wait=1'))
  expect(performance.now() - began).toBeGreaterThan(990)
  expect([status, body.status, body.output, headers['preference-applied']]).toEqual([
    202,
    'pending_review',
    null,
    'wait=1',
  ])
})

it('does not wait where nothing is to wait for', async () => {
  const { status } = await decide(server, 'credit', sure, prefer('wait=60'))
  expect(status).toBe(200)
  const none = await decide(server, 'credit', unsure, prefer('wait=0'))
  expect(none.status).toBe(202)
  const other = await decide(server, 'credit', unsure, prefer('return=minimal'))
  expect([other.status, other.headers['preference-applied']]).toEqual([202, undefined])
})

it('waits at GET /v1/decisions/{id} as well', async () => {
  const { body } = await decide(server, 'credit', unsure)
  const path = `/v1/decisions/${body.id}`
  expect(await read(server, path)).toMatchObject({ status: 202, body: { status: 'pending_review' } })
  expect(await read(server, path, { prefer: 'wait=1' })).toMatchObject({
    status: 202,
    headers: { 'preference-applied': 'wait=1' },
  })

  const waiting = [1, 2, 3].map(() => read(server, path, { prefer: 'wait=60' }))
  await decideReview(server, body.id)
  for (const answer of await Promise.all(waiting)) {
    expect(answer).toMatchObject({ status: 200, body: { ...body, status: 'decided', output: unsure.answer } })
  }
  expect(await read(server, path, { prefer: 'wait=60' })).toMatchObject({ status: 200 })
})

it('knows no decision by another id', async () => {
  for (const id of ['0199aaaa-0000-7000-8000-000000000000', 'x', '..%2f..']) {
    expect(await read(server, `/v1/decisions/${id}`)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  }
})
