// Models over HTTP that misbehave, on real connections: every fault becomes a failure with a cause and a sentence.

import { setTimeout as after } from 'node:timers/promises'
import type { ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ModelAnswer, ModelCaller } from '#gateway/ports.ts'
import { createAddressGuard } from '#outgoing/address-guard.ts'
import { createSecretResolver } from '#outgoing/secret.ts'
import { alarm } from '../../test/support/alarm.ts'
import { serveBytes, serveHttp, serveJson, unusedPort } from '../../test/support/loopback-server.ts'
import { openModel, type OpenModelOptions } from './open-model.ts'

type Endpoint = OpenModelOptions['model']['endpoint']

async function open(endpoint: Partial<Endpoint>, options: Partial<OpenModelOptions> = {}): Promise<ModelCaller> {
  const caller = await openModel({
    model: { name: 'risk', version: '3', endpoint: { protocol: 'http', timeoutMs: 60_000, ...endpoint } },
    modelDir: undefined,
    guard: createAddressGuard({ allow: [], allowLoopback: true, allowPrivate: true }),
    resolveSecret: createSecretResolver({ env: { TOKEN: 's3cret', LINES: 'two\nlines' } }),
    clock: () => performance.now(),
    ...options,
  })
  onTestFinished(() => caller.close())
  return caller
}

const failure = (cause: string) => ({
  kind: 'failure',
  failure: { cause, detail: expect.stringMatching(/^.{5,160}\.$/) },
})
const json = (response: ServerResponse, text: string, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(text)
const causeOf = (answer: ModelAnswer) => (answer.kind === 'failure' ? answer.failure.cause : answer.kind)

describe('a model over HTTP', () => {
  it('answers', async () => {
    const server = await serveJson((body) => ({ output: { echo: body } }))
    const caller = await open({ url: `${server.url}/predict/` })
    expect(await caller.call({ amount: 1 }, null)).toEqual({
      kind: 'answer',
      output: { echo: { input: { amount: 1 } } },
    })
    expect(caller.health()).toEqual({
      protocol: 'http',
      target: `${server.url}/predict/`,
      state: 'ready',
      detail: null,
    })
  })

  it('sends the path, the query, and headers with secrets', async () => {
    const seen: unknown[] = []
    const server = await serveHttp((request, response) => {
      seen.push(request.url, request.headers['authorization'], request.headers['x-key'], request.headers['x-plain'])
      json(response, '{"output":1}')
    })
    const headers = { Authorization: 'Bearer env:TOKEN', 'X-Key': 'env:TOKEN', 'X-Plain': 'hello' }
    const caller = await open({ url: `${server.url}/a/b?v=1`, headers })
    expect((await caller.call(1, null)).kind).toBe('answer')
    expect(seen).toEqual(['/a/b?v=1', 'Bearer s3cret', 's3cret', 'hello'])
    expect(caller.health().target).toBe(`${server.url}/a/b`)
  })

  it('speaks oip-v2 and mlflow', async () => {
    const server = await serveJson((body, url) =>
      url === '/v2/models/risk/infer'
        ? { id: (body as { id: string }).id, outputs: [{ name: 'score', shape: [1], datatype: 'FP64', data: [0.5] }] }
        : { predictions: [url] },
    )
    expect(await (await open({ protocol: 'oip-v2', url: server.url })).call({ a: 1 }, null)).toEqual({
      kind: 'answer',
      output: { score: 0.5 },
    })
    expect(await (await open({ protocol: 'mlflow', url: server.url })).call({ a: 1 }, null)).toEqual({
      kind: 'answer',
      output: { predictions: '/invocations' },
    })
  })

  it.each([
    ['500', 'bad-status', (r: ServerResponse) => json(r, '{"output":1}', 500)],
    ['404', 'bad-status', (r: ServerResponse) => json(r, '{"output":1}', 404)],
    ['a redirect', 'bad-status', (r: ServerResponse) => r.writeHead(307, { location: '/elsewhere' }).end()],
    ['an empty body', 'bad-answer', (r: ServerResponse) => r.writeHead(204).end()],
    ['HTML', 'bad-answer', (r: ServerResponse) => r.setHeader('content-type', 'text/html').end('<html>private</html>')],
    ['HTML called JSON', 'bad-answer', (r: ServerResponse) => json(r, '<html>private</html>')],
    [
      'JSON called text',
      'bad-answer',
      (r: ServerResponse) => r.setHeader('content-type', 'text/plain').end('{"output":1}'),
    ],
    ['half a JSON', 'bad-answer', (r: ServerResponse) => json(r, '{"output":{"private":')],
    ['NaN', 'bad-answer', (r: ServerResponse) => json(r, '{"output":NaN}')],
    ['a number beyond all', 'bad-answer', (r: ServerResponse) => json(r, '{"output":{"private":1e999}}')],
    ['half a surrogate pair', 'bad-answer', (r: ServerResponse) => json(r, '{"output":"\\ud800"}')],
    ['an escaped name', 'bad-answer', (r: ServerResponse) => json(r, '{"output":{"\\u0061":1}}')],
    [
      'deep nesting',
      'bad-answer',
      (r: ServerResponse) => json(r, `{"output":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    ],
    ['no UTF-8', 'bad-answer', (r: ServerResponse) => r.end(Buffer.from('{"output":"\xff"}', 'latin1'))],
    ['no output', 'bad-answer', (r: ServerResponse) => json(r, '{"result":"private"}')],
    ['compressed', 'bad-answer', (r: ServerResponse) => r.setHeader('content-encoding', 'gzip').end('x')],
  ] as const)('fails when it answers %s', async (_what, cause, answer) => {
    const server = await serveHttp((_request, response) => {
      answer(response)
    })
    const caller = await open({ url: server.url, headers: { authorization: 'env:TOKEN' } })
    const result = await caller.call({ name: 'private' }, null)
    expect(result).toEqual(failure(cause))
    expect(JSON.stringify([result, caller.health()])).not.toMatch(/private|s3cret/)
  })

  it('takes JSON without a content type, and of a type that ends in +json', async () => {
    const bare = await serveHttp((_request, response) => response.end('{"output":1}'))
    expect(await (await open({ url: bare.url })).call(1, null)).toEqual({ kind: 'answer', output: 1 })
    const plus = await serveHttp((_request, response) =>
      response.setHeader('content-type', 'application/ld+json; a=b').end('{"output":1}'),
    )
    expect(await (await open({ url: plus.url })).call(1, null)).toEqual({ kind: 'answer', output: 1 })
  })

  it('fails when it answers 50 MB, without reading them', async () => {
    let written = 0
    const server = await serveHttp((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const chunk = Buffer.alloc(256 * 1024, '[')
      const more = () => {
        while (!response.destroyed && written < 50_000_000 && response.write(chunk)) written += chunk.length
      }
      response.on('drain', more)
      more()
    })
    expect(await (await open({ url: server.url, timeoutMs: 20_000 })).call(1, null)).toEqual(failure('too-large'))
    expect(written).toBeLessThan(25_000_000)
  })

  it.each([
    [
      'closes half-way',
      'bad-answer',
      'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"out',
      1,
    ],
    ['speaks no HTTP', 'bad-answer', 'hello\r\n\r\n', 1],
    ['closes without a word', 'unreachable', '', 3],
  ])('fails when it %s, and sends again only when nothing came back', async (_what, cause, bytes, requests) => {
    let seen = 0
    const server = await serveBytes((socket) => {
      seen++
      socket.end(bytes)
    })
    expect(await (await open({ url: server.url, retries: 2 })).call(1, null)).toEqual(failure(cause))
    expect(seen).toBe(requests)
  })

  it('is not told an error by a connection that was closed while it rested', async () => {
    const answer = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{"output":1}'
    const server = await serveBytes((socket, nth) => (nth === 2 ? socket.destroy() : socket.write(answer)))
    const caller = await open({ url: server.url, retries: 1 })
    expect((await caller.call(1, null)).kind).toBe('answer')
    expect((await caller.call(1, null)).kind).toBe('answer')
  })

  it('fails when nothing listens, and works when something does', async () => {
    const caller = await open({ url: `http://127.0.0.1:${unusedPort}`, retries: 5 })
    expect(await caller.call(1, null)).toEqual(failure('unreachable'))
    expect(caller.health()).toMatchObject({ state: 'unavailable', detail: 'Nothing listens at the address.' })
  })

  it('fails in time when it hangs, once, and does not send again', async () => {
    let seen = 0
    const server = await serveHttp(() => {
      seen++
    })
    const caller = await open({ url: server.url, timeoutMs: 1000, retries: 5 })
    expect(await caller.call(1, null)).toEqual(failure('timeout'))
    await expect.poll(() => server.open()).toBe(0)
    // None where the machine stood still for that second.
    expect(seen).toBeLessThanOrEqual(1)
  })

  it('keeps to its places and its queue', async () => {
    const waiting: (() => void)[] = []
    const server = await serveHttp((_request, response) => waiting.push(() => json(response, '{"output":1}')))
    const caller = await open({ url: server.url, concurrency: 2, queue: 1 })
    const calls = [1, 2, 3].map((n) => caller.call(n, null))
    expect(await caller.call(4, null)).toEqual(failure('busy'))
    await expect.poll(() => waiting.length).toBe(2)
    for (let n = 1; n <= 3; n++) {
      await expect.poll(() => waiting.length).toBeGreaterThan(0)
      waiting.shift()?.()
    }
    expect((await Promise.all(calls)).map(causeOf)).toEqual(['answer', 'answer', 'answer'])
  })

  it('counts the wait in the queue towards the deadline', async () => {
    const server = await serveHttp(() => {})
    const caller = await open({ url: server.url, concurrency: 1, timeoutMs: 150, circuit: { failures: 100 } })
    const calls = [1, 2, 3].map((n) => caller.call(n, null))
    await calls[0]
    // Else each of the two would wait for as long again.
    const isLater = alarm(150)
    expect((await Promise.all(calls)).map(causeOf)).toEqual(['timeout', 'timeout', 'timeout'])
    expect(isLater()).toBe(false)
  })

  it('leaves a failing model alone, probes it, and takes it back', async () => {
    let isWell = false
    let seen = 0
    const server = await serveHttp((_request, response) => {
      seen++
      json(response, '{"output":1}', isWell ? 200 : 503)
    })
    let now = 0
    const caller = await open(
      { url: server.url, concurrency: 1, queue: 0, circuit: { failures: 3, openMs: 1000 } },
      { clock: () => now },
    )
    for (let i = 0; i < 3; i++) expect(causeOf(await caller.call(1, null))).toBe('bad-status')
    expect(await caller.call(1, null)).toEqual(failure('circuit-open'))
    expect(caller.health().state).toBe('circuit-open')
    expect(seen).toBe(3)
    now = 1000
    const [probe, other] = await Promise.all([caller.call(1, null), caller.call(1, null)])
    expect([probe, other].map(causeOf)).toEqual(['bad-status', 'circuit-open'])
    now = 2000
    isWell = true
    expect((await caller.call(1, null)).kind).toBe('answer')
    expect(caller.health()).toMatchObject({ state: 'ready', detail: null })
  })

  it('fails those who wait in the queue when the circuit opens', async () => {
    let seen = 0
    const server = await serveHttp((_request, response) => {
      seen++
      json(response, '{}', 500)
    })
    const caller = await open({ url: server.url, concurrency: 1, circuit: { failures: 2 } })
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => caller.call(n, null)))
    expect(answers.map(causeOf)).toEqual(['bad-status', 'bad-status', 'circuit-open', 'circuit-open', 'circuit-open'])
    expect(seen).toBe(2)
  })

  it('does not hold an input that the model refuses against the model', async () => {
    const server = await serveHttp((_request, response) => json(response, '{}', 422))
    const caller = await open({ url: server.url, circuit: { failures: 1 } })
    expect(causeOf(await caller.call(1, null))).toBe('bad-status')
    expect(causeOf(await caller.call(1, null))).toBe('bad-status')
  })

  it('turns a mapping that throws into a failure', async () => {
    const server = await serveJson(() => ({ output: 1 }))
    const broken = () => {
      throw new Error('private')
    }
    const request = await open({ url: server.url }, { mapRequest: broken })
    expect(await request.call(1, null)).toEqual(failure('failed'))
    const response = await open({ url: server.url }, { mapResponse: broken })
    expect(await response.call(1, null)).toEqual(failure('bad-answer'))
  })

  it('finishes what runs when it is closed, and takes no more', async () => {
    const server = await serveHttp((_request, response) => {
      void after(30).then(() => json(response, '{"output":1}'))
    })
    const caller = await open({ url: server.url, concurrency: 1 })
    const running = [caller.call(1, null), caller.call(2, null)]
    await caller.close()
    expect((await Promise.all(running)).map(causeOf)).toEqual(['answer', 'answer'])
    expect(await caller.call(1, null)).toEqual(failure('failed'))
    expect(caller.health().state).toBe('unavailable')
    await expect.poll(() => server.open()).toBe(0)
  })
})

describe('openModel', () => {
  const strict = createAddressGuard({ allow: [], allowLoopback: false, allowPrivate: true })

  it.each([
    ['no URL', {}, 'manifest_invalid'],
    ['credentials in the URL', { url: 'http://a:b@models:80' }, 'address_refused'],
    ['a metadata address', { url: 'http://169.254.169.254/latest' }, 'address_refused'],
    ['loopback that is not allowed', { url: 'http://[::1]:80' }, 'address_refused'],
    ['a secret that is not there', { url: 'http://models', headers: { a: 'env:NONE' } }, 'secret_unavailable'],
    ['a secret of two lines', { url: 'http://models', headers: { a: 'Bearer env:LINES' } }, 'secret_unavailable'],
    ['a header of the connection', { url: 'http://models', headers: { Host: 'x' } }, 'manifest_invalid'],
    ['a header value of two lines', { url: 'http://models', headers: { a: 'x\r\ny: z' } }, 'manifest_invalid'],
  ] as [string, Partial<Endpoint>, string][])('refuses %s, with a hint', async (_what, endpoint, code) => {
    await expect(open(endpoint, { guard: strict })).rejects.toMatchObject({ code, hint: expect.any(String) })
  })

  it('opens a model in a private network and one that is down', async () => {
    expect((await open({ url: 'http://10.1.2.3:8080' }, { guard: strict })).health().state).toBe('ready')
  })

  it('refuses at the call what the name turns out to be', async () => {
    const server = await serveJson(() => ({ output: 1 }))
    const caller = await open({ url: `http://localhost:${server.port}`, retries: 3 }, { guard: strict })
    expect(await caller.call(1, null)).toEqual(failure('unreachable'))
    expect(server.connections()).toBe(0)
  })
})
