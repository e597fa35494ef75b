// One try at calling a model, as the protocols tell it and protect.ts judges it.

import type { ModelFailure, ModelFailureCause } from '#core/decision/events.ts'
import type { JsonValue } from '#core/kernel/json.ts'

export type Attempt = Answered | FailedAttempt

type Answered = { readonly kind: 'answer'; readonly output: JsonValue }

export type FailedAttempt = {
  readonly kind: 'failure'
  readonly failure: ModelFailure
  /** True when nothing came back and the connection was the reason: sending again may help and repeats no work. */
  readonly isRetryable: boolean
  /**
   * What it says about the model: `faulty` counts towards opening the circuit; `works` closes it (the model answered, only
   * this input did not suit it); `nothing` leaves it alone (the model was not reached, or its code refused this input).
   */
  readonly tells: 'faulty' | 'works' | 'nothing'
}

/** A model behind one protocol, without any protection around it. */
export type Protocol = {
  /** URL without credentials and query, or the file. */
  readonly target: string
  /** Settles within `timeoutMs`. At once, not as a promise, where the model answered at once: that saves a timer. */
  attempt(input: JsonValue, context: JsonValue, timeoutMs: number): Attempt | Promise<Attempt>
  /** Called once, when nothing runs any more. */
  close(): Promise<void>
}

export function failedAttempt(
  cause: ModelFailureCause,
  detail: string,
  marks: { isRetryable?: boolean; tells?: FailedAttempt['tells'] } = {},
): FailedAttempt {
  const { isRetryable = false, tells = cause === 'failed' ? 'nothing' : 'faulty' } = marks
  return { kind: 'failure', failure: { cause, detail }, isRetryable, tells }
}

/** The input, or the answer, is not what the protocol can carry. */
export type Unfit = { readonly kind: 'unfit'; readonly detail: string }

export function unfit(detail: string): Unfit {
  return { kind: 'unfit', detail }
}
