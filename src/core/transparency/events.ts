// What the log says of itself: who read it, and with which key it is signed. Stored for ever: add members, never change
// what one means.

import type { Actor } from '#core/use-case/events.ts'
import type { Event } from '#core/kernel/event.ts'

/** `entries`: pages and bundles of entries. `export`: all of them, for a copy. `receipts`: receipts of many decisions. */
export type ReadVia = 'entries' | 'export' | 'receipts'

/**
 * Somebody read entries, at least those of this range that there are. At most one for each key, way and ten minutes; what
 * was read beyond it stands in the next.
 */
export type LogRead = Event<
  'log-read',
  {
    readonly by: Actor
    readonly via: ReadVia
    /** Index of the first entry. */
    readonly from: number
    /** Index after the last entry. */
    readonly to: number
  }
>

/** From the first checkpoint after this entry on, checkpoints are signed with this key alone; that one by both. */
export type LogKeyRotated = Event<
  'log-key-rotated',
  {
    /** Key id of the signed note, 8 hex digits. */
    readonly id: string
    readonly vkey: string
    /** The key that it replaces. */
    readonly retired: string
    readonly by: Actor
  }
>
