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

  // `::` is a literal colon to Fastify's router.
  app.post(
    '/v1/use-cases/:useCase/decisions::batch',
    { schema: batchSchema, bodyLimit: Number.MAX_SAFE_INTEGER },
    async (request, reply) => {
      const { useCase } = request.params as { useCase: string }
      assertAllowed(request.principal, 'decide', useCase)
      gateway.pipeline(useCase)
      const by = { key: request.principal.keyId, name: request.principal.name }

      async function decideLine(line: Uint8Array, number: number): Promise<string> {
        try {
          const { idempotencyKey, rest } = takeKey(parseJson(line))
          const found = await whenThereIsRoom(() => gateway.decide(useCase, admitRequest(rest), { by, idempotencyKey }))
          if (found.kind === 'new') return JSON.stringify(answerOf(found.result))
          const detail = await readDecisionAt(found.index)
          return JSON.stringify(detail ? answerOfDetail(detail) : null)
        } catch (error) {
          return JSON.stringify({ line: number, error: problemOf(toPlatformError(error), request.id) })
        }
      }

      const lines = splitLines(request.body as Readable, lineBytesMax)
      const answers = inOrder(lines, decideLine)
      return reply
        .type('application/x-ndjson; charset=utf-8')
        .send(Readable.from(answers, { objectMode: false, highWaterMark: 65_536 }))
    },
  )
}

const batchSchema = {
  operationId: 'decideBatch',
  summary: 'Ask for many decisions: NDJSON in, NDJSON out, in order',
  description:
    'Each line is a decision request, with an optional "idempotencyKey". A line that fails answers {"line", "error"}.',
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

/** Keeps `windowLines` lines under way and yields their answers in the order of the lines. */
async function* inOrder(
  lines: AsyncIterable<Uint8Array | PlatformError>,
  decide: (line: Uint8Array, number: number) => Promise<string>,
): AsyncGenerator<string> {
  const window: Promise<string>[] = []
  let number = 0
  for await (const line of lines) {
    number++
    window.push(
      line instanceof PlatformError
        ? Promise.resolve(JSON.stringify({ line: number, error: problemOf(line, '') }))
        : decide(line, number),
    )
    if (window.length >= windowLines) yield `${await window.shift()}\n`
  }
  for (const answer of window) yield `${await answer}\n`
}
