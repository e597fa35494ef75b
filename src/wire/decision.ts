// Decisions on the wire: the gateway's request and answer, and how the control API lists and shows them.

import { Type, type Static } from 'typebox'
import { Actor, DecisionId, Instant, Nullable, PageQuery, UseCaseName } from './common.ts'
import { ReviewState } from './review.ts'

const Route = Type.Enum(['act', 'review', 'fallback', 'reject'])
const DecisionStatus = Type.Enum(['decided', 'pending_review', 'rejected'])
const Arm = Type.Enum(['champion', 'challenger', 'holdout'])
const ModelRef = Type.Object({ name: Type.String(), version: Type.String() })
const Violation = Type.Object({ path: Type.String(), rule: Type.String(), message: Type.String() })
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean()])

/** Body of `POST /v1/use-cases/{useCase}/decisions`. */
export const DecisionRequest = Type.Object(
  {
    input: Type.Unknown({ description: 'What the model is asked about; checked against the data contract.' }),
    subject: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'Whom it concerns: sticky arms, erasure.' }),
    ),
    context: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'Facts for policy rules; not given to the model.' }),
    ),
  },
  { additionalProperties: false, $id: 'DecisionRequest' },
)
export type DecisionRequest = Static<typeof DecisionRequest>

/** The gateway's answer. 200: decided or rejected by policy; 202: waits for a person; 422: broke the contract and was rejected. */
export const DecisionAnswer = Type.Object(
  {
    id: DecisionId,
    status: DecisionStatus,
    route: Route,
    reason: Type.String(),
    output: Type.Unknown({ description: 'null while a person has yet to decide, and for a rejected request.' }),
    confidence: Nullable(Type.Number()),
    arm: Arm,
    model: Nullable(ModelRef),
    violations: Type.Optional(Type.Array(Violation)),
    log: Type.Object({ index: Type.Integer() }),
  },
  { $id: 'DecisionAnswer' },
)
export type DecisionAnswer = Static<typeof DecisionAnswer>

/** One line of a list: no contents, so that a list can be shown to whoever may see that decisions happen. */
export const DecisionSummary = Type.Object(
  {
    id: DecisionId,
    useCase: UseCaseName,
    revision: Type.Integer(),
    origin: Type.Enum(['gateway', 'observation']),
    at: Instant,
    status: DecisionStatus,
    route: Route,
    reason: Type.String(),
    arm: Arm,
    model: Nullable(ModelRef),
    confidence: Nullable(Type.Number()),
    value: Nullable(Scalar),
    finalValue: Nullable(Scalar),
    label: Nullable(Scalar),
    durationMs: Type.Number(),
    log: Type.Object({ index: Type.Integer() }),
  },
  { $id: 'DecisionSummary' },
)
export type DecisionSummary = Static<typeof DecisionSummary>

/** Query of `GET /api/v1/decisions`. */
export const DecisionListQuery = Type.Object(
  {
    useCase: Type.Optional(UseCaseName),
    route: Type.Optional(Route),
    status: Type.Optional(DecisionStatus),
    arm: Type.Optional(Arm),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    from: Type.Optional(Type.String({ format: 'date-time', description: 'RFC 3339; included.' })),
    to: Type.Optional(Type.String({ format: 'date-time', description: 'RFC 3339; not included.' })),
    ...PageQuery,
  },
  { additionalProperties: false },
)
export type DecisionListQuery = Static<typeof DecisionListQuery>

export const ActionState = Type.Object(
  {
    id: Type.String(),
    decision: DecisionId,
    useCase: UseCaseName,
    target: Type.String({ description: 'Where it goes: the address without its query.' }),
    status: Type.Enum(['queued', 'delivered', 'dead']),
    attempts: Type.Integer(),
    nextAt: Nullable(Instant),
    lastError: Nullable(Type.String()),
    queuedAt: Instant,
    endedAt: Nullable(Instant),
  },
  { $id: 'Action' },
)
export type ActionState = Static<typeof ActionState>

const OutcomeState = Type.Object({
  label: Nullable(Scalar),
  kpi: Type.Record(Type.String(), Type.Number()),
  at: Instant,
  recordedAt: Instant,
  log: Type.Object({ index: Type.Integer() }),
})

/** Everything about one decision. Contents that were erased or that the key may not see are null, and `withheld` says why. */
export const DecisionDetail = Type.Object(
  {
    ...DecisionSummary.properties,
    subject: Nullable(Type.String()),
    input: Type.Unknown(),
    context: Type.Unknown(),
    output: Type.Unknown({ description: 'What the model or the fallback answered.' }),
    finalOutput: Type.Unknown({ description: 'What stands: the person’s output where a person decided.' }),
    withheld: Nullable(Type.Enum(['erased', 'blind-audit'])),
    rule: Nullable(Type.String({ description: 'The policy rule that matched, as the manifest writes it.' })),
    violations: Type.Array(Violation),
    failure: Nullable(Type.Object({ cause: Type.String(), detail: Type.String() })),
    audit: Nullable(Type.Object({ probability: Type.Number(), drawn: Type.Boolean() })),
    by: Actor,
    steps: Type.Array(Type.Object({ step: Type.String(), ms: Type.Number() })),
    payloads: Type.Record(Type.String(), Type.Object({ digest: Type.String(), bytes: Type.Integer() })),
    proof: Type.Object({
      index: Type.Integer(),
      checkpointed: Type.Boolean({ description: 'A checkpoint covers it: its receipt can be had at once.' }),
    }),
    review: Nullable(ReviewState),
    actions: Type.Array(ActionState),
    outcomes: Type.Array(OutcomeState),
    erased: Nullable(
      Type.Object(
        { at: Instant, cause: Type.Enum(['request', 'retention']), reason: Type.String(), by: Type.String() },
        { description: 'When, why and by whom its contents were erased.' },
      ),
    ),
  },
  { $id: 'DecisionDetail' },
)
export type DecisionDetail = Static<typeof DecisionDetail>

/** One decision made elsewhere: body (or an item of an array) of `POST /v1/use-cases/{useCase}/observations`. */
export const Observation = Type.Object(
  {
    id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'The other system’s id: the same id is recorded once.',
      }),
    ),
    input: Type.Unknown(),
    output: Type.Unknown(),
    subject: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
    context: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    model: Type.Optional(ModelRef),
    at: Type.Optional(Instant),
  },
  { additionalProperties: false, $id: 'Observation' },
)
export type Observation = Static<typeof Observation>
