import { request as httpRequest } from 'node:http'
import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { errorCodes, PlatformError, type ErrorCode } from '#core/kernel/errors.ts'
import { createApp, type App } from './app.ts'
import { problemOf, statusOf, toPlatformError } from './error-responses.ts'

let app: App
let failure: unknown
beforeEach(() => {
  app = createApp({ logger: false, requestId: () => 'request-1', bodyLimitBytes: 1024 })
  app.get('/fails', async () => {
    throw failure
  })
  app.post(
    '/takes',
    { schema: { body: { type: 'object', required: ['a'], properties: { a: { type: 'number' } } } } },
    async () => ({}),
  )
})
afterEach(() => app.close())

const fail = async (error: unknown) => {
  failure = error
  return app.inject('/fails')
}

describe('a failure', () => {
  it.each(Object.keys(errorCodes) as ErrorCode[])('with the code %s is a problem with its status', async (code) => {
    const answer = await fail(
      new PlatformError(code, 'What was wrong.', { hint: 'What to do.', details: { figure: 7 } }),
    )
    expect(answer.statusCode).toBe(statusOf[code])
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.json()).toEqual({
      type: `https://airworthy.dev/errors/${code}`,
      title: code.replaceAll('_', ' '),
      status: statusOf[code],
      code,
      detail: 'What was wrong.',
      hint: 'What to do.',
      instance: 'request-1',
      figure: 7,
    })
  })

  it('says when to come again where that may help, and how to sign in', async () => {
    for (const code of Object.keys(errorCodes) as ErrorCode[]) {
      const { headers } = await fail(new PlatformError(code, ''))
      const isWorthRepeating = [
        'overloaded',
        'checkpoint_pending',
        'log_unavailable',
        'view_behind',
        'view_unavailable',
        'model_unavailable',
      ].includes(code)
      expect(Number(headers['retry-after']) > 0, code).toBe(isWorthRepeating)
      expect(headers['www-authenticate'] !== undefined, code).toBe(code === 'unauthenticated')
    }
  })

  it('that nobody foresaw tells nothing of the inside', async () => {
    for (const error of [
      new Error('the secret inside'),
      new TypeError('the secret inside'),
      'the secret inside',
      null,
    ]) {
      const answer = await fail(error)
      expect(answer.statusCode).toBe(500)
      expect(answer.json()).toMatchObject({ code: 'internal', instance: 'request-1' })
      expect(answer.body).not.toContain('secret inside')
    }
  })

  it('cannot change what the problem says by its details', () => {
    const error = new PlatformError('not_found', 'Not there.', { details: { code: 'other', status: 200 } })
    expect(problemOf(error, 'i')).toMatchObject({ code: 'not_found', status: 404 })
  })

  it('of the framework becomes one of ours', () => {
    const tooLarge = Object.assign(new Error('big'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 })
    expect(toPlatformError(tooLarge).code).toBe('request_too_large')
    const unknownButTheCallers = Object.assign(new Error('odd'), { statusCode: 417 })
    expect(toPlatformError(unknownButTheCallers).code).toBe('request_malformed')
  })
})

describe('a request that is wrong', () => {
  const post = (payload: string, type = 'application/json') =>
    app.inject({ method: 'POST', url: '/takes', headers: { 'content-type': type }, payload })

  it.each([
    [400, 'request_malformed', '{"a":'],
    [400, 'request_malformed', '{"a":"one"}'],
    [400, 'request_malformed', '{}'],
    [400, 'json_name_refused', '{"__proto__":1}'],
    [400, 'json_too_deep', '['.repeat(100)],
    [413, 'request_too_large', `{"a":"${'x'.repeat(2000)}"}`],
  ])('answers %s %s', async (status, code, payload) => {
    const answer = await post(payload)
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([status, code])
  })

  it('names where in the body', async () => {
    expect((await post('{"a":"one"}')).json()).toMatchObject({
      problems: [{ path: 'body/a', message: expect.any(String) }],
    })
  })

  it('by its content type is 415, by its address 404', async () => {
    expect((await post('a=1', 'application/x-www-form-urlencoded')).json()).toMatchObject({
      status: 415,
      code: 'media_type_unsupported',
    })
    const nothing = await app.inject('/nothing?key=not-to-be-quoted')
    expect(nothing.json()).toMatchObject({ status: 404, code: 'not_found' })
    expect(nothing.body).not.toContain('not-to-be-quoted')
  })

  it('that is no HTTP gets a problem as well, and the connection ends', async () => {
    await app.listen({ port: 0, host: '127.0.0.1' })
    const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
    socket.end('nonsense\r\n\r\n')
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
    await once(socket, 'close')
    expect(text).toMatch(/^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"code":"request_malformed"/)
  })

  it('in the middle of an answer breaks it off, and is not mixed into it', async () => {
    app.get('/endless', (_request, reply) => {
      reply.hijack()
      reply.raw.writeHead(200)
      reply.raw.write('begun')
    })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const call = httpRequest({ port, host: '127.0.0.1', path: '/endless' }).end()
    const [answer] = (await once(call, 'response')) as [NodeJS.ReadableStream & { socket: NodeJS.WritableStream }]
    let text = ''
    answer.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
    answer.on('error', () => undefined)
    const closed = new Promise((resolve) => {
      answer.on('close', resolve)
    })
    await once(answer, 'data')
    answer.socket.write('nonsense\r\n\r\n')
    await closed
    expect(text).toBe('begun')
  })
})

it('lets a body take its time: a batch is as long as its caller likes', () => {
  expect(app.server.requestTimeout).toBe(0)
  expect(app.server.headersTimeout).toBeGreaterThan(0)
})
