import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serveBytes, serveHttp, unusedPort } from '../../test/support/loopback-server.ts'
import { createAddressGuard } from './address-guard.ts'
import { parseRetryAfter, retryAfterMsMax } from './retry-after.ts'
import { createWebhookSender } from './webhook-sender.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

function openSender(guard = createAddressGuard({ allow: [], allowLoopback: true })) {
  const sender = createWebhookSender({ guard, clock: Date.now })
  onTestFinished(() => sender.close())
  return sender
}

const webhook = (url: string) => ({ url, secret, id: '0198-id', body: '{"type":"decision.acted"}', timeoutMs: 60_000 })
const answering = (answer: (response: ServerResponse) => void) => serveHttp((_request, response) => answer(response))

describe('createWebhookSender', () => {
  it('sends what the receiver’s library verifies', async () => {
    let received: { headers: IncomingHttpHeaders; body: string } | undefined
    const server = await serveHttp((request: IncomingMessage, response) => {
      request.on('data', (chunk: Buffer) => {
        received = { headers: request.headers, body: chunk.toString() }
        response.writeHead(204).end()
      })
    })
    const result = await openSender().send(webhook(`${server.url}/hook?a=1`))
    expect(result).toEqual({ kind: 'delivered', status: 204, ms: expect.any(Number) })
    expect(received?.headers).toMatchObject({
      'webhook-id': '0198-id',
      'idempotency-key': '0198-id',
      'content-type': 'application/json',
    })
    const verified = new Webhook(secret).verify(received?.body ?? '', received?.headers as Record<string, string>)
    expect(verified).toEqual({ type: 'decision.acted' })
  })

  it.each([200, 202, 299])('takes %d as delivered', async (status) => {
    const server = await answering((response) => response.writeHead(status).end())
    expect(await openSender().send(webhook(server.url))).toMatchObject({ kind: 'delivered', status })
  })

  it('takes a 2xx as delivered whatever the size of its body', async () => {
    const server = await answering((response) => response.end(Buffer.alloc(5_000_000)))
    expect(await openSender().send(webhook(server.url))).toMatchObject({ kind: 'delivered', status: 200 })
  })

  it.each([301, 307, 400, 500])('takes %d as failed', async (status) => {
    const server = await answering((response) =>
      response.writeHead(status, { location: '/elsewhere' }).end('top secret'),
    )
    const result = await openSender().send(webhook(server.url))
    expect(result).toEqual({ kind: 'failed', error: expect.stringContaining(String(status)) })
    expect(JSON.stringify(result)).not.toContain('top secret')
  })

  it('tells when the receiver wants no more, and when it wants a pause', async () => {
    const gone = await answering((response) => response.writeHead(410).end())
    expect(await openSender().send(webhook(gone.url))).toMatchObject({ kind: 'failed', gone: true })
    const busy = await answering((response) => response.writeHead(429, { 'retry-after': '7' }).end())
    expect(await openSender().send(webhook(busy.url))).toMatchObject({ kind: 'failed', retryAfterMs: 7000 })
  })

  it('fails in time, and never throws', async () => {
    const sender = openSender()
    const hanging = await serveHttp(() => {})
    const timedOut = await sender.send({ ...webhook(hanging.url), timeoutMs: 150 })
    expect(timedOut).toEqual({ kind: 'failed', error: expect.stringContaining('150 ms') })
    const rude = await serveBytes((socket) => socket.end('nonsense\r\n\r\n'))
    expect((await sender.send(webhook(rude.url))).kind).toBe('failed')
    expect((await sender.send(webhook(`http://127.0.0.1:${unusedPort}`))).kind).toBe('failed')
    expect((await sender.send(webhook('not a url'))).kind).toBe('failed')
    expect((await sender.send({ ...webhook(hanging.url), id: 'two\nlines' })).kind).toBe('failed')
  })

  it('says what is wrong with a secret without showing it', async () => {
    for (const bad of ['whsec_', 'whsec_not base64!', 'hunter2-hunter2', '']) {
      const result = await openSender().send({ ...webhook('http://127.0.0.1:1'), secret: bad })
      expect(result).toEqual({ kind: 'failed', error: expect.stringContaining('whsec_<base64>') })
      if (bad.startsWith('hunter2')) expect(JSON.stringify(result)).not.toContain(bad)
    }
  })

  it('refuses internal addresses, literal and by name, and names the setting', async () => {
    const sender = openSender(createAddressGuard({ allow: [], allowLoopback: false }))
    const server = await answering((response) => response.end())
    for (const host of ['127.0.0.1', '[::1]', 'localhost', '169.254.169.254', '10.0.0.1', '0.0.0.0']) {
      const result = await sender.send(webhook(`http://${host}:${server.port}/`))
      expect(result).toEqual({
        kind: 'failed',
        error: expect.stringMatching(/may not be called.*AIRWORTHY_ALLOW_INTERNAL/),
      })
    }
    expect(server.connections()).toBe(0)
  })
})

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-11-21T07:28:00Z')

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Sat, 21 Nov 2026 07:30:00 GMT', 120_000],
    ['Sat, 21 Nov 2026 07:00:00 GMT', 0],
    ['99999999', retryAfterMsMax],
    ['soon', undefined],
    ['-5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%o gives %o', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms)
  })
})
