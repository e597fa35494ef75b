// What the log says of use cases.

import type { Event } from '#core/kernel/event.ts'
import type { PayloadRef } from '#core/kernel/payload.ts'

/** Who did it: the key's id and the name it had then. Never a person's e-mail. */
export type Actor = { readonly key: string; readonly name: string }

/** A revision of a manifest took effect. The manifest itself, with its schema files inlined, is the payload `manifest`. */
export type UseCaseApplied = Event<
  'use-case-applied',
  {
    readonly useCase: string
    /** 1 for the first; gapless. */
    readonly revision: number
    readonly by: Actor
    readonly payloads: { readonly manifest: PayloadRef }
  }
>
