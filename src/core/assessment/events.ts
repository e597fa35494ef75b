// What the log says of assessments. Stored for ever: add members, never change what one means.

import type { Actor } from '#core/use-case/events.ts'
import type { Event } from '#core/kernel/event.ts'
import type { PayloadRef } from '#core/kernel/payload.ts'

/** RFC 3339; null where the data name no time. */
export type ComparedData = { readonly rows: number; readonly from: string | null; readonly to: string | null }

/**
 * Data of a pilot were compared with live data, as evidence for the use case's gates. What was found is the payload `result`;
 * the entry says what a sponsor repeats, in figures and names of columns.
 */
export type AssessmentRecorded = Event<
  'assessment-recorded',
  {
    readonly useCase: string
    readonly by: Actor
    /** Two files that somebody sent, or two periods of the use case's own decisions. */
    readonly source: 'files' | 'decisions'
    readonly verdict: 'ready' | 'gap' | 'insufficient'
    readonly headline: string
    readonly findings: { readonly critical: number; readonly warning: number; readonly notice: number }
    readonly reference: ComparedData
    readonly live: ComparedData
    readonly payloads: { readonly result: PayloadRef }
  }
>
