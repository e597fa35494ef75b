// Erasures and legal holds on the wire.

import { Type, type Static } from 'typebox'
import { Actor, DecisionId, Instant, Nullable, UseCaseName } from './common.ts'

const Subject = Type.String({
  minLength: 1,
  maxLength: 512,
  description: 'The person, exactly as callers name them in `subject`, or as the manifest’s `subject` computes them.',
})

const Reason = Type.String({
  minLength: 1,
  maxLength: 500,
  pattern: '\\S',
  description: 'Why, for whoever reads the log. It stays for ever: name a case, not a person.',
})

/** Body of `POST /api/v1/erasures`: a subject or a decision. */
export const NewErasure = Type.Object(
  {
    subject: Type.Optional(Subject),
    decision: Type.Optional(DecisionId),
    reason: Reason,
    dryRun: Type.Optional(Type.Boolean({ description: 'Only say what it would do.' })),
  },
  { additionalProperties: false, $id: 'NewErasure' },
)
export type NewErasure = Static<typeof NewErasure>

const HeldBack = Type.Object({
  id: Type.String({ description: 'Of the legal hold.' }),
  useCase: Nullable(UseCaseName),
  reason: Type.String(),
  decisions: Type.Integer(),
})

/** What an erasure did, or would do. */
export const ErasureDone = Type.Object(
  {
    id: Nullable(
      Type.String({ description: 'Of its entry; null when nothing was written: a dry run, or nothing is kept.' }),
    ),
    index: Nullable(Type.Integer({ description: 'Of its entry on the log.' })),
    decisions: Type.Integer({ description: 'Decisions whose contents went.' }),
    others: Type.Integer({
      description:
        'Other entries that named the person and do not any more: outcomes without a decision, holds that were released.',
    }),
    payloads: Type.Integer({
      description: 'Payloads that went, those of reviews and outcomes included; 0 in a dry run, which opens none.',
    }),
    held: Type.Integer({ description: 'Decisions that a legal hold kept.' }),
    holds: Type.Array(HeldBack, { description: 'Which holds kept how many.' }),
    waiting: Type.Object(
      { reviews: Type.Integer(), actions: Type.Integer() },
      {
        description:
          'Of the decisions that went: those still waiting for a person, and actions that can no longer be sent.',
      },
    ),
    copies: Type.Object(
      { deliveries: Type.Integer(), reads: Type.Integer() },
      {
        description:
          'Handed out before, and not reached: actions delivered to other systems for these decisions, and times that entries or receipts of the log were read or exported since the first of them.',
      },
    ),
    isPending: Type.Boolean({
      description: 'Recorded, and still being carried out: the server goes on by itself, also after a restart.',
    }),
  },
  { $id: 'ErasureDone' },
)
export type ErasureDone = Static<typeof ErasureDone>

/** A line of `GET /api/v1/erasures`, newest first. Without a use case: a person’s decisions, of any. */
export const Erasure = Type.Object(
  {
    id: Type.String(),
    at: Instant,
    cause: Type.Enum(['request', 'retention']),
    reason: Type.String(),
    by: Actor,
    useCase: Nullable(UseCaseName),
    decisions: Type.Integer(),
    payloads: Type.Integer({ description: '0 until it is completed.' }),
    held: Type.Integer({ description: 'Decisions that a legal hold kept.' }),
    completedAt: Nullable(Instant),
    log: Type.Object({ index: Type.Integer() }),
  },
  { $id: 'Erasure' },
)
export type Erasure = Static<typeof Erasure>

/** Body of `POST /api/v1/legal-holds`: a use case or a subject. */
export const NewLegalHold = Type.Object(
  { useCase: Type.Optional(UseCaseName), subject: Type.Optional(Subject), reason: Reason },
  { additionalProperties: false, $id: 'NewLegalHold' },
)
export type NewLegalHold = Static<typeof NewLegalHold>

export const HoldRelease = Type.Object({ reason: Reason }, { additionalProperties: false, $id: 'HoldRelease' })
export type HoldRelease = Static<typeof HoldRelease>

/** Without a use case: of one person, whom nothing here names. */
export const LegalHold = Type.Object(
  {
    id: Type.String(),
    useCase: Nullable(UseCaseName),
    reason: Type.String(),
    by: Actor,
    at: Instant,
    released: Nullable(Type.Object({ at: Instant, by: Actor, reason: Type.String() })),
    log: Type.Object({ index: Type.Integer() }),
  },
  { $id: 'LegalHold' },
)
export type LegalHold = Static<typeof LegalHold>
