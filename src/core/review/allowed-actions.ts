// What may be done with a review now, and where not, why: one table, which the API enforces and the CLI and the UI show.
//
// A claim is a lease. It ends by itself, and no entry says so: whether one still holds is a question of the time, so
// "lapsed" is a state of its own here and nowhere stored.

import type { ErrorCode } from '#core/kernel/errors.ts'
import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import type { ReviewKind } from '#core/decision/events.ts'

type ReviewAction = 'claim' | 'release' | 'approve' | 'override'

export type ReviewHolding = 'open' | 'claimed-by-me' | 'claimed-by-another' | 'lapsed' | 'done'

export type ReviewFacts = {
  readonly kind: ReviewKind
  readonly claim: { readonly key: string; readonly name: string; readonly until: Instant } | null
  readonly done: { readonly name: string; readonly at: Instant } | null
}

/** Where a review stands for the key `me` at `now`. A lease that ends at `now` has ended. */
export function reviewHolding(review: ReviewFacts, me: string, now: Instant): ReviewHolding {
  if (review.done) return 'done'
  if (!review.claim) return 'open'
  if (review.claim.until <= now) return 'lapsed'
  return review.claim.key === me ? 'claimed-by-me' : 'claimed-by-another'
}

export type ReviewSituation = {
  readonly review: ReviewFacts
  readonly holding: ReviewHolding
  /** The model's answer is there to be approved. An audit's is, but nobody sees it before deciding. */
  readonly hasProposal: boolean
  readonly mayReview: boolean
  /** The key that asked for this decision. It may not answer itself, unless it is an admin's (see `fourEyes`). */
  readonly isAsker: boolean
  readonly isAdmin: boolean
}

/** `code` is what the API answers, `why` what a person reads. */
export type Refusal = { readonly code: ErrorCode; readonly why: string }
export type AllowedActions = { readonly [Action in ReviewAction]: Refusal | null }

/** For each action null when it is allowed, else the reason. */
export function allowedActions(situation: ReviewSituation): AllowedActions {
  const verdict = (action: ReviewAction) =>
    withoutRight(situation) ?? byHolding[situation.holding][action](situation) ?? unfit[action](situation)
  return {
    claim: verdict('claim'),
    release: verdict('release'),
    approve: verdict('approve'),
    override: verdict('override'),
  }
}

type Check = (situation: ReviewSituation) => Refusal | null

const yes: Check = () => null
const isDone: Check = ({ review: { done } }) => ({
  code: 'review_not_open',
  why: done ? `${done.name} decided it at ${formatInstant(done.at)}.` : 'It is decided.',
})
const isHeld: Check = ({ review: { claim } }) => ({
  code: 'review_claimed',
  why: claim ? `${claim.name} holds it until ${formatInstant(claim.until)}.` : 'Somebody else holds it.',
})
const notHeld: Check = () => ({ code: 'review_not_open', why: 'Nobody holds it, so there is nothing to release.' })
const hasLapsed: Check = () => ({
  code: 'review_not_open',
  why: 'The claim has lapsed, so there is nothing to release.',
})

/** Action × state. Claiming what one holds already renews the lease; deciding an open review claims it on the way. */
const byHolding: Record<ReviewHolding, Record<ReviewAction, Check>> = {
  open: { claim: yes, release: notHeld, approve: yes, override: yes },
  lapsed: { claim: yes, release: hasLapsed, approve: yes, override: yes },
  'claimed-by-me': { claim: yes, release: yes, approve: yes, override: yes },
  'claimed-by-another': { claim: isHeld, release: isHeld, approve: isHeld, override: isHeld },
  done: { claim: isDone, release: isDone, approve: isDone, override: isDone },
}

/** What does not depend on who holds it. */
const unfit: Record<ReviewAction, Check> = {
  claim: fourEyes,
  release: yes,
  approve: (situation) => fourEyes(situation) ?? nothingToApprove(situation),
  override: fourEyes,
}

function withoutRight({ mayReview }: ReviewSituation): Refusal | null {
  if (mayReview) return null
  return {
    code: 'forbidden',
    why: 'Your key may not decide reviews of this use case; ask an admin for the role reviewer.',
  }
}

/**
 * Whoever asked for a decision does not answer it. An admin's key may: a server that was just set up has no other key, and
 * a rule that leaves nobody who may decide would be switched off altogether. The log names both keys, so that it shows.
 */
function fourEyes({ isAsker, isAdmin }: ReviewSituation): Refusal | null {
  if (!isAsker || isAdmin) return null
  return { code: 'forbidden', why: 'Your key asked for this decision; somebody else must decide it.' }
}

function nothingToApprove({ review, hasProposal }: ReviewSituation): Refusal | null {
  if (review.kind === 'audit') {
    return {
      code: 'review_verdict_invalid',
      why: 'This is a blind audit: decide by yourself; what the system did is shown afterwards.',
    }
  }
  if (hasProposal) return null
  return { code: 'review_verdict_invalid', why: 'There is no proposal to approve; decide with an output of your own.' }
}
