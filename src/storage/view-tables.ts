// The view's tables as TypeScript sees them: migrations/ makes them, only the projector writes them.
//
// What the driver gives (open-database.ts sets it so): bigint and integer as numbers, timestamptz as RFC 3339 UTC with
// milliseconds, date as `YYYY-MM-DD`, jsonb parsed.

import type { Arm, DecidedValue, DecisionStatus, ReviewKind, Route } from '#core/decision/events.ts'
import type { ReviewVerdict } from '#core/review/events.ts'

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
  readonly subject_ref: string | null
  readonly duration_ms: number
  readonly label: DecidedValue | null
  readonly label_at: Timestamp | null
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
  readonly subject_ref: string | null
  readonly label: DecidedValue | null
  readonly kpi: { readonly [name: string]: number }
  readonly at: Timestamp
  readonly recorded_at: Timestamp
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
] as const satisfies readonly (keyof ViewTables)[]
