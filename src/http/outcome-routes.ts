// `POST /v1/outcomes`: what turned out later, one or many.

import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { JsonValue } from '#core/kernel/json.ts'
import { jsonLimits, parseJson } from '#core/kernel/parse-json.ts'
import { outcomesAtOnceMax, type OutcomeLedger } from '#engine/outcome-ledger.ts'
import { Problem } from '#wire/common.ts'
import { NewOutcome, OutcomesRecorded } from '#wire/outcome.ts'

/** Ten thousand outcomes with a label and a few KPI values each. */
const bodyLimitBytes = 8 * 1024 * 1024
const limits = { ...jsonLimits, membersMax: outcomesAtOnceMax * 20 }

export function registerOutcomeRoutes(app: FastifyInstance, { ledger }: { readonly ledger: OutcomeLedger }): void {
  void app.register(async (scope) => {
    scope.removeContentTypeParser('application/json')
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) =>
      body.length === 0 ? undefined : parseJson(body, limits),
    )
    // The ledger checks bodies itself: every problem with its position, not the first one alone.
    scope.post(
      '/v1/outcomes',
      { schema, bodyLimit: bodyLimitBytes, validatorCompiler: () => () => true },
      async (request, reply) => {
        const { recorded, first, last } = await ledger.record(request.body as JsonValue | undefined, request.principal)
        return reply.code(201).send({ recorded, log: { first, last } })
      },
    )
  })
}

const schema = {
  operationId: 'recordOutcomes',
  summary: 'Record what turned out later: labels and KPI values',
  description: 'All are checked before any is written. A label for the same decision replaces the one before it.',
  tags: ['gateway'],
  body: Type.Union([NewOutcome, Type.Array(NewOutcome, { minItems: 1, maxItems: outcomesAtOnceMax })]),
  response: { 201: OutcomesRecorded, 400: Problem, 403: Problem, 422: Problem },
}
