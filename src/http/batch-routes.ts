// `POST /v1/use-cases/{useCase}/decisions:batch`: NDJSON of any length in, NDJSON in the same order out.
//
// A window of lines is decided at once; when the caller reads slowly, the window stops and so does the reading of its
// body: memory does not grow with the length. A line that fails becomes an error line; the batch goes on.

import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { assertAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { admitRequest } from '#gateway/admit.ts'
import type { Gateway } from '#gateway/gateway.ts'
import { isJsonObject, type JsonObject } from '#core/kernel/json.ts'
import { parseJson } from '#core/kernel/parse-json.ts'
import type { DecisionDetail } from '#wire/decision.ts'
import { UseCaseName } from '#wire/common.ts'
import { answerOf, answerOfDetail } from './decision-answer.ts'
import { problemOf, toPlatformError } from './error-responses.ts'
import { answerInOrder, type Line } from './answer-in-order.ts'
import { splitLines } from './split-lines.ts'

/** Lines decided at once. Enough to fill a group commit, few enough that one batch does not starve others. */
const windowLines = 64

export type BatchRouteParts = {
  readonly gateway: Gateway
  readonly readDecisionAt: (index: number) => Promise<DecisionDetail | undefined>
  readonly lineBytesMax: number
}

export function registerBatchRoutes(
  app: FastifyInstance,
  { gateway, readDecisionAt, lineBytesMax }: BatchRouteParts,
): void {
  app.addContentTypeParser(
    ['application/x-ndjson', 'application/ndjson', 'application/jsonl'],
    (_request, payload, done) => {
      done(null, payload)
    },
  )

  const open = new Set<() => void>()
  // Before the server waits for open requests to end: a batch may go on for hours, or its caller say nothing for as long.
  app.addHook('preClose', async () => open.forEach((stop) => stop()))

  // `::` is a literal colon to Fastify's router.
  app.post(
    '/v1/use-cases/:useCase/decisions::batch',
    { schema: batchSchema, bodyLimit: Number.MAX_SAFE_INTEGER },
    async (request, reply) => {
      const { useCase } = request.params as { useCase: string }
      assertAllowed(request.principal, 'decide', useCase)
      gateway.pipeline(useCase)
      const by = { key: request.principal.keyId, name: request.principal.name }

      async function answer(line: Line, number: number): Promise<string> {
        try {
          return `${await decideLine(line)}\n`
        } catch (error) {
          const problem = toPlatformError(error)
          if (problem.code === 'internal')
            request.log.error({ err: problem.cause, request: request.id }, problem.message)
          return `${JSON.stringify({ line: number, error: problemOf(problem, request.id) })}\n`
        }
      }

      async function decideLine(line: Line): Promise<string> {
        if (line instanceof PlatformError) throw line
        const { idempotencyKey, rest } = takeKey(parseJson(line))
        const found = await whenThereIsRoom(() => gateway.decide(useCase, admitRequest(rest), { by, idempotencyKey }))
        if (found.kind === 'new') return JSON.stringify(answerOf(found.result))
        const detail = await readDecisionAt(found.index)
        if (!detail) throw new PlatformError('view_behind', 'The decision is recorded but cannot be read yet.')
        return JSON.stringify(answerOfDetail(detail))
      }

      const lines = splitLines(streamOf(request.body), lineBytesMax)
      const { answers, stop } = answerInOrder(lines, { window: windowLines, answer })
      open.add(stop)
      const stream = Readable.from(answers, { objectMode: false, highWaterMark: 65_536 })
      stream.once('close', () => open.delete(stop))
      return reply.type('application/x-ndjson; charset=utf-8').send(stream)
    },
  )
}

/** Errors: media_type_unsupported for what another parser has read already. */
function streamOf(body: unknown): AsyncIterable<Uint8Array> {
  if (body instanceof Readable) return body
  if (body === undefined) return Readable.from([])
  throw new PlatformError('media_type_unsupported', 'A batch is NDJSON, not JSON.', {
    hint: 'Send Content-Type: application/x-ndjson, one request per line.',
  })
}

const batchSchema = {
  operationId: 'decideBatch',
  summary: 'Ask for many decisions: NDJSON in, NDJSON out, in order',
  description:
    'Each line is a decision request, with an optional "idempotencyKey". A line that fails answers {"line", "error"}. An answer that breaks off was not decided further.',
  tags: ['gateway'],
  params: Type.Object({ useCase: UseCaseName }),
  consumes: ['application/x-ndjson'],
  produces: ['application/x-ndjson'],
}

/** A batch is patient: where a single caller is told to come again, it comes again by itself. */
async function whenThereIsRoom<T>(decide: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await decide()
    } catch (error) {
      if (!(error instanceof PlatformError) || error.code !== 'overloaded') throw error
      await setTimeout(50)
    }
  }
}

function takeKey(line: ReturnType<typeof parseJson>): { idempotencyKey: string | undefined; rest: JsonObject } {
  if (!isJsonObject(line)) throw new PlatformError('request_malformed', 'A line must be a JSON object.')
  const { idempotencyKey, ...rest } = line
  if (
    idempotencyKey !== undefined &&
    (typeof idempotencyKey !== 'string' || !idempotencyKey || idempotencyKey.length > 255)
  ) {
    throw new PlatformError('request_malformed', '"idempotencyKey" must be a string of 1 to 255 characters.')
  }
  return { idempotencyKey, rest }
}
