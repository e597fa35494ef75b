// Batches: any length, in order, at the reader's pace, whatever the lines hold and whoever goes away.

import { readFileSync } from 'node:fs'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Problem } from '#wire/common.ts'
import type { DecisionAnswer } from '#wire/decision.ts'
import { adminKey, startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { apply, decide, modelDir, read, scripted, sure, until } from './gateway-calls.ts'

const folder = temporaryFolder()
const lineBytesMax = 16_384
let server: AirworthyProcess
beforeAll(async () => {
  server = await startAirworthy({
    dataDir: folder.path,
    modelDir,
    env: { AIRWORTHY_BODY_LIMIT_BYTES: String(lineBytesMax) },
  })
  await apply(server, scripted('credit'))
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

type Line = Partial<DecisionAnswer> & { readonly line?: number; readonly error?: Problem }

function post(contentType = 'application/x-ndjson'): ClientRequest {
  return request(`${server.url}/v1/use-cases/credit/decisions:batch`, {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': contentType },
  })
}

const answerTo = (call: ClientRequest) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    call.on('response', resolve).on('error', reject)
  })

async function batch(body: string, contentType?: string): Promise<{ status: number | undefined; lines: Line[] }> {
  const call = post(contentType)
  const answered = answerTo(call)
  call.end(body)
  const answer = await answered
  const lines: Line[] = []
  for await (const line of createInterface({ input: answer })) lines.push(JSON.parse(line) as Line)
  return { status: answer.statusCode, lines }
}

const logSize = async () => (await read<{ head: number }>(server, '/api/v1/log')).body.head

/** The size of the log once it has stayed the same over many looks. */
async function untilStill(): Promise<number> {
  let same = 0
  let size = -1
  await until(
    async () => {
      const now = await logSize()
      same = now === size ? same + 1 : 0
      size = now
    },
    () => same === 30,
  )
  return size
}

function residentMegabytes(): number {
  const status = readFileSync(`/proc/${server.child.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}

it('decides each line and answers in order', async () => {
  const lines = Array.from({ length: 300 }, (_, n) => JSON.stringify({ input: { ...sure, amount: n } }))
  const { status, lines: answers } = await batch(lines.join('\n'))
  expect(status).toBe(200)
  expect(answers).toHaveLength(300)
  expect(answers.every(({ route }) => route === 'act')).toBe(true)
  const indices = answers.map(({ log }) => log?.index)
  expect(new Set(indices).size).toBe(300)
})

it('puts an error in the place of a line that is wrong, and goes on', async () => {
  const good = JSON.stringify({ input: sure })
  const wrong = [
    '{"input":',
    '[1]',
    '{"inputs":1}',
    '{"input":{"\\u0061":1}}',
    'null',
    `{"input":{"note":"${'x'.repeat(lineBytesMax)}"}}`,
  ]
  const body = [good, ...wrong.flatMap((line) => [line, good])].join('\r\n')
  const { status, lines } = await batch(`\n\n${body}\n  \n`)
  expect(status).toBe(200)
  expect(lines).toHaveLength(1 + 2 * wrong.length)
  const codes = lines.map(({ error, route }) => error?.code ?? route)
  expect(codes.filter((_, n) => n % 2 === 0).every((code) => code === 'act')).toBe(true)
  expect(codes.filter((_, n) => n % 2 === 1)).toEqual([
    'request_malformed',
    'request_malformed',
    'request_malformed',
    'json_name_refused',
    'request_malformed',
    'request_too_large',
  ])
  expect(lines[1]).toMatchObject({
    line: 2,
    error: { status: 400, detail: expect.any(String), instance: expect.any(String) },
  })
})

it('keeps nothing of a line without an end', async () => {
  const before = residentMegabytes()
  const call = post()
  const answered = answerTo(call)
  Readable.from(
    (function* () {
      for (let n = 0; n < 200; n++) yield 'x'.repeat(1_000_000)
    })(),
  ).pipe(call)
  const answer = await answered
  let text = ''
  for await (const chunk of answer) text += String(chunk)
  expect(JSON.parse(text)).toMatchObject({ line: 1, error: { code: 'request_too_large' } })
  expect(residentMegabytes() - before).toBeLessThan(120)
})

it.each(['', '\n', ' \n \n'])('answers an empty batch (%j) with nothing', async (body) => {
  expect(await batch(body)).toEqual({ status: 200, lines: [] })
})

it('refuses other bodies and unknown use cases before reading them', async () => {
  expect((await batch('{}', 'text/csv')).status).toBe(415)
  const asJson = await batch(JSON.stringify({ input: sure }), 'application/json')
  expect([asJson.status, (asJson.lines[0] as unknown as Problem).code]).toEqual([415, 'media_type_unsupported'])
  const unknown = await server.call('POST', '/v1/use-cases/unknown/decisions:batch', '{}', {
    'content-type': 'application/x-ndjson',
  })
  expect(unknown.status).toBe(404)
})

it('answers what it has decided while the caller keeps the batch open', async () => {
  const call = post()
  const answered = answerTo(call)
  call.write(`${JSON.stringify({ input: { ...sure, note: 'first' } })}\n`)
  const lines = createInterface({ input: await answered })[Symbol.asyncIterator]()
  expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ route: 'act' })
  call.write(`${JSON.stringify({ input: { ...sure, note: 'second' } })}\n`)
  expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ route: 'act' })
  call.end()
  expect((await lines.next()).done).toBe(true)
})

const many = 20_000
const note = 'x'.repeat(4_000)

function* manyLines(): Generator<string> {
  for (let n = 0; n < many; n++)
    yield `${JSON.stringify({ input: { answer: { approve: true, score: 0.99, note: `${n} ${note}` } } })}\n`
}

it(`streams ${many} lines at the pace of a reader that pauses, in bounded memory`, async () => {
  const start = await logSize()
  const before = residentMegabytes()
  const call = post()
  const answered = answerTo(call)
  Readable.from(manyLines()).pipe(call)
  const answer = await answered
  answer.pause()
  await until(logSize, (size) => size > start)
  // Nobody reads, so nothing more is decided, long before the end.
  const decided = (await untilStill()) - start
  expect(decided).toBeLessThan(many / 4)
  expect(residentMegabytes() - before).toBeLessThan(150)

  let next = 0
  let most = 0
  for await (const line of createInterface({ input: answer })) {
    const { output } = JSON.parse(line) as { output: { note: string } }
    if (!output.note.startsWith(`${next} `)) expect(output.note.slice(0, 20)).toBe(`${next} `)
    next++
    if (next % 1000 === 0) most = Math.max(most, residentMegabytes())
  }
  expect(next).toBe(many)
  expect(most - before).toBeLessThan(250)
  expect((await logSize()) - start).toBe(many)
})

it('survives a caller who goes away midway, and stops deciding for it', async () => {
  const call = post()
  call.on('error', () => undefined)
  const answered = answerTo(call)
  Readable.from(manyLines()).pipe(call)
  const answer = await answered
  answer.on('error', () => undefined)
  await new Promise((resolve) => {
    answer.once('data', resolve)
  })
  const start = await logSize()
  call.destroy()
  expect((await untilStill()) - start).toBeLessThan(many / 4)
  expect((await decide(server, 'credit', sure)).status).toBe(200)
  expect(server.output()).not.toMatch(/"level":(50|60)/)
})
