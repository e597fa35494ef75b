// The view's tables as TypeScript sees them: migrations/ makes them, only the projector writes them.
//
// What the driver gives (open-database.ts sets it so): bigint and integer as numbers, timestamptz as RFC 3339 UTC with
// milliseconds, date as `YYYY-MM-DD`, jsonb parsed.

import type { AssessmentRecorded, ComparedData } from '#core/assessment/events.ts'
import type { Arm, DecidedValue, DecisionStatus, ReviewKind, Route } from '#core/decision/events.ts'
import type { ErasureCause, HeldBack } from '#core/privacy/events.ts'
import type { ReviewVerdict } from '#core/review/events.ts'
import type { ReadVia } from '#core/transparency/events.ts'

/** RFC 3339, UTC, milliseconds. */
type Timestamp = string
/** `YYYY-MM-DD`. */
type Day = string

export type DecisionTable = {
  readonly log_index: number
  readonly id: string
  readonly use_case: string
  readonly revision: number
  readonly origin: 'gateway' | 'observation'
  readonly at: Timestamp
  readonly status: DecisionStatus
  readonly route: Route
  readonly reason: string
  readonly arm: Arm
  readonly model_name: string | null
  readonly model_version: string | null
  readonly confidence: number | null
  readonly value: DecidedValue | null
  readonly final_value: DecidedValue | null
  readonly duration_ms: number
  readonly label: DecidedValue | null
  readonly label_at: Timestamp | null
  /** Of the entry that erased its contents. */
  readonly erased_index: number | null
}

export type ReviewTable = {
  readonly decision: string
  readonly use_case: string
  readonly kind: ReviewKind
  readonly log_index: number
  readonly opened_at: Timestamp
  readonly due_at: Timestamp | null
  readonly claims: number
  readonly claimed_by: string | null
  readonly claimed_name: string | null
  readonly claimed_until: Timestamp | null
  readonly done_at: Timestamp | null
  readonly done_by: string | null
  readonly done_name: string | null
  readonly done_index: number | null
  readonly verdict: ReviewVerdict | null
  readonly reason: string | null
  readonly agrees: boolean | null
  /** Of the entry that erased what an open audit was to look at. */
  readonly lapsed_index: number | null
}

export type ActionTable = {
  readonly id: string
  readonly decision: string
  readonly use_case: string
  readonly position: number
  readonly revision: number
  readonly status: 'queued' | 'delivered' | 'dead'
  readonly attempts: number
  readonly next_at: Timestamp | null
  readonly last_error: string | null
  readonly queued_at: Timestamp
  readonly ended_at: Timestamp | null
  readonly log_index: number
}

export type OutcomeTable = {
  readonly log_index: number
  readonly decision: string | null
  readonly use_case: string | null
  readonly label: DecidedValue | null
  readonly kpi: { readonly [name: string]: number }
  readonly at: Timestamp
  readonly recorded_at: Timestamp
}

export type ErasureTable = {
  readonly log_index: number
  readonly id: string
  readonly at: Timestamp
  readonly cause: ErasureCause
  readonly reason: string
  readonly by_key: string
  readonly by_name: string
  readonly use_case: string | null
  readonly decisions: number
  readonly held: readonly HeldBack[]
  readonly payloads: number
  readonly completed_at: Timestamp | null
}

export type LegalHoldTable = {
  readonly id: string
  readonly log_index: number
  readonly use_case: string | null
  readonly reason: string
  readonly by_key: string
  readonly by_name: string
  readonly placed_at: Timestamp
  readonly released_index: number | null
  readonly released_at: Timestamp | null
  readonly released_by_key: string | null
  readonly released_by: string | null
  readonly release_reason: string | null
}

export type AssessmentTable = {
  readonly log_index: number
  readonly id: string
  readonly use_case: string
  readonly at: Timestamp
  readonly by_key: string
  readonly by_name: string
  readonly source: AssessmentRecorded['data']['source']
  readonly verdict: AssessmentRecorded['data']['verdict']
  readonly headline: string
  readonly findings: AssessmentRecorded['data']['findings']
  readonly reference: ComparedData
  readonly live: ComparedData
  readonly digest: string
}

export type AccuracyCountTable = {
  readonly use_case: string
  /** Empty when no model took part. */
  readonly model_version: string
  readonly week: Day
  readonly n: number
  readonly labelled: number
  readonly model_labelled: number
  readonly model_correct: number
  readonly final_labelled: number
  readonly final_correct: number
}

export type ViewTables = {
  readonly projection: { readonly only_row: boolean; readonly origin: string; readonly position: number }
  readonly use_case: { readonly name: string; readonly revision: number; readonly updated_at: Timestamp }
  readonly use_case_revision: {
    readonly use_case: string
    readonly revision: number
    readonly log_index: number
    readonly digest: string
    readonly applied_at: Timestamp
    readonly by_key: string
    readonly by_name: string
  }
  readonly api_key: {
    readonly id: string
    readonly log_index: number
    readonly name: string
    readonly hash: string
    readonly scopes: string[]
    readonly roles: string[]
    readonly created_at: Timestamp
    readonly created_by: string
    readonly revoked_at: Timestamp | null
    readonly revoked_by: string | null
  }
  readonly decision: DecisionTable
  readonly decision_count: {
    readonly use_case: string
    readonly day: Day
    readonly route: Route
    readonly reason: string
    readonly arm: Arm
    readonly n: number
  }
  readonly review: ReviewTable
  readonly action: ActionTable
  readonly outcome: OutcomeTable
  readonly accuracy_count: AccuracyCountTable
  readonly content: {
    readonly log_index: number
    readonly decision: string | null
    readonly use_case: string | null
    readonly recorded_at: Timestamp
  }
  readonly assessment: AssessmentTable
  readonly erasure: ErasureTable
  readonly legal_hold: LegalHoldTable
  readonly log_read: LogReadTable
}

export type LogReadTable = {
  readonly log_index: number
  readonly at: Timestamp
  readonly by_key: string
  readonly by_name: string
  readonly via: ReadVia
  readonly from_index: number
  readonly to_index: number
}

/** Every table of the view; dropped and made again by a rebuild. A test holds it to what the migrations make. */
export const viewTableNames = [
  'projection',
  'use_case',
  'use_case_revision',
  'api_key',
  'decision',
  'decision_count',
  'review',
  'action',
  'outcome',
  'accuracy_count',
  'content',
  'assessment',
  'erasure',
  'legal_hold',
  'log_read',
] as const satisfies readonly (keyof ViewTables)[]
