// A review as clients see it.

import { formatInstant } from '#core/kernel/instant.ts'
import type { DeskItem } from '#engine/review-case.ts'
import type { ReviewItem } from '#wire/review.ts'

export function reviewAnswer(item: DeskItem): ReviewItem {
  const { row } = item
  return {
    id: row.decision,
    useCase: row.useCase,
    kind: row.kind,
    openedAt: formatInstant(row.openedAt),
    dueAt: row.dueAt === null ? null : formatInstant(row.dueAt),
    ...claimPart(item),
    ...donePart(item),
    routedBecause: item.routedBecause,
    isErased: item.isErased,
    input: item.input,
    context: item.context,
    proposal: item.proposal ?? null,
    confidence: item.confidence,
    model: item.model,
    violations: [...item.violations],
    reasons: [...item.reasons],
    outputSchema: item.outputSchema,
    allowed: allowedPart(item),
  }
}

/** A claim that has lapsed is none. */
function claimPart({ row, holding, heldByMe }: DeskItem) {
  const isHeld = holding === 'claimed-by-me' || holding === 'claimed-by-another'
  const claim = isHeld ? row.claim : null
  const status: ReviewItem['status'] = holding === 'done' ? 'done' : isHeld ? 'claimed' : 'open'
  return {
    status,
    claimedBy: claim?.name ?? null,
    claimedByMe: heldByMe,
    claimedUntil: claim ? formatInstant(claim.until) : null,
  }
}

function donePart({ row: { done }, comment }: DeskItem) {
  if (!done) {
    return { doneAt: null, doneBy: null, verdict: null, reason: null, comment: null, agrees: null, log: null }
  }
  const { at, name, verdict, reason, agrees, logIndex } = done
  return { doneAt: formatInstant(at), doneBy: name, verdict, reason, comment, agrees, log: { index: logIndex } }
}

function allowedPart({ allowed }: DeskItem): ReviewItem['allowed'] {
  return {
    claim: allowed.claim?.why ?? null,
    release: allowed.release?.why ?? null,
    approve: allowed.approve?.why ?? null,
    override: allowed.override?.why ?? null,
  }
}
