// What keeping assessments needs: a process that computes, and what the view knows.

import type { AssessmentRecorded } from '#core/assessment/events.ts'
import type { DecidedValue } from '#core/decision/events.ts'
import type { JsonObject } from '#core/kernel/json.ts'
import type { Actor } from '#core/use-case/events.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import type { PageOf, UseCasesAllowed } from './ports.ts'

export type AssessmentProgress = { readonly step: string; readonly share: number }

/** Canonical JSON of the result, made where it was computed: the process that answers callers must not spend time on it. */
export type Assessed = Pick<AssessmentRecorded['data'], 'verdict' | 'headline' | 'findings' | 'reference' | 'live'> & {
  readonly text: string
}

export type AssessmentWork = {
  /** Paths of files. */
  readonly reference: string
  readonly live: string
  readonly settings: JsonObject
  /** The rows are decisions of a use case: what was agreed about them is tried on them. */
  readonly decided?: DecidedRows
  /** What the result must say besides. */
  readonly notes?: readonly string[]
}

export type DecidedRows = {
  readonly manifest: ResolvedManifest
  readonly revision: number
  /** Columns that hold lists, as JSON. */
  readonly lists: readonly string[]
  /** Also ask its model about disturbed inputs. */
  readonly robustness: boolean
}

export type Watched = {
  readonly onProgress: (progress: AssessmentProgress) => void
  /** Nobody waits any more: the work ends. */
  readonly signal: AbortSignal
}

export type AssessmentRunner = {
  /** Errors: overloaded, and what the work is refused with: table_unreadable, assessment_failed. */
  assess(work: AssessmentWork, watched: Watched): Promise<Assessed>
  /** The result as a page. `style` is all its style, for a content security policy. */
  report(text: string, facts: JsonObject): Promise<{ readonly html: string; readonly style: string }>
  /** Ends what runs. */
  close(): void
}

export type AssessmentRow = Pick<
  AssessmentRecorded['data'],
  'useCase' | 'source' | 'verdict' | 'headline' | 'findings' | 'reference' | 'live'
> & {
  readonly id: string
  readonly logIndex: number
  /** RFC 3339. */
  readonly at: string
  readonly by: Actor
  readonly digest: string
}

export type AssessmentQuery = {
  readonly allowed: UseCasesAllowed
  readonly useCase?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export type AssessmentReads = {
  /** Newest first. Errors: request_malformed for the cursor. */
  list(query: AssessmentQuery): Promise<PageOf<AssessmentRow>>
}

/** RFC 3339; `from` is included, `to` is not. */
export type Period = { readonly from: string; readonly to: string }

export type PeriodDecision = {
  readonly index: number
  readonly at: string
  readonly isErased: boolean
  readonly value: DecidedValue | null
  readonly confidence: number | null
  readonly label: DecidedValue | null
}

export type PeriodSlice = Period & { readonly useCase: string; readonly after: number; readonly limit: number }

export type PeriodReads = {
  /** In the order of the log, after `after`. */
  page(slice: PeriodSlice): Promise<readonly PeriodDecision[]>
  count(useCase: string, period: Period): Promise<number>
  /** What was decided or turned out, most frequent first; at most `limit`. */
  values(useCase: string, period: Period, limit: number): Promise<readonly ValueCount[]>
}

export type ValueCount = { readonly value: DecidedValue; readonly n: number }
