import { describe, expect, it } from 'vitest'
import { allowedActions, reviewHolding, type ReviewFacts, type ReviewSituation } from './allowed-actions.ts'

const now = Date.parse('2026-03-02T10:00:00Z')
const open: ReviewFacts = { kind: 'decision', claim: null, done: null }
const held = (key: string, until: number): ReviewFacts => ({ ...open, claim: { key, name: `name of ${key}`, until } })
const done: ReviewFacts = { ...held('me', now + 1), done: { name: 'Service desk', at: now - 60_000 } }

describe('reviewHolding', () => {
  it.each([
    ['open', open, 'open'],
    ['claimed by me', held('me', now + 1), 'claimed-by-me'],
    ['claimed by another', held('other', now + 1), 'claimed-by-another'],
    ['a lease that ends now', held('other', now), 'lapsed'],
    ['my own lapsed lease', held('me', now - 1), 'lapsed'],
    ['done, whatever the claim', done, 'done'],
  ] as const)('%s', (_what, review, expected) => {
    expect(reviewHolding(review, 'me', now)).toBe(expected)
  })
})

function allowed(review: ReviewFacts, more: Partial<ReviewSituation> = {}) {
  const situation: ReviewSituation = {
    review,
    holding: reviewHolding(review, 'me', now),
    hasProposal: true,
    mayReview: true,
    isAsker: false,
    isAdmin: false,
    ...more,
  }
  const { claim, release, approve, override } = allowedActions(situation)
  return [claim, release, approve, override].map((refusal) => refusal?.code ?? 'yes')
}

describe('allowedActions: claim, release, approve, override', () => {
  const notOpen = 'review_not_open'
  it.each([
    ['open', open, {}, ['yes', notOpen, 'yes', 'yes']],
    ['claimed by me', held('me', now + 1), {}, ['yes', 'yes', 'yes', 'yes']],
    ['claimed by another', held('other', now + 1), {}, Array(4).fill('review_claimed')],
    ['lapsed', held('other', now), {}, ['yes', notOpen, 'yes', 'yes']],
    ['done', done, {}, Array(4).fill(notOpen)],
    ['without a proposal', open, { hasProposal: false }, ['yes', notOpen, 'review_verdict_invalid', 'yes']],
    ['a blind audit', { ...open, kind: 'audit' as const }, {}, ['yes', notOpen, 'review_verdict_invalid', 'yes']],
    ['without the right', open, { mayReview: false }, Array(4).fill('forbidden')],
    ['one’s own question', open, { isAsker: true }, ['forbidden', notOpen, 'forbidden', 'forbidden']],
    ['one’s own question, as admin', open, { isAsker: true, isAdmin: true }, ['yes', notOpen, 'yes', 'yes']],
  ] as const)('%s', (_what, review, more, expected) => {
    expect(allowed(review, more)).toEqual(expected)
  })

  it('says who holds it and until when, and who decided it', () => {
    const situation = { hasProposal: true, mayReview: true, isAsker: false, isAdmin: false }
    const claimed = held('other', now + 1)
    expect(allowedActions({ ...situation, review: claimed, holding: 'claimed-by-another' }).approve?.why).toBe(
      'name of other holds it until 2026-03-02T10:00:00.001Z.',
    )
    expect(allowedActions({ ...situation, review: done, holding: 'done' }).claim?.why).toBe(
      'Service desk decided it at 2026-03-02T09:59:00.000Z.',
    )
  })
})
