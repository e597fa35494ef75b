// What the log says of keys. The hash of a 256-bit random key reveals nothing, so it may stand on the log.

import type { Actor } from '#core/use-case/events.ts'
import type { Event } from '#core/kernel/event.ts'

export type KeyCreated = Event<
  'key-created',
  {
    readonly key: string
    readonly name: string
    /** SHA-256 of the key's text, hex. */
    readonly hash: string
    readonly scopes: readonly string[]
    readonly roles: readonly string[]
    readonly by: Actor
  }
>

export type KeyRevoked = Event<'key-revoked', { readonly key: string; readonly by: Actor }>
