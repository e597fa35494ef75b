// Use cases on the wire.

import { Type, type Static } from 'typebox'
import { Actor, Instant, Nullable, Proportion, UseCaseName } from './common.ts'

const Owners = Type.Object({
  sponsor: Type.String(),
  productOwner: Type.String(),
  techLead: Type.String(),
  riskCompliance: Type.String(),
  changeManager: Type.String(),
})

/** Decisions of one UTC day by route. */
export const RouteCounts = Type.Object({
  total: Type.Integer(),
  act: Type.Integer(),
  review: Type.Integer(),
  fallback: Type.Integer(),
  reject: Type.Integer(),
})
export type RouteCounts = Static<typeof RouteCounts>

export const ModelHealth = Type.Object({
  name: Type.String(),
  version: Type.String(),
  protocol: Type.String(),
  target: Type.String(),
  state: Type.Enum(['ready', 'circuit-open', 'unavailable']),
  detail: Nullable(Type.String()),
})

export const UseCaseSummary = Type.Object(
  {
    name: UseCaseName,
    purpose: Type.String(),
    team: Nullable(Type.String()),
    stage: Type.Enum(['draft', 'pilot', 'shadow', 'canary', 'production', 'retired']),
    riskClass: Type.Enum(['minimal', 'limited', 'high']),
    owners: Owners,
    revision: Type.Integer(),
    updatedAt: Instant,
    today: RouteCounts,
    allTime: RouteCounts,
    openReviews: Type.Integer(),
    oldestReviewAt: Nullable(Instant),
    deadActions: Type.Integer(),
    /** Final decisions against labels, over all weeks. */
    accuracy: Proportion,
    model: ModelHealth,
  },
  { $id: 'UseCaseSummary' },
)
export type UseCaseSummary = Static<typeof UseCaseSummary>

export const Revision = Type.Object(
  {
    useCase: UseCaseName,
    revision: Type.Integer(),
    digest: Type.String(),
    appliedAt: Instant,
    by: Actor,
    log: Type.Object({ index: Type.Integer() }),
  },
  { $id: 'Revision' },
)
export type Revision = Static<typeof Revision>

export const RevisionDetail = Type.Object(
  { ...Revision.properties, manifest: Type.Unknown({ description: 'As it was applied, schemas inlined.' }) },
  { $id: 'RevisionDetail' },
)
export type RevisionDetail = Static<typeof RevisionDetail>

export const UseCaseDetail = Type.Object(
  {
    ...UseCaseSummary.properties,
    manifest: Type.Unknown({ description: 'The manifest in force, schemas inlined.' }),
    /** The policy in sentences, first match first. */
    policy: Type.Array(Type.String()),
    outcome: Type.Unknown(),
  },
  { $id: 'UseCaseDetail' },
)
export type UseCaseDetail = Static<typeof UseCaseDetail>

/** Accuracy of one model version in one week of decisions. */
export const AccuracyRow = Type.Object(
  {
    useCase: UseCaseName,
    modelVersion: Nullable(Type.String({ description: 'null: decided without a model.' })),
    week: Type.String({ format: 'date', description: 'The Monday (UTC) of the week in which it was decided.' }),
    decisions: Type.Integer(),
    labelled: Type.Integer(),
    model: Proportion,
    final: Proportion,
  },
  { $id: 'AccuracyRow' },
)
export type AccuracyRow = Static<typeof AccuracyRow>

/** What applying a manifest did. `changes` is empty when nothing differs: then no revision is made. */
export const ApplyResult = Type.Object(
  {
    useCase: UseCaseName,
    revision: Type.Integer(),
    created: Type.Boolean(),
    digest: Type.String(),
    changes: Type.Array(
      Type.Object({
        path: Type.String({ description: 'JSON Pointer into the manifest.' }),
        kind: Type.Enum(['added', 'removed', 'changed']),
        before: Type.Optional(Type.Unknown()),
        after: Type.Optional(Type.Unknown()),
      }),
    ),
    warnings: Type.Array(Type.String()),
  },
  { $id: 'ApplyResult' },
)
export type ApplyResult = Static<typeof ApplyResult>
