// `GET /api/v1/events`: server-sent events, so that pages are live without asking again and again.
//
// A message says what to look at again, never what it now is: so a message that was missed does no harm. A client that
// comes back with Last-Event-ID and missed something is told at once that everything may have changed.

import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { assertAllowed, useCasesAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import { Problem } from '#wire/common.ts'
import { changeTopics, type ChangeMessage } from '#wire/system.ts'
import type { ChangeFeed } from './change-feed.ts'

export type EventStreamParts = {
  readonly feed: ChangeFeed
  readonly view: { position(): number }
  readonly clock: () => Instant
  /** Between comments that keep proxies from closing the connection, ms. */
  readonly heartbeatMs?: number
}

const streamsMax = 1_000
/** A client that lets this much lie unread has stopped reading. */
const unreadBytesMax = 256 * 1024

export function registerEventStreamRoutes(app: FastifyInstance, parts: EventStreamParts): void {
  const { feed, view, clock, heartbeatMs = 15_000 } = parts
  // Before the server waits for open connections to end: these never would by themselves.
  app.addHook('preClose', async () => feed.close())

  app.get('/api/v1/events', { schema }, (request, reply) => {
    const allowed = useCasesAllowed(request.principal, 'read')
    if (allowed.length === 0) assertAllowed(request.principal, 'read')
    if (feed.size() >= streamsMax) {
      throw new PlatformError('overloaded', `${streamsMax} streams are open; no more are taken.`, {
        hint: 'Close pages that nobody looks at, or ask the lists instead.',
      })
    }
    reply.hijack()
    const stream = reply.raw
    stream.writeHead(200, headers)
    // So that a client that loses the connection before anything changed has an id to come back with.
    write(stream, `retry: 2000\nid: ${view.position()}\nevent: position\ndata: ${view.position()}\n\n`)
    const seen = Number(request.headers['last-event-id'])
    if (Number.isSafeInteger(seen) && seen !== view.position()) {
      write(stream, eventOf(everything(view.position(), clock())))
    }
    const stop = feed.listen({
      allowed,
      tell: (message) => write(stream, eventOf(message)),
      end: () => stream.end(),
    })
    const heartbeat = setInterval(() => write(stream, ':\n\n'), heartbeatMs)
    stream.on('close', () => {
      clearInterval(heartbeat)
      stop()
    })
  })
}

function write(stream: ServerResponse, text: string): void {
  if (stream.writableEnded || stream.destroyed) return
  if (stream.writableLength > unreadBytesMax) stream.destroy()
  else stream.write(text)
}

function eventOf(message: ChangeMessage): string {
  return `id: ${message.position}\nevent: change\ndata: ${JSON.stringify(message)}\n\n`
}

function everything(position: number, at: Instant): ChangeMessage {
  return { position, at: formatInstant(at), useCases: [], decisions: [], topics: [...changeTopics] }
}

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Proxies that gather answers would hold the messages back.
  'x-accel-buffering': 'no',
}

const schema = {
  operationId: 'followChanges',
  summary: 'Follow changes as they are projected (server-sent events)',
  description:
    'Messages named `change` with a ChangeMessage as data, at most five a second; `id` is the position of the view. With empty `useCases` everything may have changed. The first message is named `position` and only has the id. Send as Last-Event-ID the id of the last message read, or at first the `airworthy-view-position` of an answer: where the view has moved on since, a message says so at once.',
  tags: ['system'],
  produces: ['text/event-stream'],
  headers: Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 20 })) }),
  response: { 403: Problem, 429: Problem },
}
