// Retention: what a use case no longer keeps at a given time.
//
// A decision's contents are kept from the moment they were recorded, by its id (UUIDv7), and not from the time of the
// decision: decisions made elsewhere and imported later would be gone before anybody could compare them.
//
// What is not finished stays: a decision that waits for a person or has an action to be sent. The person concerned is owed the
// answer, and it cannot be given without the contents; once it is given, the next look takes them. A legal hold keeps more.

import { uuidTime } from '#core/kernel/id.ts'
import type { Instant } from '#core/kernel/instant.ts'

export type RetainedDecision = { readonly id: string; readonly isWaiting: boolean }

/** Older than this is not kept. Undefined when nothing ever is. */
export function keptSince(now: Instant, retentionMs: number): Instant | undefined {
  const since = now - retentionMs
  return since > 0 ? since : undefined
}

export type Aged<T> = {
  readonly over: readonly T[]
  /** Over, but not finished. */
  readonly waiting: number
  /** One that is not over is among them; in the order of the log, all after it are younger. */
  readonly hasYoung: boolean
}

/** Recorded at `since` exactly is kept. */
export function ageOf<T extends RetainedDecision>(decisions: readonly T[], since: Instant): Aged<T> {
  const old = decisions.filter(({ id }) => uuidTime(id) < since)
  const over = old.filter(({ isWaiting }) => !isWaiting)
  return { over, waiting: old.length - over.length, hasYoung: old.length < decisions.length }
}
