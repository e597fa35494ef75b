// When to try an action again, or that it is given up.
//
// The schedule is that of Standard Webhooks 1.0.0: at once, then 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h
// after the failure before, about 75 hours in all: long enough that a weekend's outage loses nothing.
// (github.com/standard-webhooks/standard-webhooks, spec/standard-webhooks.md, "Deliverability and reliability")

import type { Instant } from '#core/kernel/instant.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** Waits before attempt 1, 2, 3, …; milliseconds. */
export const attemptDelaysMs = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const

/** Up to this share is added to a wait, so that what failed together does not come back together. */
export const jitterShare = 0.2

/** A receiver may ask to wait, not to wait for ever. */
export const retryAfterMsMax = 24 * hour

export type FailedAttempt = {
  /** 1 for the first since the action was queued or replayed. */
  readonly attempt: number
  readonly now: Instant
  /** In [0,1). */
  readonly random: number
  /** What the receiver asked for by Retry-After. */
  readonly retryAfterMs?: number | undefined
  /** The receiver wants no more of these (410). */
  readonly gone?: boolean | undefined
}

export type NextAttempt =
  | { readonly kind: 'retry'; readonly at: Instant }
  | { readonly kind: 'dead'; readonly because: 'gone' | 'last-attempt' }

/** Never earlier than the schedule says, nor than the receiver asked. */
export function nextAttempt({ attempt, now, random, retryAfterMs = 0, gone = false }: FailedAttempt): NextAttempt {
  if (gone) return { kind: 'dead', because: 'gone' }
  const delayMs = attemptDelaysMs[attempt]
  if (delayMs === undefined) return { kind: 'dead', because: 'last-attempt' }
  const spread = Math.round(delayMs * (1 + jitterShare * random))
  return { kind: 'retry', at: now + Math.max(spread, Math.min(retryAfterMs, retryAfterMsMax)) }
}
