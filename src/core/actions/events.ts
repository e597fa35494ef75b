// What the log says of actions: effects carried out in other systems. An action's id is `<decision>.<position in the manifest>`.

import type { Actor } from '#core/use-case/events.ts'
import type { Event } from '#core/kernel/event.ts'

type Base = { readonly useCase: string; readonly decision: string; readonly action: string }

export type ActionDelivered = Event<
  'action-delivered',
  Base & { readonly attempt: number; readonly status: number; readonly ms: number }
>

/** One attempt failed and another will follow at `nextAt`. */
export type ActionAttempted = Event<
  'action-attempted',
  Base & { readonly attempt: number; readonly error: string; readonly nextAt: string }
>

/** Given up: no attempt follows unless a person replays it. */
export type ActionDeadLettered = Event<
  'action-dead-lettered',
  Base & { readonly attempt: number; readonly error: string }
>

export type ActionReplayed = Event<'action-replayed', Base & { readonly by: Actor }>
