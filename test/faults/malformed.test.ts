// Ten thousand malformed requests: no 5xx, no crash, and the next good one is decided.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../support/airworthy-process.ts'
import { creditUseCase, modelDir } from '../support/credit-use-case.ts'

const folder = temporaryFolder()
let server: AirworthyProcess
beforeAll(async () => {
  server = await startAirworthy({ dataDir: folder.path, modelDir })
  await server.call('PUT', '/api/v1/use-cases/credit', creditUseCase())
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const good = '{"input":{"amount":12.5,"note":"a \\"quoted\\" note"},"subject":"s","context":{"channel":"web"}}'

const damages: readonly ((n: number) => string | Buffer)[] = [
  (n) => good.slice(0, n % good.length),
  (n) => `${good.slice(0, n % good.length)}${String.fromCharCode(n % 128)}${good.slice((n % good.length) + 1)}`,
  (n) => '['.repeat(n % 5000),
  (n) => `${'{"a":'.repeat(n % 3000)}1`,
  (n) => Buffer.from([0x7b, 0x22, 0xff, 0xfe, n % 256, 0x22, 0x3a, 0x31, 0x7d]),
  (n) => `{"input":{"amount":1e${n}}}`,
  (n) => `{"input":{"amount":${'9'.repeat((n % 400) + 1)}}}`,
  (n) => `{"input":{"amount":-${n}}}`,
  (n) => `{"input":${['null', '[]', '"x"', 'true', '0'][n % 5]}}`,
  () => '{"input":{"amount":1},"__proto__":{"x":1}}',
  () => '{"input":{"amount":1,"constructor":1}}',
  () => '{"\\u0069nput":{"amount":1}}',
  () => '{"input":{"amount":1,"note":"\\ud800"}}',
  (n) => `{"input":{"amount":1},"subject":${['1', '""', 'null', '[]', `"${'x'.repeat(600)}"`][n % 5]}}`,
  (n) => `{"input":{"amount":1},"context":${['1', '"x"', '[]'][n % 3]}}`,
  () => '{"input":{"amount":1},"unknown":1}',
  (n) => ' '.repeat(n % 100),
]

it('answers every one with 2xx or 4xx', async () => {
  const statuses = new Map<number, number>()
  const send = async (n: number) => {
    const body = (damages[n % damages.length] as (n: number) => string | Buffer)(n)
    const { status, body: answer } = await server.call('POST', '/v1/use-cases/credit/decisions', body, {
      'content-type': 'application/json',
    })
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    if (status >= 500) throw new Error(`${status} for ${body.toString().slice(0, 200)}: ${JSON.stringify(answer)}`)
    if (status >= 400 && status !== 422)
      expect(answer).toMatchObject({ code: expect.any(String), detail: expect.any(String) })
  }
  for (let from = 0; from < 10_000; from += 50) await Promise.all(Array.from({ length: 50 }, (_, i) => send(from + i)))
  expect(statuses.get(400) ?? 0).toBeGreaterThan(5_000)
  expect((await server.call('POST', '/v1/use-cases/credit/decisions', good)).status).toBe(200)
})

it('answers what is no HTTP, no such path, another content type and a body over the limit with 4xx', async () => {
  const cases: readonly [number, string, string, string | undefined, Record<string, string>][] = [
    [404, 'GET', '/nothing/here.txt', undefined, {}],
    [404, 'GET', '/api/v1/nothing', undefined, {}],
    [404, 'POST', '/v1/use-cases/unknown/decisions', good, {}],
    [415, 'POST', '/v1/use-cases/credit/decisions', good, { 'content-type': 'text/plain' }],
    [413, 'POST', '/v1/use-cases/credit/decisions', `{"input":"${'x'.repeat(1_100_000)}"}`, {}],
    [401, 'POST', '/v1/use-cases/credit/decisions', good, { authorization: 'Bearer wrong' }],
    [401, 'POST', '/v1/use-cases/credit/decisions', good, { authorization: 'Basic eDp5' }],
    [400, 'POST', '/v1/use-cases/credit/decisions', good, { 'idempotency-key': 'x'.repeat(300) }],
    [400, 'GET', '/api/v1/decisions?limit=100000', undefined, {}],
    [400, 'GET', '/api/v1/decisions?from=yesterday', undefined, {}],
  ]
  for (const [status, method, path, body, headers] of cases) {
    const answer = await server.call(method, path, body, headers)
    expect([answer.status, (answer.body as { code?: string }).code], `${method} ${path}`).toEqual([
      status,
      expect.any(String),
    ])
  }
})
