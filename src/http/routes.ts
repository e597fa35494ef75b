// Every route of the server, and which of them need a key.

import type { FastifyInstance } from 'fastify'
import { registerActionRoutes } from './action-routes.ts'
import { registerAssessmentRoutes, type AssessmentRouteParts } from './assessment-routes.ts'
import { requireKey, type FindPrincipal } from './authentication.ts'
import { registerBatchRoutes, type BatchRouteParts } from './batch-routes.ts'
import { registerDecisionRoutes, type DecisionRouteParts } from './decision-routes.ts'
import { registerEventStreamRoutes, type EventStreamParts } from './event-stream-routes.ts'
import { registerGatewayRoutes, type GatewayRouteParts } from './gateway-routes.ts'
import { registerInferenceRoutes, type InferenceRouteParts } from './inference-routes.ts'
import { registerKeyRoutes } from './key-routes.ts'
import { registerObservationRoutes, type ObservationRouteParts } from './observation-routes.ts'
import { registerLogRoutes, type LogRouteParts } from './log-routes.ts'
import { registerOperationRoutes, registerRebuildRoute, type OperationParts } from './operation-routes.ts'
import { registerOutcomeRoutes } from './outcome-routes.ts'
import { registerPrivacyRoutes, type PrivacyRouteParts } from './privacy-routes.ts'
import { registerReceiptRoutes, type ReceiptRouteParts } from './receipt-routes.ts'
import { registerReviewRoutes } from './review-routes.ts'
import { registerStatusRoutes, type StatusParts } from './status-routes.ts'
import { registerTileRoutes, type TileRouteParts } from './tile-routes.ts'
import { registerUseCaseApplyRoutes, type UseCaseApplyParts } from './use-case-apply-routes.ts'
import { registerUseCaseReadRoutes, type UseCaseReadParts } from './use-case-read-routes.ts'
import { sayViewPosition } from './view-behind.ts'
import { registerWebUi } from './web-ui.ts'

export type RouteParts = {
  readonly findPrincipal: FindPrincipal
  readonly decide: GatewayRouteParts & BatchRouteParts & InferenceRouteParts
  readonly observations: ObservationRouteParts
  readonly outcomes: Parameters<typeof registerOutcomeRoutes>[1]
  readonly decisions: DecisionRouteParts
  readonly useCases: UseCaseReadParts
  readonly apply: UseCaseApplyParts
  readonly reviews: Parameters<typeof registerReviewRoutes>[1]
  readonly actions: Parameters<typeof registerActionRoutes>[1]
  readonly keys: Parameters<typeof registerKeyRoutes>[1]
  readonly log: LogRouteParts
  readonly tiles: TileRouteParts
  readonly receipts: ReceiptRouteParts
  readonly assessments: AssessmentRouteParts
  readonly privacy: PrivacyRouteParts
  readonly status: StatusParts
  readonly events: EventStreamParts
  readonly operations: OperationParts
  /** Where the built UI lies. */
  readonly webDir: string
}

export async function registerRoutes(app: FastifyInstance, parts: RouteParts): Promise<void> {
  registerOperationRoutes(app, parts.operations)
  registerTileRoutes(app, parts.tiles)
  await registerWebUi(app, parts.webDir)

  await app.register(async (scope) => {
    requireKey(scope, parts.findPrincipal)
    sayViewPosition(scope, parts.events.view)
    registerBatchRoutes(scope, parts.decide)
    registerInferenceRoutes(scope, parts.decide)
    registerObservationRoutes(scope, parts.observations)
    registerOutcomeRoutes(scope, parts.outcomes)
    registerUseCaseReadRoutes(scope, parts.useCases)
    registerUseCaseApplyRoutes(scope, parts.apply)
    registerDecisionRoutes(scope, parts.decisions)
    registerReviewRoutes(scope, parts.reviews)
    registerActionRoutes(scope, parts.actions)
    registerKeyRoutes(scope, parts.keys)
    registerLogRoutes(scope, parts.log)
    registerReceiptRoutes(scope, parts.receipts)
    await registerAssessmentRoutes(scope, parts.assessments)
    registerPrivacyRoutes(scope, parts.privacy)
    registerStatusRoutes(scope, parts.status)
    registerEventStreamRoutes(scope, parts.events)
    registerRebuildRoute(scope, parts.operations)
  })

  // The hot path keeps its body as bytes: the gateway's own steps read it.
  await app.register(async (scope) => {
    requireKey(scope, parts.findPrincipal)
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    registerGatewayRoutes(scope, parts.decide)
  })
}
