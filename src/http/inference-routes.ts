// `/v2/…`: the Open Inference Protocol in front of the same pipeline, so that a KServe client needs a new address and a key.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { assertAllowed } from '#core/access/permissions.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { Gateway } from '#gateway/gateway.ts'
import { inputMetadata, rowsOf, tensorsOf, type RowAnswer } from '#gateway/inference-protocol.ts'
import type { DecisionDetail } from '#wire/decision.ts'
import { UseCaseName } from '#wire/common.ts'
import { answerOf, answerOfDetail } from './decision-answer.ts'
import { idempotencyKeyOf } from './gateway-routes.ts'
import { sendProblem, toPlatformError } from './error-responses.ts'

export type InferenceRouteParts = {
  readonly gateway: Gateway
  readonly readDecisionAt: (index: number) => Promise<DecisionDetail | undefined>
  readonly version: string
}

export function registerInferenceRoutes(app: FastifyInstance, parts: InferenceRouteParts): void {
  const { gateway, version } = parts
  const server = { name: 'airworthy', version, extensions: [] }
  app.get('/v2', { schema: schemaOf('inferenceServer', 'Describe the server') }, async () => server)

  const describe = schemaOf('inferenceModel', 'Describe a use case as a model')
  app.get('/v2/models/:useCase', { schema: describe }, async (request) => {
    const useCase = useCaseOf(request)
    const { manifest, revision } = gateway.pipeline(useCase)
    const inputs = inputMetadata(manifest.contract.input.schema)
    const outputs = tensorsOf([]).map(({ name, datatype }) => ({ name, datatype, shape: [-1] }))
    return { name: useCase, versions: [String(revision)], platform: 'airworthy', inputs, outputs }
  })

  const ready = schemaOf('inferenceModelReady', 'Is the use case ready')
  app.get('/v2/models/:useCase/ready', { schema: ready }, async (request, reply) => {
    const useCase = useCaseOf(request)
    const isReady = gateway.pipeline(useCase).model.health().state === 'ready'
    return reply.code(isReady ? 200 : 503).send({ name: useCase, ready: isReady })
  })

  const schema = schemaOf('infer', 'Ask for decisions by the Open Inference Protocol')
  app.post('/v2/models/:useCase/infer', { schema, errorHandler: sendProtocolError }, (request) => infer(parts, request))
}

async function infer({ gateway, readDecisionAt }: InferenceRouteParts, request: FastifyRequest): Promise<object> {
  const useCase = useCaseOf(request)
  const { id, rows } = rowsOf(request.body as JsonValue)
  const by = { key: request.principal.keyId, name: request.principal.name }
  // Not the protocol's `id`: clients use it to match answers and may send the same one for ever.
  const key = idempotencyKeyOf(request)
  const answers = await Promise.all(
    rows.map(async (input, row): Promise<RowAnswer> => {
      const idempotencyKey = key === undefined ? undefined : `${key}\n${row}`
      const found = await gateway.decide(useCase, { input, subject: undefined, context: {} }, { by, idempotencyKey })
      if (found.kind === 'new') return rowAnswer(answerOf(found.result))
      return rowAnswer(answerOfDetail((await readDecisionAt(found.index)) as DecisionDetail))
    }),
  )
  const version = String(gateway.pipeline(useCase).revision)
  const named = { model_name: useCase, model_version: version }
  return { ...named, ...(id === undefined ? {} : { id }), outputs: tensorsOf(answers) }
}

function useCaseOf(request: FastifyRequest): string {
  const { useCase } = request.params as { useCase: string }
  assertAllowed(request.principal, 'decide', useCase)
  return useCase
}

function rowAnswer(answer: ReturnType<typeof answerOf>): RowAnswer {
  const { id, status, route, reason, confidence, output } = answer
  return { id, status, route, reason, confidence, output: output as JsonValue }
}

function schemaOf(operationId: string, summary: string): Record<string, unknown> {
  const params = operationId === 'inferenceServer' ? {} : { params: Type.Object({ useCase: UseCaseName }) }
  return { operationId, summary, tags: ['inference protocol'], ...params }
}

/** The protocol's errors carry `error`; it is added to ours, so that both kinds of client are served. */
function sendProtocolError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { code, message, hint, cause, details } = toPlatformError(error)
  const more = { cause, details: { ...details, error: message }, ...(hint === undefined ? {} : { hint }) }
  sendProblem(new PlatformError(code, message, more), request, reply)
}
