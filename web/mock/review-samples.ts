// Items of the review desk to show and to test with.

import type { ReviewItem, ReviewState } from '#wire/review.ts'
import { mail } from './mail-samples.ts'

export const triageSchema = {
  type: 'object',
  required: ['label', 'score'],
  properties: {
    label: { enum: ['spam', 'ham'], description: 'What the mail is.' },
    score: { type: 'number', minimum: 0, maximum: 1, description: 'How much it looks like spam.' },
  },
}

export function reviewState(changes: Partial<ReviewState>): ReviewState {
  return {
    id: '0198aaaa-0000-7000-8000-000000000001',
    useCase: 'inbox-triage',
    kind: 'decision',
    status: 'open',
    openedAt: '2026-03-03T14:03:09.000Z',
    dueAt: null,
    claimedBy: null,
    claimedByMe: false,
    claimedUntil: null,
    doneAt: null,
    doneBy: null,
    verdict: null,
    reason: null,
    comment: null,
    agrees: null,
    log: null,
    ...changes,
  }
}

export function reviewItem(changes: Partial<ReviewItem>): ReviewItem {
  return {
    ...reviewState({}),
    routedBecause: 'otherwise',
    isErased: false,
    input: mail(1),
    context: null,
    proposal: { label: 'spam', score: 0.61 },
    confidence: 0.61,
    model: { name: 'triage', version: '3' },
    violations: [],
    reasons: ['newsletter', 'known-sender', 'wrong-language'],
    outputSchema: triageSchema,
    allowed: {
      claim: null,
      release: 'Nobody holds it, so there is nothing to release.',
      approve: null,
      override: null,
    },
    ...changes,
  }
}
