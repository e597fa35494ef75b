// The ports that the engine owns: what its doers need from the view, from compiled manifests and from the outside world.
//
// The view is behind the log by nature. Reads here answer what the view knows now; whoever must not act on something old
// waits for a position first (ViewPosition), or asks the log, which is never behind.

import type { DecidedValue, ReviewKind, Violation } from '#core/decision/events.ts'
import type { Instant } from '#core/kernel/instant.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { ReviewVerdict } from '#core/review/events.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'

export type ViewPosition = {
  /** The next log index to be projected: entries below it can be read in the view. */
  position(): number
  /** True once the entry at `index` can be read in the view; false when that takes longer than `timeoutMs`. */
  waitFor(index: number, timeoutMs: number): Promise<boolean>
}

export type PageOf<T> = {
  readonly items: readonly T[]
  /** Goes into the next query as `cursor`; null at the end. */
  readonly next: string | null
  readonly total?: number
}

/** `all`, or names: what the asking key may see. An empty list sees nothing. */
export type UseCasesAllowed = 'all' | readonly string[]

export type ReviewRow = {
  readonly decision: string
  readonly useCase: string
  readonly kind: ReviewKind
  /** Of its decision. */
  readonly logIndex: number
  readonly openedAt: Instant
  readonly dueAt: Instant | null
  /** How often it was claimed; makes the next claim conditional. */
  readonly claims: number
  readonly claim: { readonly key: string; readonly name: string; readonly until: Instant } | null
  readonly done: {
    readonly key: string
    readonly name: string
    readonly at: Instant
    readonly verdict: ReviewVerdict
    readonly reason: string | null
    readonly agrees: boolean | null
    /** Of the `review-decided` entry. */
    readonly logIndex: number
  } | null
}

/** `waiting`: open or claimed. `open` includes claims that have lapsed by `now`. */
export type ReviewStatus = 'waiting' | 'open' | 'claimed' | 'done'

export type ReviewQuery = {
  readonly allowed: UseCasesAllowed
  readonly useCase?: string | undefined
  readonly status: ReviewStatus
  readonly kind?: ReviewKind | undefined
  readonly now: Instant
  readonly limit: number
  readonly cursor?: string | undefined
}

export type ReviewReads = {
  /** What is due first comes first, what has no due time after that by age; done ones newest first. */
  list(query: ReviewQuery): Promise<PageOf<ReviewRow>>
  find(decision: string): Promise<ReviewRow | undefined>
}

export type ActionStatus = 'queued' | 'delivered' | 'dead'

export type ActionRow = {
  /** `<decision>.<position>` */
  readonly id: string
  readonly decision: string
  readonly useCase: string
  /** In the manifest's `actions`. */
  readonly position: number
  /** Of the manifest that declares it. */
  readonly revision: number
  readonly status: ActionStatus
  /** Since it was queued, or replayed. */
  readonly attempts: number
  readonly nextAt: Instant | null
  readonly lastError: string | null
  readonly queuedAt: Instant
  readonly endedAt: Instant | null
  readonly logIndex: number
}

/** One receiver: an action of one use case. What hangs at one must not hold up the others. */
export type ActionTarget = { readonly useCase: string; readonly position: number }

export type DueActionQuery = {
  readonly now: Instant
  readonly limit: number
  readonly exceptIds: readonly string[]
  readonly exceptTargets: readonly ActionTarget[]
}

export type ActionQuery = {
  readonly allowed: UseCasesAllowed
  readonly useCase?: string | undefined
  readonly status?: ActionStatus | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export type ActionReads = {
  /** Queued and due, the longest due first. */
  due(query: DueActionQuery): Promise<readonly ActionRow[]>
  /** When the next one after `now` is due. */
  nextDueAfter(now: Instant): Promise<Instant | undefined>
  /** Newest first. */
  list(query: ActionQuery): Promise<PageOf<ActionRow>>
  find(id: string): Promise<ActionRow | undefined>
}

/** When, why and by whom contents were erased. */
export type ErasedNote = {
  /** RFC 3339. */
  readonly at: string
  readonly cause: 'request' | 'retention'
  readonly reason: string
  readonly by: string
}

/** What the view knows of one decision. */
export type DecisionTrace = {
  /** Null, or absent: its contents are there, as far as the view knows. */
  readonly erased?: ErasedNote | null
  readonly label: DecidedValue | null
  readonly review: ReviewRow | null
  /** By position. */
  readonly actions: readonly ActionRow[]
  /** Oldest first. */
  readonly outcomes: readonly OutcomeRow[]
}

export type OutcomeRow = {
  readonly logIndex: number
  readonly label: DecidedValue | null
  readonly kpi: { readonly [name: string]: number }
  /** RFC 3339. */
  readonly at: string
  readonly recordedAt: string
}

export type DecisionTraceReads = {
  /** Undefined when the view has no such decision (yet). Errors: view_unavailable. */
  find(decision: string): Promise<DecisionTrace | undefined>
}

export type KeyRow = {
  readonly id: string
  readonly name: string
  readonly hash: string
  readonly scopes: readonly string[]
  readonly roles: readonly string[]
  readonly createdAt: Instant
  readonly createdBy: string
  readonly revokedAt: Instant | null
  readonly revokedBy: string | null
}

export type KeyReads = {
  /** All, revoked ones too, oldest first. */
  all(): Promise<readonly KeyRow[]>
}

type RevisionRow = { readonly useCase: string; readonly revision: number; readonly logIndex: number }

export type RevisionReads = {
  /** The newest revision of every use case. */
  latest(): Promise<readonly RevisionRow[]>
}

/** What a revision of a manifest, compiled, says about a person's decision and about contents. Pure; never throws. */
export type DecisionRules = {
  checkOutput(output: JsonValue): readonly Violation[]
  redact(value: JsonValue): JsonValue
  value(facts: {
    readonly input: JsonValue
    readonly output: JsonValue
    readonly context: JsonValue
  }): DecidedValue | null
  actionsAfterReview(facts: {
    readonly input: JsonValue
    readonly output: JsonValue
    readonly value: DecidedValue | null
  }): readonly number[]
}

export type RevisionOfUseCase = { readonly manifest: ResolvedManifest; readonly rules: DecisionRules }

/** Revisions never change, so they may be kept for ever. Undefined when there is no such revision. */
export type ReadRevision = (useCase: string, revision: number) => Promise<RevisionOfUseCase | undefined>

export type WebhookAttempt = {
  readonly url: string
  /** `whsec_…` */
  readonly secret: string
  /** The same for every attempt: the receiver's means to act only once. */
  readonly id: string
  readonly body: string
  readonly timeoutMs: number
}

/** Never throws. */
export type SendWebhook = (attempt: WebhookAttempt) => Promise<WebhookResult>

export type WebhookResult =
  | { readonly kind: 'delivered'; readonly status: number; readonly ms: number }
  | {
      readonly kind: 'failed'
      /** A short sentence without contents and secrets: it goes on the log. */
      readonly error: string
      readonly retryAfterMs?: number
      /** The receiver wants no more of these. */
      readonly gone?: boolean
    }

/** Where the engine says what an operator should know: pino's shape, contents never in it. */
export type EngineLogger = {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}
