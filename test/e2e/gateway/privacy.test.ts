// What the manifest says to take out is nowhere: not in the log, its write-ahead log, the view, or what a reviewer sees.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { filesHolding } from './data-folder.ts'
import { apply, decide, decideReview, detail, modelDir, read, review, scripted, until } from './gateway-calls.ts'

const folder = temporaryFolder()
let server: AirworthyProcess
const email = 'maria.sample@example.org'
const phone = '+49 170 5550199'
const name = 'Quirina Sample'
const found = () =>
  [email, phone, name].flatMap((text) => filesHolding(folder.path, text).map((file) => `${text} in ${file}`))

const text = { type: 'string' }
const person = { type: 'object', properties: { name: text }, additionalProperties: false }
const manifest = scripted('mail', {
  contract: {
    input: {
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: { note: text, person, answer: {}, behave: text },
      },
    },
    output: { schema: { type: 'object', required: ['to'], properties: { to: text, score: {}, person } } },
    onViolation: 'review',
  },
  decision: {
    output: 'output.to',
    confidence: 'output.score',
    rules: [{ when: 'confidence >= 0.9', route: 'act', reason: 'confident' }],
    otherwise: 'review',
    fallback: { output: { to: 'nobody' }, route: 'review' },
  },
  subject: 'input.note',
  privacy: { redact: ['email', 'phone', { field: 'person.name' }, { field: 'answer.person.name' }] },
})

beforeAll(async () => {
  server = await startAirworthy({ dataDir: folder.path, modelDir, env: { AIRWORTHY_LOG_LEVEL: 'debug' } })
  await apply(server, manifest)
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const input = (score: number) => ({
  note: `marker-in-the-input: write to ${email} or call ${phone}.`,
  person: { name },
  answer: { to: email, score, person: { name } },
})
const about = { subject: `subject ${email}`, context: { channel: `from ${email}, ${phone}`, person: { name } } }

it('answers the caller in full, and keeps nothing of it', async () => {
  const { status, body } = await decide(server, 'mail', input(0.99), {
    ...about,
    headers: { 'idempotency-key': `key of ${email}` },
  })
  expect([status, (body.output as { to: string }).to]).toEqual([200, email])
  const kept = (await detail(server, body.id)).body
  expect(JSON.stringify(kept)).not.toMatch(/maria|5550199|Quirina/)
  expect(kept.input).toMatchObject({
    note: 'marker-in-the-input: write to [email] or call [phone].',
    person: { name: '[redacted]' },
  })
  expect(kept).toMatchObject({ output: { to: '[email]' }, value: '[email]' })
  expect(filesHolding(folder.path, 'marker-in-the-input')).not.toEqual([])
  expect(found()).toEqual([])
})

it('shows a reviewer and keeps of a reviewer what is redacted', async () => {
  const { body } = await decide(server, 'mail', input(0.1), about)
  const item = await until(
    () => review(server, body.id),
    ({ status }) => status === 200,
  )
  expect(JSON.stringify(item.body)).not.toMatch(/maria|5550199|Quirina/)
  expect(item.body.proposal).toMatchObject({ to: '[email]' })
  const output = { to: email, person: { name } }
  await decideReview(server, body.id, {
    verdict: 'override',
    output,
    reason: 'documents',
    comment: `marker-in-a-comment, asked ${email}, ${phone}`,
  })
  expect(filesHolding(folder.path, 'marker-in-a-comment')).not.toEqual([])
  expect(found()).toEqual([])
})

it('keeps nothing of what broke the contract, failed, or was made elsewhere', async () => {
  const broken = await decide(server, 'mail', { [email]: 1, note: email, person: { name, other: [phone] } }, about)
  expect(broken.body.reason).toBe('contract-violation')
  const nonsense = await decide(server, 'mail', { ...input(0.99), answer: { to: 5, [email]: phone, person: { name } } })
  expect(nonsense.body.reason).toBe('model-bad-answer')
  expect((await decide(server, 'mail', { ...input(0.99), behave: 'throw' })).body.reason).toBe('model-failed')
  const observed = {
    ...about,
    id: `id of ${email}`,
    input: input(1),
    output: { to: email, score: 1, person: { name } },
  }
  expect((await server.call('POST', '/v1/use-cases/mail/observations', observed)).status).toBe(200)
  const outcomes = [
    { decision: nonsense.body.id, label: email },
    { subject: `subject ${email}`, kpi: { minutes: 3 } },
  ]
  expect((await server.call('POST', '/v1/outcomes', outcomes)).status).toBe(201)
  await until(
    () => read<{ view: { behind: number } }>(server, '/api/v1/log'),
    ({ body }) => body.view.behind === 0,
  )
  expect(found()).toEqual([])
  const listed = JSON.stringify([
    (await read(server, '/api/v1/decisions?limit=200')).body,
    (await read(server, '/metrics')).body,
  ])
  expect(listed).not.toMatch(/maria|5550199|Quirina/)
})

it('left nothing in the output of the server, nor in the folder after it stopped', async () => {
  await server.stop()
  expect(server.output()).not.toMatch(/maria|5550199|Quirina/)
  expect(found()).toEqual([])
  server = await startAirworthy({ dataDir: folder.path, modelDir })
  expect(found()).toEqual([])
})
