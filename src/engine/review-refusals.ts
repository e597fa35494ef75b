// What a person is told when a review cannot be had: who has it, until when, and what to do instead.

import { allows } from '#core/access/permissions.ts'
import type { DecisionRecorded } from '#core/decision/events.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import type { Principal } from '#core/kernel/principal.ts'
import type { Refusal } from '#core/review/allowed-actions.ts'
import type { Log } from '#log/log.ts'
import type { ReviewRow, ViewPosition } from './ports.ts'
import { eventOf } from './read-entry.ts'

/** Throws what the table of allowed actions says; nothing when it is allowed. */
export function refuse(refusal: Refusal | null, { claim, done }: ReviewRow): void {
  if (!refusal) return
  if (refusal.code === 'review_claimed' && claim) throw claimedBy(claim)
  if (refusal.code === 'review_not_open' && done) throw decidedBy(done.name, formatInstant(done.at))
  throw new PlatformError(refusal.code, refusal.why)
}

export function claimedBy(claim: { readonly name: string; readonly until: Instant }): PlatformError {
  const until = formatInstant(claim.until)
  return new PlatformError('review_claimed', `${claim.name} holds this review until ${until}.`, {
    hint: 'Take another one, or wait until it is released or the claim lapses.',
    details: { claimedBy: claim.name, claimedUntil: until },
  })
}

export function decidedBy(name: string, at: string): PlatformError {
  return new PlatformError('review_not_open', `${name} decided this review at ${at}.`, {
    hint: 'Nothing was changed by you. Go on with the next review.',
    details: { decidedBy: name, decidedAt: at },
  })
}

export function noSuchReview(id: string): PlatformError {
  return new PlatformError('not_found', `There is no review ${id.slice(0, 80)}.`, {
    hint: 'A review has the id of its decision; the key must be for its use case.',
  })
}

/** It is not in the view: is there none, or has the view not come so far? */
export async function whyMissing(
  parts: { readonly log: Pick<Log, 'findById'>; readonly view: ViewPosition },
  id: string,
  principal: Principal,
): Promise<PlatformError> {
  const record = await parts.log.findById(id)
  if (!record || record.index < parts.view.position()) return noSuchReview(id)
  const event = eventOf(record) as DecisionRecorded
  if (event.type !== 'decision-recorded' || !event.data.review) return noSuchReview(id)
  if (!allows(principal, 'read', event.data.useCase)) return noSuchReview(id)
  return new PlatformError('view_behind', 'The review is recorded, but the view has not come so far.', {
    hint: 'Try again in a second.',
  })
}
