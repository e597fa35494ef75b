// One use case, compiled: everything the hot path needs to decide, in one frozen value that is swapped as a whole.

import type { DecidedValue, DecisionStatus, Route, Violation } from '#core/decision/events.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { Policy } from '#core/decision/policy.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import type { ArmPlan } from './assign-arm.ts'
import type { Contract } from './check-contract.ts'
import type { ModelCaller } from './ports.ts'

export type Pipeline = {
  readonly useCase: string
  readonly revision: number
  readonly manifest: ResolvedManifest
  readonly contract: Contract
  readonly policy: Policy
  readonly model: ModelCaller
  readonly redact: (value: JsonValue) => JsonValue
  readonly arms: ArmPlan
  /** Share of automatic decisions drawn for a blind second look. */
  readonly auditShare: number
  readonly reviewDueMs: number | null
}

/** What the steps found out; the record and the answer are made from it. */
export type Verdict = {
  readonly status: DecisionStatus
  readonly route: Route
  readonly reason: string
  /** The model's or the fallback's output; undefined when there is none. */
  readonly output: JsonValue | undefined
  readonly value: DecidedValue | null
  readonly confidence: number | null
  readonly violations: readonly Violation[]
  readonly usedModel: boolean
}
