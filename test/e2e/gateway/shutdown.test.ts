// SIGTERM while requests run: what was accepted is finished and answered, what waits is let go, and the process ends by
// itself, soon, with 0.

import { request, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import type { DecisionAnswer } from '#wire/decision.ts'
import { adminKey, startAirworthy, temporaryFolder } from '../../support/airworthy-process.ts'
import { serveHttp } from '../../support/loopback-server.ts'
import { apply, decide, modelDir, read, scripted, sure, unsure, until, type Answered } from './gateway-calls.ts'

it('finishes what it accepted and ends with 0', async () => {
  const folder = temporaryFolder()
  const server = await startAirworthy({ dataDir: folder.path, modelDir })
  const held: (() => void)[] = []
  const upstream = await serveHttp((_request, response) => {
    held.push(() =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"output":{"approve":true,"score":0.95}}'),
    )
  })
  const endpoint = { protocol: 'http', url: upstream.url, timeoutMs: 60_000 }
  const unsureModel = {
    rules: [{ when: 'confidence > 0.99', route: 'act' }],
    otherwise: 'review',
    output: 'output.approve',
    confidence: 'output.score',
  }
  await apply(
    server,
    scripted('slow', { model: { name: 'slow', version: '1', endpoint } }),
    scripted('slow-review', { model: { name: 'slow', version: '1', endpoint }, decision: unsureModel }),
    scripted('quick'),
  )
  const running = Array.from({ length: 20 }, () => decide(server, 'slow', { amount: 1 }))
  const willWait = decide(server, 'slow-review', { amount: 1 }, { headers: { prefer: 'wait=60' } })
  const waiting = decide(server, 'quick', unsure, { headers: { prefer: 'wait=60' } })
  await until(
    async () => (await read<{ items: unknown[] }>(server, '/api/v1/reviews?useCase=quick')).body.items.length,
    (count) => count === 1,
  )
  const followers = await stream(`${server.url}/api/v1/events`, 'GET')
  const batch = await openBatch(`${server.url}/v1/use-cases/quick/decisions:batch`)
  await until(
    async () => held.length,
    (count) => count === 21,
  )

  // Those who wait would wait for 60 s.
  const began = performance.now()
  server.child.kill('SIGTERM')
  // The stream of events ends first: then the server is stopping, with its decisions still at the model.
  await followers.ended
  for (const answer of held) answer()
  const answers = await Promise.all(running)
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.route}`))).toEqual(new Set(['200 act']))
  expect(await waiting).toMatchObject({ status: 202, body: { status: 'pending_review' } })
  expect(await willWait).toMatchObject({ status: 202, body: { status: 'pending_review' } })
  await expect(batch.rest).rejects.toThrow()
  if (server.child.exitCode === null) await once(server.child, 'exit')
  expect([server.child.exitCode, server.child.signalCode]).toEqual([0, null])
  expect(performance.now() - began).toBeLessThan(50_000)

  const again = await startAirworthy({ dataDir: folder.path, modelDir })
  for (const { id, log } of [
    ...answers.map(({ body }) => body),
    (await waiting).body,
    (await willWait).body,
    batch.first,
  ]) {
    const kept = await read<DecisionAnswer>(again, `/v1/decisions/${id}`)
    expect([kept.status < 300, kept.body.log]).toEqual([true, log])
  }
  expect((await decide(again, 'quick', sure)).status).toBe(200)
  await again.stop()
  folder.remove()
})

it('ends at once when nothing runs, also with idle connections open', async () => {
  const folder = temporaryFolder()
  const server = await startAirworthy({ dataDir: folder.path, modelDir })
  const answers: Answered<unknown>[] = await Promise.all(Array.from({ length: 10 }, () => read(server, '/readyz')))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  // An idle connection is kept for 72 s.
  const began = performance.now()
  await server.stop()
  expect(server.child.exitCode).toBe(0)
  expect(performance.now() - began).toBeLessThan(60_000)
  folder.remove()
})

const headers = { authorization: `Bearer ${adminKey}` }

/** Resolves when the answer, which goes on until the server ends it, has ended. */
async function stream(url: string, method: string): Promise<{ ended: Promise<unknown> }> {
  const call = request(url, { method, headers }).end()
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  answer.resume()
  return { ended: once(answer, 'end') }
}

/** A batch whose caller has sent one line and then says nothing for ever. */
async function openBatch(url: string): Promise<{ first: DecisionAnswer; rest: Promise<string> }> {
  const call = request(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/x-ndjson' } })
  call.on('error', () => undefined)
  call.write(`${JSON.stringify({ input: sure })}\n`)
  const [answer] = (await once(call, 'response')) as [IncomingMessage]
  const lines = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  const first = JSON.parse(String((await lines.next()).value)) as DecisionAnswer
  const rest = lines.next().then(({ value }) => String(value))
  rest.catch(() => undefined)
  return { first, rest }
}
