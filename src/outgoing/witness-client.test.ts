import type { ServerResponse } from 'node:http'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serveHttp, unusedPort } from '../../test/support/loopback-server.ts'
import { createAddressGuard } from './address-guard.ts'
import { createWitnessClient } from './witness-client.ts'

const local = createAddressGuard({ allow: [], allowLoopback: true })

function openClient(guard = local) {
  const client = createWitnessClient({ guard, clock: Date.now })
  onTestFinished(() => client.close())
  return (url: string, timeoutMs = 60_000) => client.submit({ url, body: 'old 0\n\nnote\n', timeoutMs })
}

async function answered(answer: (response: ServerResponse) => void) {
  const { url } = await serveHttp((_request, response) => answer(response))
  return openClient()(url)
}

describe('the client of witnesses', () => {
  it('posts the text below the submission prefix, whether that ends in a slash or not', async () => {
    const seen: string[] = []
    const { url } = await serveHttp((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        seen.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`)
        response.end('— w AAAAAAAA\n')
      })
    })
    const submit = openClient()
    for (const prefix of ['', '/', '/w', '/w/1/']) {
      expect(await submit(`${url}${prefix}`)).toEqual({ kind: 'cosigned', body: '— w AAAAAAAA\n' })
    }
    const paths = ['/add-checkpoint', '/add-checkpoint', '/w/add-checkpoint', '/w/1/add-checkpoint']
    expect(seen).toEqual(paths.map((path) => `POST ${path} old 0\n\nnote\n`))
  })

  it.each([
    [404, { kind: 'refused', reason: 'unknown-log' }],
    [403, { kind: 'refused', reason: 'bad-signature' }],
    [422, { kind: 'refused', reason: 'bad-proof' }],
    [400, { kind: 'refused', reason: 'other' }],
    [500, { kind: 'away' }],
    [503, { kind: 'away' }],
    [302, { kind: 'away' }],
    [204, { kind: 'away' }],
  ])('tells what %i means', async (status, expected) => {
    expect(await answered((response) => response.writeHead(status).end())).toMatchObject(expected)
  })

  it.each([
    ['12\n', 'text/x.tlog.size', { kind: 'conflict', size: 12 }],
    ['0', 'text/x.tlog.size', { kind: 'conflict', size: 0 }],
    ['12\n', 'Text/X.tlog.size; charset=utf-8', { kind: 'conflict', size: 12 }],
    ['12\n', 'text/plain', { kind: 'refused' }],
    ['012\n', 'text/x.tlog.size', { kind: 'refused' }],
    ['-1\n', 'text/x.tlog.size', { kind: 'refused' }],
    ['twelve', 'text/x.tlog.size', { kind: 'refused' }],
    ['9999999999999999', 'text/x.tlog.size', { kind: 'refused' }],
    ['', 'text/x.tlog.size', { kind: 'refused' }],
  ])('reads a conflict: %j as %s', async (body, type, expected) => {
    const answer = await answered((response) => response.writeHead(409, { 'content-type': type }).end(body))
    expect(answer).toMatchObject(expected)
  })

  it('shows a little of what a witness says, and nothing that steers a terminal', async () => {
    const answer = await answered((response) => response.writeHead(404).end(`\u001b[31mno\nsuch ${'x'.repeat(5_000)}`))
    expect(answer).toMatchObject({ detail: expect.stringMatching(/It says: \[31mno such x+$/) })
    expect(JSON.stringify(answer).length).toBeLessThan(500)
  })

  it('passes on how long a witness wants to be left alone', async () => {
    const answer = await answered((response) => response.writeHead(429, { 'retry-after': '7' }).end())
    expect(answer).toMatchObject({ kind: 'away', retryAfterMs: 7_000 })
  })

  it('tells that a witness is away: nobody listens, no answer, too much of one', async () => {
    const submit = openClient()
    expect(await submit(`http://127.0.0.1:${unusedPort}`)).toMatchObject({ kind: 'away' })
    const { url } = await serveHttp(() => {})
    expect(await submit(url, 50)).toMatchObject({ kind: 'away', detail: expect.stringContaining('50 ms') })
    expect(await answered((response) => response.end('x'.repeat(100_000)))).toMatchObject({ kind: 'away' })
  })

  it('calls no address that is closed to it', async () => {
    const guarded = openClient(createAddressGuard({ allow: [], allowLoopback: false, allowPrivate: true }))
    const answer = await guarded('http://127.0.0.1:9')
    expect(answer).toMatchObject({ kind: 'away', detail: expect.stringContaining('AIRWORTHY_ALLOW_INTERNAL') })
  })

  it('ends what hangs when it is closed', async () => {
    const arrived = Promise.withResolvers<void>()
    const { url } = await serveHttp(() => arrived.resolve())
    const client = createWitnessClient({ guard: local, clock: Date.now })
    const hanging = client.submit({ url, body: 'x', timeoutMs: 60_000 })
    await arrived.promise
    await client.close()
    expect(await hanging).toMatchObject({ kind: 'away' })
  })
})
