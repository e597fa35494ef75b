// What the log says of erasures and legal holds. Stored for ever: add members, never change what one means.
//
// None of it names a person: of an erasure it says which entries, of a hold for a person the pseudonym lies beside the entry
// (LogItem.subjectRef), where it can be erased like any other.

import type { Actor } from '#core/use-case/events.ts'
import type { Event } from '#core/kernel/event.ts'

/** Indices of entries, both included. */
export type IndexRange = readonly [first: number, last: number]

/** `request`: somebody asked for it. `retention`: the manifest's time was over. */
export type ErasureCause = 'request' | 'retention'

/** So many decisions stayed because of this hold. */
export type HeldBack = { readonly hold: string; readonly decisions: number }

/**
 * The payloads, salts and pseudonyms of these entries go. It is written before they do, so that what a crash leaves undone
 * is known and done later; `erasure-completed` says when all were gone. Ranges may cover entries that have nothing to erase.
 */
export type PayloadsErased = Event<
  'payloads-erased',
  {
    readonly cause: ErasureCause
    readonly reason: string
    readonly by: Actor
    /** Null: a person’s, of any use case. */
    readonly useCase: string | null
    /** In order, without overlaps. */
    readonly ranges: readonly IndexRange[]
    readonly decisions: number
    readonly held: readonly HeldBack[]
  }
>

/** An erasure was asked for, and holds kept all of it. */
export type ErasureHeldBack = Event<
  'erasure-held-back',
  {
    readonly reason: string
    readonly by: Actor
    readonly useCase: string | null
    readonly held: readonly HeldBack[]
  }
>

/** Nothing is left of what the entry at `erasure` names, in no file of the store. */
export type ErasureCompleted = Event<
  'erasure-completed',
  {
    /** Index of the `payloads-erased` entry. */
    readonly erasure: number
    /** Payloads that went when it was carried out; after a crash, in the last attempt. (`payloads` are an entry’s own.) */
    readonly gone: number
  }
>

/** Until it is released, nothing of the use case, or of the person whose pseudonym lies beside this entry, is erased. */
export type LegalHoldPlaced = Event<
  'legal-hold-placed',
  {
    readonly hold: string
    /** Null: it is for a person. */
    readonly useCase: string | null
    readonly reason: string
    readonly by: Actor
  }
>

export type LegalHoldReleased = Event<
  'legal-hold-released',
  {
    readonly hold: string
    readonly useCase: string | null
    readonly reason: string
    readonly by: Actor
  }
>
