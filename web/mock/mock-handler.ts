// The mock API over Node's HTTP: requests, answers, the live stream.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerMock } from './mock-api.ts'
import { makeAssessment } from './mock-assessments.ts'
import { answerReceipt } from './mock-log-routes.ts'
import { principals } from './mock-principals.ts'
import type { MockStore } from './mock-store.ts'

/** Answers a request whose path begins with /api/ or /v1/. */
export async function handleMock(store: MockStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock')
  const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (url.pathname === '/api/v1/events') return stream(store, key, response)
  if (url.pathname === '/api/v1/assessments' && request.method === 'POST')
    return makeAssessment({ store, key, request, response })
  const body = await readJson(request)
  const asked = { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, key, body }
  const answer = await (url.pathname.startsWith('/v1/')
    ? answerReceipt(store, asked)
    : answerMock(store, asked, Date.now()))
  if (answer.kind === 'drop') {
    response.destroy()
    return
  }
  if (answer.kind === 'text') {
    response
      .writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
      .end(answer.body)
    return
  }
  const type = answer.status < 400 ? 'application/json' : 'application/problem+json'
  response
    .writeHead(answer.status, { 'content-type': type, 'cache-control': 'no-store' })
    .end(JSON.stringify(answer.body))
}

function stream(store: MockStore, key: string | undefined, response: ServerResponse): void {
  if (key === 'mock-lost' || principals[key ?? ''] === undefined) {
    response.writeHead(503).end()
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write(': hello\n\n')
  const stop = store.onChange((message) => {
    response.write(`event: change\nid: ${message.position}\ndata: ${JSON.stringify(message)}\n\n`)
  })
  response.on('close', stop)
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}
