// The other servers on the same log, as this one minds them: it obeys at once what they write of keys, manifests and reviews,
// and takes turns with them where two must not decide at the same time.

import type { Logger } from 'pino'
import type { KeyCreated, KeyRevoked } from '#core/access/events.ts'
import type { Event } from '#core/kernel/event.ts'
import type { ReviewDecided } from '#core/review/events.ts'
import type { UseCaseApplied } from '#core/use-case/events.ts'
import { createEntryFollower, type EntryFollower } from '#engine/entry-follower.ts'
import type { Alone, KeyRing } from '#engine/key-ring.ts'
import type { SharedLog } from './compose-store.ts'

export type Others = {
  /** Runs `work` while no other server changes keys, knowing all that they did. */
  readonly alone: Alone
  /** Told of every review that was decided, wherever that was. */
  readonly decided: Set<(decision: string) => void>
  /** Begins with the entry at `from`: what came before was read from the view. */
  follow(from: number, followed: Followed): void
  stop(): Promise<void>
}

type Followed = {
  readonly ring: Pick<KeyRing, 'follow'>
  readonly useCases: { follow(useCase: string, revision: number): Promise<void> }
}

/** Without `shared` there are none. */
export function createOthers(shared: SharedLog | undefined, logger: Logger): Others {
  const decided = new Set<(decision: string) => void>()
  let follower: EntryFollower | undefined
  return {
    decided,
    alone: (work) =>
      shared === undefined
        ? work()
        : shared.alone(async () => {
            await follower?.catchUp()
            return work()
          }),
    follow(from, followed) {
      if (shared === undefined) return
      follower = createEntryFollower({ log: shared.log, logger, handlers: handlers(followed, decided) })
      follower.start(from)
    },
    stop: async () => follower?.stop(),
  }
}

function handlers({ ring, useCases }: Followed, decided: Others['decided']) {
  const key = (event: Event) => ring.follow(event as KeyCreated | KeyRevoked)
  return {
    'key-created': key,
    'key-revoked': key,
    'use-case-applied': (event: Event) => {
      const { useCase, revision } = (event as UseCaseApplied).data
      return useCases.follow(useCase, revision)
    },
    'review-decided': (event: Event) => {
      const { decision } = (event as ReviewDecided).data
      for (const tell of decided) tell(decision)
    },
  }
}
