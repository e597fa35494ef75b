// What the log says of outcomes: what turned out later.

import type { Actor } from '#core/use-case/events.ts'
import type { DecidedValue } from '#core/decision/events.ts'
import type { Event } from '#core/kernel/event.ts'
import type { PayloadRef } from '#core/kernel/payload.ts'

export type OutcomeRecorded = Event<
  'outcome-recorded',
  {
    /**
     * The decision it belongs to: the one that the caller named; for a label known by subject, the subject’s latest then. Null
     * when there was none, and for figures known by subject (payload `subject` names it).
     */
    readonly decision: string | null
    readonly useCase: string | null
    /** The true answer, compared with the decision's value. */
    readonly label: DecidedValue | null
    readonly kpi: { readonly [name: string]: number }
    /** When it turned out, RFC 3339. */
    readonly at: string
    readonly by: Actor
    readonly payloads: { readonly subject?: PayloadRef }
  }
>
