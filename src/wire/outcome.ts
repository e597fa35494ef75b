// Outcomes on the wire: what turned out later.

import { Type, type Static } from 'typebox'
import { DecisionId, Instant, UseCaseName } from './common.ts'

/** Names a decision or a subject; with a label, KPI values, or both. */
export const NewOutcome = Type.Object(
  {
    decision: Type.Optional(DecisionId),
    subject: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
    useCase: Type.Optional(UseCaseName),
    label: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean()])),
    kpi: Type.Optional(
      Type.Record(Type.String({ pattern: '^[a-z][a-z0-9_]{0,62}$' }), Type.Number(), { maxProperties: 50 }),
    ),
    at: Type.Optional(Instant),
  },
  { additionalProperties: false, $id: 'NewOutcome' },
)
export type NewOutcome = Static<typeof NewOutcome>

export const OutcomesRecorded = Type.Object(
  { recorded: Type.Integer(), log: Type.Object({ first: Type.Integer(), last: Type.Integer() }) },
  { $id: 'OutcomesRecorded' },
)
export type OutcomesRecorded = Static<typeof OutcomesRecorded>
