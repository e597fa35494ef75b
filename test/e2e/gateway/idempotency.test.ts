// The same Idempotency-Key is the same decision: one after another, in parallel, after a restart and after kill -9.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { apply, decide, decideReview, modelDir, read, refused, scripted, sure, unsure } from './gateway-calls.ts'

const folder = temporaryFolder()
const start = () => startAirworthy({ dataDir: folder.path, modelDir })
let server: AirworthyProcess
beforeAll(async () => {
  server = await start()
  await apply(server, scripted('credit'), scripted('other'))
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const withKey = (key: string) => ({ headers: { 'idempotency-key': key } })
const logSize = async () => (await read<{ head: number }>(server, '/api/v1/log')).body.head

it('answers a repetition with the first decision, and writes nothing', async () => {
  const first = await decide(server, 'credit', sure, withKey('sequential'))
  const size = await logSize()
  const again = await decide(server, 'credit', sure, withKey('sequential'))
  expect([again.status, again.body]).toEqual([200, first.body])
  expect(await logSize()).toBe(size)
})

it('does not mind the order of members', async () => {
  const first = await decide(server, 'credit', { amount: 1, note: 'x', ...sure }, withKey('order'))
  expect((await decide(server, 'credit', { ...sure, note: 'x', amount: 1 }, withKey('order'))).body).toEqual(first.body)
})

it.each([sure, unsure])('decides once for 50 at the same time (%#)', async (input) => {
  const size = await logSize()
  const key = withKey(`parallel ${JSON.stringify(input)}`)
  const answers = await Promise.all(Array.from({ length: 50 }, () => decide(server, 'credit', input, key)))
  expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1)
  expect(await logSize()).toBe(size + 1)
})

it('refuses the same key with another body, also in parallel', async () => {
  await decide(server, 'credit', sure, withKey('conflict'))
  const other = await refused(server, 'credit', unsure, withKey('conflict'))
  expect([other.status, other.body.code]).toEqual([409, 'idempotency_conflict'])
  const withSubject = await refused(server, 'credit', sure, { ...withKey('conflict'), subject: 'somebody' })
  expect(withSubject.status).toBe(409)

  const size = await logSize()
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      decide(server, 'credit', n % 2 ? sure : unsure, withKey('conflict in parallel')),
    ),
  )
  const accepted = answers.filter(({ status }) => status < 300)
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    ...Array(20).fill(accepted[0]?.status),
    ...Array(20).fill(409),
  ])
  expect(new Set(accepted.map(({ body }) => body.id)).size).toBe(1)
  expect(await logSize()).toBe(size + 1)
})

it('takes the same key of another use case for another decision', async () => {
  const one = await decide(server, 'credit', sure, withKey('shared'))
  const other = await decide(server, 'other', sure, withKey('shared'))
  expect(other.status).toBe(200)
  expect(other.body.id).not.toBe(one.body.id)
})

it('knows the keys of batch lines', async () => {
  const first = await decide(server, 'credit', sure, withKey('in a batch'))
  const lines = [
    { input: sure, idempotencyKey: 'in a batch' },
    { input: unsure, idempotencyKey: 'only in a batch' },
    { input: unsure, idempotencyKey: 'only in a batch' },
    { input: sure, idempotencyKey: 'only in a batch' },
    { input: sure, idempotencyKey: '' },
  ]
  const body = lines.map((line) => JSON.stringify(line)).join('\n')
  const { body: text } = await server.call('POST', '/v1/use-cases/credit/decisions:batch', body, {
    'content-type': 'application/x-ndjson',
  })
  const answers = String(text)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id?: string; error?: { code: string }; line?: number })
  expect(answers[0]).toEqual(first.body)
  expect(answers[1]?.id).toBeTypeOf('string')
  expect(answers[2]).toEqual(answers[1])
  expect(answers[3]).toMatchObject({ line: 4, error: { code: 'idempotency_conflict' } })
  expect(answers[4]).toMatchObject({ line: 5, error: { code: 'request_malformed' } })
  expect((await decide(server, 'credit', unsure, withKey('only in a batch'))).body).toEqual(answers[1])
})

it('answers with what a person decided meanwhile, and waits for it when asked to', async () => {
  const { body } = await decide(server, 'credit', unsure, withKey('reviewed'))
  const waiting = decide(server, 'credit', unsure, { headers: { 'idempotency-key': 'reviewed', prefer: 'wait=60' } })
  await decideReview(server, body.id)
  const decided = { id: body.id, status: 'decided', output: unsure.answer }
  expect(await waiting).toMatchObject({ status: 200, body: decided })
  expect(await decide(server, 'credit', unsure, withKey('reviewed'))).toMatchObject({ status: 200, body: decided })
})

it('knows its keys after a restart and after kill -9', async () => {
  const first = await decide(server, 'credit', sure, withKey('restart'))
  await server.stop()
  server = await start()
  expect(await decide(server, 'credit', sure, withKey('restart'))).toMatchObject({ status: 200, body: first.body })
  expect((await refused(server, 'credit', unsure, withKey('restart'))).status).toBe(409)

  const before = await decide(server, 'credit', sure, withKey('kill'))
  await server.kill()
  server = await start()
  const after = await Promise.all(Array.from({ length: 20 }, () => decide(server, 'credit', sure, withKey('kill'))))
  for (const { status, body } of after) expect([status, body]).toEqual([200, before.body])
})
