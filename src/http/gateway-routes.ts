// The gateway over HTTP: `POST /v1/use-cases/{useCase}/decisions` and `GET /v1/decisions/{id}`.
//
// This is the hot path. The body stays bytes until the gateway's own guarded parser reads it, the answer is written
// once, and route schemas serve openapi.json only.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { allows, assertAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { isUuid } from '#core/kernel/id.ts'
import { admit } from '#gateway/admit.ts'
import type { Decided, Gateway } from '#gateway/gateway.ts'
import { DecisionAnswer, DecisionRequest, type DecisionDetail } from '#wire/decision.ts'
import { Problem, UseCaseName } from '#wire/common.ts'
import { answerOf, answerOfDetail } from './decision-answer.ts'
import type { Waiting } from './decision-waiting.ts'

export type GatewayRouteParts = {
  readonly gateway: Gateway
  /** The decision as it stands now, also when the view has not seen it yet. */
  readonly readDecision: (id: string) => Promise<DecisionDetail | undefined>
  /** The same for somebody who may look but did not ask: what a blind second look must not know is left out. */
  readonly lookAtDecision: (id: string) => Promise<DecisionDetail | undefined>
  readonly readDecisionAt: (index: number) => Promise<DecisionDetail | undefined>
  readonly waiting: Waiting
}

const idempotencyKeyLengthMax = 255

export function registerGatewayRoutes(app: FastifyInstance, parts: GatewayRouteParts): void {
  const { gateway, readDecision, lookAtDecision, readDecisionAt, waiting } = parts

  app.post(
    '/v1/use-cases/:useCase/decisions',
    { schema: decideSchema, validatorCompiler: () => () => true },
    async (request, reply) => {
      const { useCase } = request.params as { useCase: string }
      const { principal } = request
      if (!allows(principal, 'decide', useCase)) assertAllowed(principal, 'decide', useCase)
      const idempotencyKey = idempotencyKeyOf(request)
      const found = await gateway.decide(useCase, admit(bytesOf(request)), {
        by: { key: principal.keyId, name: principal.name },
        idempotencyKey,
      })
      const waitMs = waitOf(request, reply)
      if (found.kind === 'known') return sendDetail(reply, await settled(await readDecisionAt(found.index), waitMs))
      const { result } = found
      if (waitMs === 0 || result.data.status !== 'pending_review') return sendDecided(reply, result)
      return sendDetail(reply, await whenDecided(result.id, waitMs))
    },
  )

  app.get('/v1/decisions/:id', { schema: readSchema }, async (request, reply) => {
    const { id } = request.params as { id: string }
    const detail = visible(request, isUuid(id) ? await readDecision(id) : undefined)
    if (!allows(request.principal, 'decide', detail.useCase)) return sendDetail(reply, await lookAtDecision(id))
    return sendDetail(reply, await settled(detail, waitOf(request, reply)))
  })

  async function settled(detail: DecisionDetail | undefined, waitMs: number): Promise<DecisionDetail | undefined> {
    return waitMs > 0 && detail?.status === 'pending_review' ? whenDecided(detail.id, waitMs) : detail
  }

  /** As it stands once a person decided, or after `waitMs`. */
  async function whenDecided(id: string, waitMs: number): Promise<DecisionDetail | undefined> {
    // Waiting begins before reading: a decision made in between must not be missed.
    const wait = waiting.forDecision(id, waitMs)
    try {
      const detail = await readDecision(id)
      if (detail?.status !== 'pending_review') return detail
      await wait.woken
      return await readDecision(id)
    } finally {
      wait.cancel()
    }
  }
}

function visible(request: FastifyRequest, detail: DecisionDetail | undefined): DecisionDetail {
  const { principal } = request
  if (detail && (allows(principal, 'read', detail.useCase) || allows(principal, 'decide', detail.useCase)))
    return detail
  throw new PlatformError('not_found', 'There is no such decision.', {
    hint: 'Check the id; the key must be for its use case.',
  })
}

const params = Type.Object({ useCase: UseCaseName })

const decideSchema = {
  operationId: 'decide',
  summary: 'Ask for a decision',
  tags: ['gateway'],
  params,
  headers: Type.Object({
    'idempotency-key': Type.Optional(
      Type.String({
        maxLength: idempotencyKeyLengthMax,
        description: 'The same key gives the same decision; with another body 409.',
      }),
    ),
    prefer: Type.Optional(
      Type.String({ description: '`wait=N`: wait up to N seconds (at most 60) for a person’s decision.' }),
    ),
  }),
  body: DecisionRequest,
  response: {
    200: DecisionAnswer,
    202: DecisionAnswer,
    422: DecisionAnswer,
    400: Problem,
    401: Problem,
    409: Problem,
    429: Problem,
    503: Problem,
  },
}

const readSchema = {
  operationId: 'readDecisionAnswer',
  summary: 'Read a decision as it stands now',
  tags: ['gateway'],
  params: Type.Object({ id: Type.String() }),
  response: { 200: DecisionAnswer, 202: DecisionAnswer, 404: Problem },
}

function sendDecided(reply: FastifyReply, decided: Decided): FastifyReply {
  return send(reply, answerOf(decided))
}

function sendDetail(reply: FastifyReply, detail: DecisionDetail | undefined): FastifyReply {
  if (!detail) throw new PlatformError('view_behind', 'The decision is recorded but cannot be read yet.')
  return send(reply, answerOfDetail(detail))
}

function send(reply: FastifyReply, answer: DecisionAnswer): FastifyReply {
  return reply.code(statusCode(answer)).type('application/json; charset=utf-8').send(JSON.stringify(answer))
}

/** 200 decided or rejected by policy, 202 waits for a person, 422 broke the contract and was rejected for it. */
function statusCode(answer: DecisionAnswer): number {
  if (answer.status === 'pending_review') return 202
  return answer.status === 'rejected' && answer.reason === 'contract-violation' ? 422 : 200
}

function bytesOf(request: FastifyRequest): Uint8Array {
  return (request.body as Uint8Array | undefined) ?? new Uint8Array(0)
}

/** Errors: request_malformed when it is longer than the limit or sent twice. */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && key.length > 0 && key.length <= idempotencyKeyLengthMax) return key
  throw new PlatformError(
    'request_malformed',
    `Idempotency-Key must be one header of 1 to ${idempotencyKeyLengthMax} characters.`,
    {
      hint: 'A UUID for each new request is a good key.',
    },
  )
}

const waitSecondsMax = 60

/** RFC 7240. What is honoured is said in Preference-Applied. */
function waitOf(request: FastifyRequest, reply: FastifyReply): number {
  const prefer = request.headers.prefer
  if (prefer === undefined) return 0
  const asked = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})/.exec(Array.isArray(prefer) ? prefer.join(',') : prefer)?.[1]
  if (asked === undefined) return 0
  const seconds = Math.min(Number(asked), waitSecondsMax)
  void reply.header('preference-applied', `wait=${seconds}`)
  return seconds * 1000
}
