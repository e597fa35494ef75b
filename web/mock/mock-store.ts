// The mock's state: enough of a server that the UI can be shown and tested whole. Decisions come in over time, reviews can
// be claimed and decided, keys made and revoked, actions replayed. What the server would refuse, it refuses in the same words.

import type { AssessmentDetail } from '#wire/assessment-kept.ts'
import type { ActionState, DecisionSummary } from '#wire/decision.ts'
import type { Key } from '#wire/key.ts'
import type { ReviewItem } from '#wire/review.ts'
import type { ChangeMessage } from '#wire/system.ts'
import { decisionSummary } from './decision-samples.ts'
import { mail } from './mail-samples.ts'
import { actionOf, detailOf } from './mock-details.ts'
import { decisionEvent, fillerEvent } from './mock-entries.ts'
import { createMockLog, mockOrigin } from './mock-log.ts'
import { createMockPrivacy } from './mock-privacy.ts'
import { reviewItem } from './review-samples.ts'

export type MockStore = ReturnType<typeof createMockStore>

const decisionsAtStart = 180
const reviewsAtStart = 24

export function createMockStore({ clock }: { clock: () => number }) {
  const start = clock()
  const decisions: DecisionSummary[] = []
  const byIndex = new Map<number, DecisionSummary>()
  const listeners = new Set<(message: ChangeMessage) => void>()
  let size = 48_000

  function tell(topics: ChangeMessage['topics'], ids: string[] = []): void {
    const message: ChangeMessage = {
      position: size,
      at: new Date(clock()).toISOString(),
      useCases: ['inbox-triage'],
      decisions: ids,
      topics,
    }
    for (const listener of listeners) listener(message)
  }

  function addDecision(n: number, at: number): DecisionSummary {
    const decision = nthDecision(n, { at, index: size++ })
    decisions.unshift(decision)
    byIndex.set(decision.log.index, decision)
    return decision
  }

  for (let n = 0; n < decisionsAtStart; n++) addDecision(n, start - (decisionsAtStart - n) * 47_000)
  const reviews = decisions
    .filter((decision) => decision.status === 'pending_review')
    .slice(0, reviewsAtStart)
    .reverse()
    .map((decision, n) => nthReview(n, decision))

  const entryAt = (index: number) => entryOf(index, byIndex.get(index))
  const log = createMockLog({ clock, head: () => size, entryAt })
  for (const { log: at, at: instant } of decisions.toReversed()) log.grow(Date.parse(instant), at.index + 1)

  const privacy = createMockPrivacy({ decisions, clock, record: () => size++ })
  privacy.markErased(nthId(7))

  const madeAssessments: AssessmentDetail[] = []
  return {
    /** Newest first; those that were there before are made anew each time. */
    madeAssessments,
    log,
    privacy,
    decisions,
    reviews,
    actions: actionsFor(decisions, start),
    keys: keysAt(start),
    head: () => size,
    /** Decisions arrive, as they would from callers. */
    arrive(count: number): void {
      const ids = Array.from({ length: count }, (_, n) => addDecision(size + n, clock()).id)
      tell(['decisions', 'reviews'], ids)
    },
    changed: tell,
    detail: (id: string) => {
      const decision = decisions.find((each) => each.id === id)
      const isCheckpointed = decision !== undefined && decision.log.index < log.covered()
      return decision && detailOf(decision, { reviews, isCheckpointed, erased: privacy.erasedOf(id) })
    },
    onChange(listener: (message: ChangeMessage) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** As the decision was recorded: what came after changes no entry. */
function entryOf(index: number, decision: DecisionSummary | undefined): Buffer {
  const asRecorded = { reviews: [], isCheckpointed: false, erased: null }
  const event =
    decision === undefined ? fillerEvent(index, mockOrigin) : decisionEvent(detailOf(decision, asRecorded), mockOrigin)
  return Buffer.from(JSON.stringify(event))
}

/** Version 7 in shape, and the same at each start: pages can be linked to. */
function nthId(n: number): string {
  return `0198aaaa-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
}

function nthDecision(n: number, { at, index }: { at: number; index: number }): DecisionSummary {
  const common = { id: nthId(n), at: new Date(at).toISOString(), log: { index }, durationMs: 1.2 + ((n * 7) % 23) / 10 }
  const score = ((n * 37) % 100) / 100
  const value = score >= 0.5 ? 'spam' : 'ham'
  if (n % 29 === 0) {
    return decisionSummary({
      ...common,
      status: 'rejected',
      route: 'reject',
      reason: 'contract-violation',
      model: null,
      confidence: null,
      value: null,
      finalValue: null,
    })
  }
  if (n % 41 === 0)
    return decisionSummary({
      ...common,
      route: 'fallback',
      reason: 'model-timeout',
      confidence: null,
      value: 'ham',
      finalValue: 'ham',
    })
  if (score >= 0.92 || score <= 0.4) {
    const reason = score >= 0.92 ? 'clear-spam' : 'clear-ham'
    return decisionSummary({
      ...common,
      reason,
      confidence: score >= 0.92 ? score : 1 - score,
      value,
      finalValue: value,
      label: n % 5 === 0 ? value : null,
    })
  }
  const arm = n % 17 === 0 ? 'holdout' : 'champion'
  const blank =
    arm === 'holdout'
      ? { model: null, confidence: null, value: null, reason: 'holdout' }
      : { confidence: score, value, reason: 'otherwise' }
  return decisionSummary({ ...common, ...blank, arm, status: 'pending_review', route: 'review', finalValue: null })
}

function nthReview(n: number, decision: DecisionSummary): ReviewItem {
  const item = reviewItem({
    id: decision.id,
    openedAt: decision.at,
    dueAt: new Date(Date.parse(decision.at) + 4 * 3_600_000).toISOString(),
    routedBecause: decision.reason,
    input: mail(n + 1),
    proposal: decision.value === null ? null : { label: decision.value, score: decision.confidence },
    confidence: decision.confidence,
    model: decision.model,
  })
  if (decision.arm === 'holdout') {
    return {
      ...item,
      allowed: { ...item.allowed, approve: 'There is no proposal to approve; decide with an output of your own.' },
    }
  }
  if (n === 3) {
    const why = 'This is a blind audit: decide by yourself; what the system did is shown afterwards.'
    return {
      ...item,
      kind: 'audit',
      routedBecause: 'audit',
      proposal: null,
      confidence: null,
      model: null,
      allowed: { ...item.allowed, approve: why },
    }
  }
  return item
}

function actionsFor(decisions: readonly DecisionSummary[], start: number): ActionState[] {
  const decided = decisions.filter((decision) => decision.status === 'decided').slice(0, 40)
  return decided.map((decision, n) => {
    const action = actionOf(decision, n === 2 || n === 9 ? 'dead' : n === 0 ? 'queued' : 'delivered')
    return action.status === 'queued' ? { ...action, nextAt: new Date(start + 300_000).toISOString() } : action
  })
}

function keysAt(start: number): Key[] {
  const createdAt = new Date(start - 30 * 86_400_000).toISOString()
  const key = { createdAt, createdBy: 'admin', revokedAt: null, revokedBy: null }
  return [
    { ...key, id: 'k-admin', name: 'admin', scopes: ['admin'], roles: ['admin'], createdBy: 'first start' },
    { ...key, id: 'k-gateway', name: 'mail gateway', scopes: ['decide:inbox-triage'], roles: [] },
    { ...key, id: 'k-desk', name: 'mail desk', scopes: [], roles: ['reviewer:inbox-triage'] },
    {
      ...key,
      id: 'k-old',
      name: 'former gateway',
      scopes: ['decide'],
      roles: [],
      revokedAt: createdAt,
      revokedBy: 'admin',
    },
  ]
}
