// What erasing, retention and legal holds need from the view.

import type { ErasureCause, HeldBack } from '#core/privacy/events.ts'
import type { ReadVia } from '#core/transparency/events.ts'
import type { Actor } from '#core/use-case/events.ts'
import type { PageOf, UseCasesAllowed } from './ports.ts'

/** A decision with what may be erased of it. */
export type ContentsRow = {
  readonly id: string
  readonly logIndex: number
  readonly useCase: string
  /** Its own contents are erased; some of what came later may be there. */
  readonly isErased: boolean
  /** Waits for a person: the caller does, or a blind second look is open. */
  readonly isReviewOpen: boolean
  readonly queuedActions: number
  /** Entries of reviews and outcomes that still have contents. */
  readonly contents: readonly number[]
}

export type LooseContent = {
  readonly logIndex: number
  readonly decision: string | null
  /** RFC 3339. */
  readonly recordedAt: string
}

export type ErasureRow = {
  readonly id: string
  readonly logIndex: number
  readonly at: string
  readonly cause: ErasureCause
  readonly reason: string
  readonly by: Actor
  readonly useCase: string | null
  readonly decisions: number
  readonly payloads: number
  readonly held: readonly HeldBack[]
  readonly completedAt: string | null
}

export type HoldRow = {
  readonly id: string
  readonly logIndex: number
  readonly useCase: string | null
  readonly reason: string
  readonly by: Actor
  readonly at: string
  readonly released: { readonly at: string; readonly by: Actor; readonly reason: string } | null
}

export type ReadingRow = {
  readonly logIndex: number
  readonly at: string
  readonly by: Actor
  readonly via: ReadVia
  readonly from: number
  /** Not included. */
  readonly to: number
}

export type PrivacyPage = {
  readonly allowed: UseCasesAllowed
  readonly limit: number
  readonly cursor?: string | undefined
}

/** After `after` on the log, in its order. */
export type UseCaseSlice = { readonly useCase: string; readonly after: number; readonly limit: number }

export type PrivacyReads = {
  /** Index of the newest erasure, hold or release; -1 when there is none. */
  newestAct(): Promise<number>
  holdsInForce(): Promise<readonly HoldRow[]>
  findHold(id: string): Promise<HoldRow | undefined>
  /** Newest first. */
  holds(page: PrivacyPage): Promise<PageOf<HoldRow>>
  erasures(page: PrivacyPage): Promise<PageOf<ErasureRow>>
  /** Indices of erasures that are recorded and not completed. */
  unfinished(): Promise<readonly number[]>
  /** In any order; unknown ids are left out. */
  contentsOf(decisions: readonly string[]): Promise<readonly ContentsRow[]>
  /** Decisions whose contents are not erased. */
  keptBy(slice: UseCaseSlice): Promise<readonly ContentsRow[]>
  /** Entries beside decisions that still have contents. */
  looseOf(slice: UseCaseSlice): Promise<readonly LooseContent[]>
  /** What was handed out before: actions delivered for these decisions, reads of the log that reached `since`. */
  copies(decisions: readonly string[], since: number): Promise<{ readonly deliveries: number; readonly reads: number }>
  /** Who read the log, newest first; it belongs to no use case. */
  readings(page: PrivacyPage): Promise<PageOf<ReadingRow>>
  counts(): Promise<{ readonly erasures: number; readonly holds: number }>
}
