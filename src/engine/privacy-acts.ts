// Acts of privacy (erasures, holds, releases) in one line: each is appended only as the next after the one it knows.
//
// An erasure must not overlook a hold that was placed a moment before, also at another server. So every act is appended under
// `privacy-act:<index of the act before>`: whoever was overtaken looks again and decides anew.

import { PlatformError } from '#core/kernel/errors.ts'
import type { Event } from '#core/kernel/event.ts'
import type { HoldInForce } from '#core/privacy/plan-erasure.ts'
import type { Log } from '#log/log.ts'
import { catchUp, catchUpMsMax } from './catch-up.ts'
import type { Journal, WriteResult, Written } from './journal.ts'
import type { ViewPosition } from './ports.ts'
import type { HoldRow, PrivacyReads } from './privacy-ports.ts'

export type PrivacyActParts = {
  readonly log: Pick<Log, 'get' | 'latestHead'>
  readonly journal: Journal
  readonly reads: PrivacyReads
  readonly view: ViewPosition
}

export type Append = <E extends Event>(what: Written<E>) => Promise<WriteResult>

const attemptsMax = 20

/**
 * Runs `work` with the holds in force; what it appends is in line. It may run again, so it does nothing else that lasts.
 * Errors: view_behind, and what `work` throws.
 */
export async function act<T>(
  parts: PrivacyActParts,
  work: (holds: readonly HoldInForce[], append: Append) => Promise<T>,
): Promise<T> {
  for (let left = attemptsMax; ; left--) {
    await mustCatchUp(parts)
    let newest = await parts.reads.newestAct()
    const holds = await withPseudonyms(parts.log, await parts.reads.holdsInForce())
    try {
      return await work(holds, async (what) => {
        const written = await parts.journal.write({ ...what, once: `privacy-act:${newest}` })
        if (written.kind === 'taken') throw new Overtaken(written.index)
        newest = written.index
        return written
      })
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error
      if (left === 0) throw behind()
      await parts.view.waitFor(error.index, catchUpMsMax)
    }
  }
}

/** A hold that the view does not know yet would be overlooked, so an old view is no answer. Errors: view_behind. */
export async function mustCatchUp({ view, log }: Pick<PrivacyActParts, 'view' | 'log'>): Promise<void> {
  if ((await catchUp(view, log)) > 0) throw behind()
}

async function withPseudonyms(log: Pick<Log, 'get'>, holds: readonly HoldRow[]): Promise<HoldInForce[]> {
  const refs = new Map<number, string>()
  for (let from = 0; from < holds.length; from += 500) {
    const records = await log.get(holds.slice(from, from + 500).map(({ logIndex }) => logIndex))
    for (const { index, subjectRef } of records) if (subjectRef !== undefined) refs.set(index, subjectRef)
  }
  return holds.map(({ id, useCase, reason, logIndex }) => ({
    id,
    useCase,
    reason,
    subjectRef: refs.get(logIndex) ?? null,
  }))
}

class Overtaken extends Error {
  readonly index: number

  constructor(index: number) {
    super(`entry ${index} came first`)
    this.index = index
  }
}

function behind(): PlatformError {
  return new PlatformError('view_behind', 'The view is behind the log, so a legal hold might be overlooked.', {
    hint: 'Try again in a second.',
  })
}
