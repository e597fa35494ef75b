import { describe, expect, it, onTestFinished } from 'vitest'
import { alarm } from '../../test/support/alarm.ts'
import { serveBytes, serveHttp, serveJson, unusedPort } from '../../test/support/loopback-server.ts'
import { createAddressGuard } from './address-guard.ts'
import { createConnectionPool, type ConnectionPoolOptions } from './connection-pool.ts'
import type { ExchangeRequest } from './http-exchange.ts'

const patienceMs = 60_000
const local = createAddressGuard({ allow: [], allowLoopback: true })

function openPool(origin: string, options: Partial<ConnectionPoolOptions> = {}) {
  const pool = createConnectionPool({ origin, guard: local, connections: 4, connectTimeoutMs: patienceMs, ...options })
  onTestFinished(() => pool.close())
  return pool
}

const post = (body = '{"input":1}'): ExchangeRequest => ({
  method: 'POST',
  path: '/p?q=1',
  headers: ['x-a', 'b'],
  body,
})

describe('createConnectionPool', () => {
  it('sends method, path, headers and body, and gives status, headers and body', async () => {
    const server = await serveHttp((request, response) => {
      request.on('data', (chunk: Buffer) => {
        response.writeHead(201, { 'x-back': `${request.method} ${request.url} ${String(request.headers['x-a'])}` })
        response.end(chunk)
      })
    })
    const result = await openPool(server.url).send(post(), patienceMs)
    expect(result).toMatchObject({ kind: 'response', status: 201, headers: { 'x-back': 'POST /p?q=1 b' } })
    expect(result.kind === 'response' && result.body.toString()).toBe('{"input":1}')
  })

  it('uses connections again and again', async () => {
    const server = await serveJson(() => 1)
    const pool = openPool(server.url)
    for (let i = 0; i < 20; i++) expect((await pool.send(post(), patienceMs)).kind).toBe('response')
    // Two, because undici lets a connection rest for one turn of the event loop between two requests.
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  it('opens no more connections than it may', async () => {
    const server = await serveJson(() => 1)
    const pool = openPool(server.url, { connections: 3 })
    const results = await Promise.all(Array.from({ length: 30 }, () => pool.send(post(), patienceMs)))
    expect(results.every(({ kind }) => kind === 'response')).toBe(true)
    expect(server.connections()).toBe(3)
  })

  it.each([150, 1200])(
    'ends a request without an answer at its deadline of %d ms, and its connection',
    async (timeoutMs) => {
      let closed: Promise<unknown> | undefined
      const server = await serveHttp((request) => {
        closed = new Promise((resolve) => request.socket.once('close', resolve))
      })
      const [isEarly, isLater] = [alarm(timeoutMs - 5), alarm(timeoutMs + 100)]
      const result = await openPool(server.url).send(post(), timeoutMs)
      expect([isEarly(), isLater()]).toEqual([true, false])
      expect(result).toMatchObject({ kind: 'failure', cause: 'timeout', isRetryable: false })
      await closed
    },
  )

  it('counts slow bytes towards the deadline, not only the pauses between them', async () => {
    const server = await serveHttp((_request, response) => {
      response.writeHead(200)
      const dripping = setInterval(() => response.write('x'), 20)
      response.on('close', () => clearInterval(dripping))
    })
    expect(await openPool(server.url).send(post(), 1500)).toMatchObject({ cause: 'timeout' })
  })

  it('gives up a body that is announced as too large, before reading it', async () => {
    const server = await serveHttp((_request, response) => {
      response.writeHead(200, { 'content-length': 50_000_000 })
      response.write('x')
    })
    expect(await openPool(server.url).send(post(), patienceMs)).toMatchObject({
      cause: 'too-large',
      isRetryable: false,
      status: 200,
    })
  })

  it('gives up a body that grows too large, and destroys the connection', async () => {
    let closed: Promise<unknown> | undefined
    const server = await serveHttp((request, response) => {
      closed = new Promise((resolve) => request.socket.once('close', resolve))
      const chunk = Buffer.alloc(64 * 1024, 'x')
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', more)
      more()
    })
    expect(await openPool(server.url, { bodyBytesMax: 200_000 }).send(post(), patienceMs)).toMatchObject({
      cause: 'too-large',
    })
    await closed
  })

  it('takes a body of exactly the limit', async () => {
    const server = await serveHttp((_request, response) => response.end('x'.repeat(1000)))
    expect((await openPool(server.url, { bodyBytesMax: 1000 }).send(post(), patienceMs)).kind).toBe('response')
    expect((await openPool(server.url, { bodyBytesMax: 999 }).send(post(), patienceMs)).kind).toBe('failure')
  })

  it.each([
    ['closing before an answer', '', 'unreachable', true],
    ['closing within the head', 'HTTP/1.1 200 OK\r\ncontent-', 'cut-off', false],
    ['closing half-way', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"out', 'cut-off', false],
    ['closing within a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"out', 'cut-off', false],
    ['speaking no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'malformed', false],
  ])('tells a server that is %s', async (_what, bytes, cause, isRetryable) => {
    const server = await serveBytes((socket) => socket.end(bytes))
    expect(await openPool(server.url).send(post(), patienceMs)).toMatchObject({ kind: 'failure', cause, isRetryable })
  })

  it('tells a reset before an answer, and a port at which nothing listens', async () => {
    const server = await serveBytes((socket) => socket.resetAndDestroy())
    expect(await openPool(server.url).send(post(), patienceMs)).toMatchObject({
      cause: 'unreachable',
      isRetryable: true,
    })
    const nobody = `http://127.0.0.1:${unusedPort}`
    expect(await openPool(nobody).send(post(), patienceMs)).toMatchObject({ cause: 'unreachable', isRetryable: true })
  })

  it('does not follow redirects', async () => {
    const server = await serveHttp((_request, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:1/' })
      response.end()
    })
    expect(await openPool(server.url).send(post(), patienceMs)).toMatchObject({ kind: 'response', status: 302 })
  })

  it('refuses a literal address and a name that resolves to an address which the guard refuses', async () => {
    const server = await serveJson(() => 1)
    const strict = createAddressGuard({ allow: [], allowLoopback: false, allowPrivate: true })
    for (const host of ['127.0.0.1', 'localhost']) {
      const refused = await openPool(`http://${host}:${server.port}`, { guard: strict }).send(post(), patienceMs)
      expect(refused).toMatchObject({ cause: 'refused', isRetryable: false })
    }
    expect(server.connections()).toBe(0)
    const byName = createAddressGuard({ allow: [`localhost:${server.port}`], allowLoopback: false })
    expect((await openPool(`http://localhost:${server.port}`, { guard: byName }).send(post(), patienceMs)).kind).toBe(
      'response',
    )
  })

  it('fails what runs when it is closed', async () => {
    const server = await serveHttp(() => {})
    const pool = createConnectionPool({
      origin: server.url,
      guard: local,
      connections: 1,
      connectTimeoutMs: patienceMs,
    })
    const running = pool.send(post(), patienceMs)
    await pool.close()
    expect(await running).toMatchObject({ kind: 'failure', cause: 'unreachable', isRetryable: false })
    expect(await pool.send(post(), patienceMs)).toMatchObject({ kind: 'failure' })
  })
})
