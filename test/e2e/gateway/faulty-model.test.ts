// Models over HTTP that fail in every way a network and a tired server know: a declared fallback decides or a person does,
// and without one the caller is told that the model is away. It never sees anything of what the model sent.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { serveBytes, serveHttp, serveJson, unusedPort } from '../../support/loopback-server.ts'
import { apply, decide, read, refused, scripted, until } from './gateway-calls.ts'

const folder = temporaryFolder()
let server: AirworthyProcess

beforeAll(async () => {
  server = await startAirworthy({ dataDir: folder.path })
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const fallback = { output: { approve: false, note: 'baseline' }, route: 'fallback' }

type More = { readonly endpoint?: Record<string, unknown>; readonly fallback?: Record<string, unknown> | undefined }

/** A use case whose model is at `url`; with a fallback that decides unless the test wants another or none. */
function served(name: string, url: string, more: More = {}): Record<string, unknown> {
  const declared = 'fallback' in more ? more.fallback : fallback
  const endpoint = { protocol: 'http', url, timeoutMs: 60_000, circuit: { failures: 1000 }, ...more.endpoint }
  return scripted(name, {
    model: { name: 'served', version: '1', endpoint },
    decision: {
      output: 'output.approve',
      confidence: 'output.score',
      rules: [{ when: 'confidence >= 0.9', route: 'act', reason: 'confident' }],
      otherwise: 'review',
      ...(declared === undefined ? {} : { fallback: declared }),
    },
  })
}

const secretOfTheModel = 'do-not-show-this'
const http = (head: string, body = '') => `HTTP/1.1 ${head}\r\ncontent-type: application/json\r\n\r\n${body}`

const faults: readonly (readonly [string, string, () => Promise<{ url: string }>])[] = [
  ['hangs', 'model-timeout', () => serveBytes(() => undefined)],
  ['refuses', 'model-unreachable', async () => ({ url: `http://127.0.0.1:${unusedPort}` })],
  ['closes without a word', 'model-unreachable', () => serveBytes((socket) => socket.destroy())],
  [
    'closes half-way',
    'model-bad-answer',
    () =>
      serveBytes((socket) =>
        socket.end(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{"output":{"approve":`,
        ),
      ),
  ],
  [
    'answers 500',
    'model-bad-status',
    () =>
      serveHttp((_request, response) => {
        response
          .writeHead(500, { 'content-type': 'application/json' })
          .end(`{"output":{"approve":true,"score":1},"x":"${secretOfTheModel}"}`)
      }),
  ],
  [
    'answers HTML',
    'model-bad-answer',
    () =>
      serveHttp((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end(`<h1>${secretOfTheModel}</h1>`)
      }),
  ],
  [
    'answers 50 MB',
    'model-too-large',
    () =>
      serveHttp((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(`{"output":{"approve":true,"score":1,"note":"${'x'.repeat(50_000_000)}"}}`)
      }),
  ],
  [
    'answers invalid JSON',
    'model-bad-answer',
    () => serveBytes((socket) => socket.end(http('200 OK', `{"output":${secretOfTheModel}}`))),
  ],
  [
    'answers a byte at a time, for longer than the deadline',
    'model-timeout',
    () =>
      serveBytes((socket) => {
        socket.write(http('200 OK', '{"output":'))
        const dripping = setInterval(() => socket.write(' '), 100)
        socket.on('close', () => clearInterval(dripping))
      }),
  ],
]

describe.each(faults)('a model that %s', (what, reason, open) => {
  const name = `m-${what.toLowerCase().replaceAll(/\W+/g, '-')}`.slice(0, 60)

  it(`leads to the declared fallback with ${reason}, and to 503 without one`, async () => {
    const { url } = await open()
    const endpoint = reason === 'model-timeout' ? { timeoutMs: 1500 } : {}
    await apply(
      server,
      served(name, url, { endpoint }),
      served(`${name}-r`, url, { endpoint, fallback: { ...fallback, route: 'review' } }),
      served(`${name}-n`, url, { endpoint, fallback: undefined }),
    )
    const [decided, waiting, failed] = await Promise.all([
      decide(server, name, { amount: 1 }),
      decide(server, `${name}-r`, { amount: 1 }),
      refused(server, `${name}-n`, { amount: 1 }),
    ])
    expect(decided.status).toBe(200)
    expect(decided.body).toMatchObject({
      status: 'decided',
      route: 'fallback',
      reason,
      output: fallback.output,
      model: null,
    })
    expect(waiting.status).toBe(202)
    expect(waiting.body).toMatchObject({ status: 'pending_review', route: 'review', reason, output: null })
    expect([failed.status, failed.body.code]).toEqual([503, 'model_unavailable'])
    expect(Number(failed.headers['retry-after'])).toBeGreaterThan(0)
    expect(JSON.stringify([decided.body, waiting.body, failed.body])).not.toContain(secretOfTheModel)
  })
})

it('takes a slow answer that comes before the deadline', async () => {
  const { url } = await serveHttp((_request, response) => {
    setTimeout(() => {
      response.setHeader('content-type', 'application/json')
      response.end('{"output":{"approve":true,"score":0.95}}')
    }, 400)
  })
  await apply(server, served('slow', url, {}))
  expect(await decide(server, 'slow', { amount: 1 })).toMatchObject({ status: 200, body: { route: 'act' } })
})

it('answers 429 with Retry-After when the queue is full, and finishes what it took', async () => {
  const held: (() => void)[] = []
  const { url } = await serveHttp((_request, response) => {
    held.push(() =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"output":{"approve":true,"score":0.95}}'),
    )
  })
  await apply(server, served('busy', url, { endpoint: { concurrency: 2, queue: 3 } }))
  const calls = Array.from({ length: 12 }, () => refused(server, 'busy', { amount: 1 }))
  let turnedAway = 0
  for (const call of calls) void call.then(({ status }) => (turnedAway += status === 429 ? 1 : 0))
  // Those beyond two places and a queue of three are told so while the model still holds on to the first two.
  await until(
    async () => turnedAway,
    (count) => count === 7,
  )
  const overInference = await server.call('POST', '/v2/models/busy/infer', {
    inputs: [{ name: 'amount', shape: [1], datatype: 'FP64', data: [1] }],
  })
  expect([overInference.status, overInference.headers['retry-after']]).toEqual([429, '1'])
  let isOver = false
  const answers = Promise.all(calls).finally(() => (isOver = true))
  await until(
    async () => held.splice(0).forEach((answer) => answer()),
    () => isOver,
  )
  const counted = (await answers).map(({ status, headers, body }) => [status, headers['retry-after'], body.code])
  expect(counted.filter(([status]) => status === 200)).toHaveLength(5)
  expect(counted.filter(([status]) => status !== 200)).toEqual(
    Array.from({ length: 7 }, () => [429, '1', 'overloaded']),
  )
})

it('leaves a failing model alone, and comes back to it', async () => {
  let isBroken = true
  let calls = 0
  const { url } = await serveJson(() => {
    calls++
    return isBroken ? { nothing: true } : { output: { approve: true, score: 0.95 } }
  })
  await apply(
    server,
    // Open for longer than the calls take that find it open.
    served('circuit', url, { endpoint: { circuit: { failures: 3, openMs: 15_000 } } }),
  )
  const reasons: string[] = []
  for (let n = 0; n < 5; n++) reasons.push((await decide(server, 'circuit', { amount: 1 })).body.reason)
  expect(reasons).toEqual([
    'model-bad-answer',
    'model-bad-answer',
    'model-bad-answer',
    'model-circuit-open',
    'model-circuit-open',
  ])
  expect(calls).toBe(3)
  expect((await read(server, '/v2/models/circuit/ready')).status).toBe(503)

  isBroken = false
  const recovered = await until(
    () => decide(server, 'circuit', { amount: 1 }),
    ({ body }) => body.route === 'act',
  )
  expect(recovered.body.reason).toBe('confident')
  expect((await read(server, '/v2/models/circuit/ready')).status).toBe(200)
})
