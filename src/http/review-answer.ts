// A review as clients see it.

import { reviewActions } from '#core/review/allowed-actions.ts'
import { formatInstant } from '#core/kernel/instant.ts'
import type { DeskItem } from '#engine/review-case.ts'
import type { ReviewItem } from '#wire/review.ts'

export function reviewAnswer(item: DeskItem): ReviewItem {
  const { row, holding, heldByMe } = item
  const { done } = row
  // A claim that has lapsed is none.
  const claim = holding === 'claimed-by-me' || holding === 'claimed-by-another' ? row.claim : null
  return {
    id: row.decision,
    useCase: row.useCase,
    kind: row.kind,
    status: done ? 'done' : claim ? 'claimed' : 'open',
    openedAt: formatInstant(row.openedAt),
    dueAt: row.dueAt === null ? null : formatInstant(row.dueAt),
    claimedBy: claim?.name ?? null,
    claimedByMe: heldByMe,
    claimedUntil: claim ? formatInstant(claim.until) : null,
    doneAt: done ? formatInstant(done.at) : null,
    doneBy: done?.name ?? null,
    verdict: done?.verdict ?? null,
    reason: done?.reason ?? null,
    comment: item.comment,
    agrees: done?.agrees ?? null,
    log: done ? { index: done.logIndex } : null,
    routedBecause: item.routedBecause,
    input: item.input,
    context: item.context,
    proposal: item.proposal ?? null,
    confidence: item.confidence,
    model: item.model,
    violations: [...item.violations],
    reasons: [...item.reasons],
    outputSchema: item.outputSchema,
    allowed: Object.fromEntries(
      reviewActions.map((action) => [action, item.allowed[action]?.why ?? null]),
    ) as ReviewItem['allowed'],
  }
}
