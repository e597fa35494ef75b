// What the gateway needs from outside: a model to call, a log to write to. Nothing else: latency is the reason.

import type { ModelFailure } from '#core/decision/events.ts'
import type { JsonValue } from '#core/kernel/json.ts'

/** Never throws: a model that is down, slow or answers nonsense is an expected outcome. */
export type ModelCaller = {
  call(input: JsonValue, context: JsonValue): Promise<ModelAnswer>
  /** For people: is it up, and where does it point. Reads state, calls nothing. */
  health(): ModelHealth
  /** Finishes running calls (at most their timeout) and closes connections. */
  close(): Promise<void>
}

export type ModelAnswer =
  | { readonly kind: 'answer'; readonly output: JsonValue }
  | { readonly kind: 'failure'; readonly failure: ModelFailure }

export type ModelHealth = {
  readonly protocol: string
  /** URL without credentials and query, or the file. */
  readonly target: string
  readonly state: 'ready' | 'circuit-open' | 'unavailable'
  readonly detail: string | null
}
