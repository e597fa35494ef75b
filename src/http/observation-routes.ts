// `POST /v1/use-cases/{useCase}/observations`: one decision made elsewhere, or an array of them.

import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { assertAllowed } from '#core/access/permissions.ts'
import type { Observed, ObservedDecision } from '#gateway/observe.ts'
import { DecisionId, Problem, UseCaseName } from '#wire/common.ts'
import { Observation } from '#wire/decision.ts'
import type { Actor } from '#core/use-case/events.ts'

export type ObservationRouteParts = {
  readonly observe: (useCase: string, observation: ObservedDecision, by: Actor) => Promise<Observed>
}

const observationsMax = 1_000

export function registerObservationRoutes(app: FastifyInstance, { observe }: ObservationRouteParts): void {
  app.post('/v1/use-cases/:useCase/observations', { schema }, async (request) => {
    const { useCase } = request.params as { useCase: string }
    const { principal } = request
    assertAllowed(principal, 'observe', useCase)
    const by = { key: principal.keyId, name: principal.name }
    const body = request.body as ObservedDecision | readonly ObservedDecision[]
    const items = Array.isArray(body) ? body : [body as ObservedDecision]
    const observed = await Promise.all(items.map((observation: ObservedDecision) => observe(useCase, observation, by)))
    return { items: observed.map(({ id, index, recorded }) => ({ id, recorded, log: { index } })) }
  })
}

const schema = {
  operationId: 'observe',
  summary: 'Report decisions made elsewhere',
  tags: ['gateway'],
  params: Type.Object({ useCase: UseCaseName }),
  body: Type.Union([Observation, Type.Array(Observation, { minItems: 1, maxItems: observationsMax })]),
  response: {
    200: Type.Object({
      items: Type.Array(
        Type.Object({
          id: DecisionId,
          recorded: Type.Enum(['now', 'before']),
          log: Type.Object({ index: Type.Integer() }),
        }),
      ),
    }),
    422: Problem,
  },
}
