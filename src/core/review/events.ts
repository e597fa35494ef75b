// What the log says of reviews. A review has the id of its decision: there is one per decision.

import type { Actor } from '#core/use-case/events.ts'
import type { DecidedValue, ReviewKind } from '#core/decision/events.ts'
import type { Event } from '#core/kernel/event.ts'
import type { PayloadRef } from '#core/kernel/payload.ts'

export type ReviewVerdict = 'approve' | 'override'

/** A lease: until then nobody else may decide. It ends by itself; no entry says so. */
export type ReviewClaimed = Event<
  'review-claimed',
  { readonly useCase: string; readonly decision: string; readonly by: Actor; readonly until: string }
>

export type ReviewReleased = Event<
  'review-released',
  { readonly useCase: string; readonly decision: string; readonly by: Actor }
>

export type ReviewDecided = Event<
  'review-decided',
  {
    readonly useCase: string
    readonly decision: string
    readonly kind: ReviewKind
    readonly verdict: ReviewVerdict
    /** One of the manifest's reason codes; required for an override. */
    readonly reason: string | null
    /** The final decision's value as `decision.output` computes it from the person's output. */
    readonly value: DecidedValue | null
    /** Did the person decide as the model did? null when there is nothing to compare. */
    readonly agrees: boolean | null
    /** Positions in the manifest's `actions` that follow from the person's decision. */
    readonly actions: readonly number[]
    readonly by: Actor
    readonly payloads: { readonly output?: PayloadRef; readonly comment?: PayloadRef }
  }
>
