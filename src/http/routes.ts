// Every route of the server, and which of them need a key.

import type { FastifyInstance } from 'fastify'
import { registerActionRoutes } from './action-routes.ts'
import { requireKey, type FindPrincipal } from './authentication.ts'
import { registerBatchRoutes, type BatchRouteParts } from './batch-routes.ts'
import { registerGatewayRoutes, type GatewayRouteParts } from './gateway-routes.ts'
import { registerInferenceRoutes, type InferenceRouteParts } from './inference-routes.ts'
import { registerKeyRoutes } from './key-routes.ts'
import { registerObservationRoutes, type ObservationRouteParts } from './observation-routes.ts'
import { registerOperationRoutes, type OperationParts } from './operation-routes.ts'
import { registerOutcomeRoutes } from './outcome-routes.ts'
import { registerReviewRoutes } from './review-routes.ts'
import { registerUseCaseApplyRoutes, type UseCaseApplyParts } from './use-case-apply-routes.ts'
import { registerWebUi } from './web-ui.ts'

type Of<Register extends (app: FastifyInstance, parts: never) => unknown> = Parameters<Register>[1]

export type RouteParts = GatewayRouteParts &
  BatchRouteParts &
  InferenceRouteParts &
  ObservationRouteParts &
  OperationParts &
  UseCaseApplyParts & {
    readonly findPrincipal: FindPrincipal
    readonly reviews: Of<typeof registerReviewRoutes>
    readonly actions: Of<typeof registerActionRoutes>
    readonly outcomes: Of<typeof registerOutcomeRoutes>
    readonly keys: Of<typeof registerKeyRoutes>
    /** Where the built UI lies. */
    readonly webDir: string
  }

export async function registerRoutes(app: FastifyInstance, parts: RouteParts): Promise<void> {
  registerOperationRoutes(app, parts)
  await registerWebUi(app, parts.webDir)

  await app.register(async (scope) => {
    requireKey(scope, parts.findPrincipal)
    registerBatchRoutes(scope, parts)
    registerInferenceRoutes(scope, parts)
    registerObservationRoutes(scope, parts)
    registerOutcomeRoutes(scope, parts.outcomes)
    registerReviewRoutes(scope, parts.reviews)
    registerActionRoutes(scope, parts.actions)
    registerKeyRoutes(scope, parts.keys)
    registerUseCaseApplyRoutes(scope, parts)
  })

  // The hot path keeps its body as bytes: the gateway's own steps read it.
  await app.register(async (scope) => {
    requireKey(scope, parts.findPrincipal)
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    registerGatewayRoutes(scope, parts)
  })
}
