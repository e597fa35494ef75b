// Reviews on the wire. A review has the id of its decision.

import { Type, type Static } from 'typebox'
import { DecisionId, Instant, Nullable, UseCaseName } from './common.ts'

/** Where a review stands. `claimed` lapses at `claimedUntil` by itself. */
export const ReviewState = Type.Object(
  {
    id: DecisionId,
    useCase: UseCaseName,
    kind: Type.Enum(['decision', 'audit']),
    status: Type.Enum(['open', 'claimed', 'done']),
    openedAt: Instant,
    dueAt: Nullable(Instant),
    claimedBy: Nullable(Type.String()),
    claimedByMe: Type.Boolean(),
    claimedUntil: Nullable(Instant),
    doneAt: Nullable(Instant),
    doneBy: Nullable(Type.String()),
    verdict: Nullable(Type.Enum(['approve', 'override'])),
    reason: Nullable(Type.String()),
    comment: Nullable(Type.String()),
    agrees: Nullable(Type.Boolean()),
    log: Nullable(Type.Object({ index: Type.Integer(), description: Type.Optional(Type.String()) })),
  },
  { $id: 'Review' },
)
export type ReviewState = Static<typeof ReviewState>

/** An item of the desk: the review with what a person needs to decide it, so that the next one can be loaded ahead. */
export const ReviewItem = Type.Object(
  {
    ...ReviewState.properties,
    /** Why it came here: the decision's reason. */
    routedBecause: Type.String(),
    isErased: Type.Boolean({
      description: 'Its contents were erased: input, context and proposal are null for that reason.',
    }),
    input: Type.Unknown(),
    context: Type.Unknown(),
    /** The model's answer; null for holdout, for a failed model, and for a blind audit. */
    proposal: Type.Unknown(),
    confidence: Nullable(Type.Number()),
    model: Nullable(Type.Object({ name: Type.String(), version: Type.String() })),
    violations: Type.Array(Type.Object({ path: Type.String(), rule: Type.String(), message: Type.String() })),
    /** Reason codes that an override may give, from the manifest. */
    reasons: Type.Array(Type.String()),
    /** JSON Schema of the output, to build the form for an override. */
    outputSchema: Type.Unknown(),
    /** What may be done now and, where not, why: the same table the API enforces. */
    allowed: Type.Record(
      Type.Enum(['claim', 'release', 'approve', 'override']),
      Nullable(Type.String({ description: 'null: allowed; else the reason why not.' })),
    ),
  },
  { $id: 'ReviewItem' },
)
export type ReviewItem = Static<typeof ReviewItem>

export const ReviewDecision = Type.Object(
  {
    verdict: Type.Enum(['approve', 'override']),
    output: Type.Optional(Type.Unknown()),
    reason: Type.Optional(Type.String({ maxLength: 200 })),
    comment: Type.Optional(Type.String({ maxLength: 5000 })),
  },
  { additionalProperties: false, $id: 'ReviewDecision' },
)
export type ReviewDecision = Static<typeof ReviewDecision>
