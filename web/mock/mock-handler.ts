// The mock API over Node's HTTP: requests, answers, the live stream.

import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerMock } from './mock-api.ts'
import { principals } from './mock-principals.ts'
import type { MockStore } from './mock-store.ts'

/** Answers a request whose path begins with /api/. */
export async function handleMock(store: MockStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mock')
  const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
  if (url.pathname === '/api/v1/events') return stream(store, key, response)
  const body = await readJson(request)
  const answer = answerMock(
    store,
    { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, key, body },
    Date.now(),
  )
  if (answer.kind === 'drop') {
    response.destroy()
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
