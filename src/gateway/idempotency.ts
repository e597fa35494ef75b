// The same key gives the same decision: in parallel, later, and after a restart.
//
// In this process parallel calls share one promise. Across restarts (and processes) the log decides: the append carries
// `once`, so a second decision for a key cannot be written.

import type { DecisionRecorded } from '#core/decision/events.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Log } from '#log/log.ts'

export type Once = { readonly once: string; readonly key: string; readonly body: string }

export type Found<T> = { readonly kind: 'new'; readonly result: T } | { readonly kind: 'known'; readonly index: number }

export type IdempotencyDesk<T> = {
  /** Runs `work` at most once per key. Errors: idempotency_conflict when the body differs. */
  run(once: Once, work: () => Promise<Found<T>>): Promise<Found<T>>
}

export function createIdempotencyDesk<T>(log: Log): IdempotencyDesk<T> {
  const running = new Map<string, { readonly body: string; readonly result: Promise<Found<T>> }>()

  async function lookUpOrRun(once: Once, work: () => Promise<Found<T>>): Promise<Found<T>> {
    const before = await log.findOnce(once.once)
    if (before !== undefined) return known(once, before)
    const found = await work()
    return found.kind === 'known' ? known(once, found.index) : found
  }

  async function known(once: Once, index: number): Promise<Found<T>> {
    const [record] = await log.get([index])
    const event = JSON.parse(Buffer.from(record?.entry ?? []).toString('utf8')) as DecisionRecorded
    if (event.data.idempotency?.body !== once.body) throw conflict()
    return { kind: 'known', index }
  }

  return {
    async run(once, work) {
      for (let other = running.get(once.once); other; other = running.get(once.once)) {
        if (other.body === once.body) return other.result
        // Which body the key belongs to is known only when the other is done: it may be the one that is refused.
        await other.result.catch(() => undefined)
      }
      const result = lookUpOrRun(once, work).finally(() => running.delete(once.once))
      running.set(once.once, { body: once.body, result })
      return result
    },
  }
}

function conflict(): PlatformError {
  return new PlatformError('idempotency_conflict', 'This Idempotency-Key was used before with another body.', {
    hint: 'Use a new key for a new request; send the same body to get the same decision again.',
  })
}
