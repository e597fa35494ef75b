// What the log says of a decision. Stored for ever: add members, never change what one means.

import type { Actor } from '#core/use-case/events.ts'
import type { Event } from '#core/kernel/event.ts'
import type { PayloadRef } from '#core/kernel/payload.ts'

/** `act`: the system decides. `review`: a person decides. `fallback`: the baseline rule decides. `reject`: refused. */
export type Route = 'act' | 'review' | 'fallback' | 'reject'

export type DecisionStatus = 'decided' | 'pending_review' | 'rejected'

export type Arm = 'champion' | 'challenger' | 'holdout'

/** The decision's value in one scalar, as `decision.output` computes it: what accuracy and audits compare. */
export type DecidedValue = string | number | boolean

/** `decision`: the caller waits for a person. `audit`: a blind second look at what the system already did. */
export type ReviewKind = 'decision' | 'audit'

/** `path` is a JSON Pointer into the request (`/input/subject`). Never the offending value: it may be personal. */
export type Violation = { readonly path: string; readonly rule: string; readonly message: string }

/** Why the model's answer was not used. */
export type ModelFailureCause =
  | 'timeout'
  | 'unreachable'
  | 'circuit-open'
  | 'busy'
  | 'bad-status'
  | 'bad-answer'
  | 'too-large'
  | 'failed'
export type ModelFailure = { readonly cause: ModelFailureCause; readonly detail: string }

/** `ms` is wall time of one step of the pipeline. */
export type StepTime = { readonly step: string; readonly ms: number }

export type DecisionRecorded = Event<
  'decision-recorded',
  {
    readonly useCase: string
    readonly revision: number
    /** `observation`: decided elsewhere and reported to us. */
    readonly origin: 'gateway' | 'observation'
    readonly status: DecisionStatus
    readonly route: Route
    /** The rule's reason, or `otherwise`, `contract-violation`, `holdout`, `model-…`, `rule-failed`, `no-confidence`. */
    readonly reason: string
    readonly arm: Arm
    readonly model: { readonly name: string; readonly version: string } | null
    /** In [0,1]; null when the model gave none that is usable. */
    readonly confidence: number | null
    /** What the model (or the fallback) would decide; null when it has no scalar form or there was none. */
    readonly value: DecidedValue | null
    readonly violations: readonly Violation[]
    readonly failure: ModelFailure | null
    /** Random audit (blind second look at automatic decisions): the drawing probability, and whether it was drawn. */
    readonly audit: { readonly probability: number; readonly drawn: boolean } | null
    /** Opens a review: the caller waits for a person, or a blind audit was drawn. Decided here, so that the log alone says it. */
    readonly review: { readonly kind: ReviewKind; readonly dueAt: string | null } | null
    /** Positions in the manifest's `actions` that follow from this decision at once. */
    readonly actions: readonly number[]
    /**
     * Keyed digests (HMAC with the server's secret): tell whether a retry carried the same key and body, and tell
     * nothing to whoever lacks the secret. A plain digest could be tested against guesses after an erasure.
     */
    readonly idempotency: { readonly key: string; readonly body: string } | null
    readonly by: Actor
    readonly steps: readonly StepTime[]
    readonly payloads: { readonly input: PayloadRef; readonly output?: PayloadRef }
  }
>

/** The payload `input` (canonical JSON, redacted). `subject` stands here so that it can be erased. */
export type InputPayload = {
  readonly input: unknown
  readonly subject?: string
  readonly context?: unknown
}
