// The mock's state: enough of a server that the UI can be shown and tested whole. Decisions come in over time, reviews can
// be claimed and decided, keys made and revoked, actions replayed. What the server would refuse, it refuses in the same words.

import type { ActionState, DecisionDetail, DecisionSummary } from '#wire/decision.ts'
import type { Key } from '#wire/key.ts'
import type { ReviewItem } from '#wire/review.ts'
import type { ChangeMessage } from '#wire/system.ts'
import { decisionDetail, decisionSummary } from './decision-samples.ts'
import { mail } from './mail-samples.ts'
import { reviewItem } from './review-samples.ts'

export type MockStore = ReturnType<typeof createMockStore>

const decisionsAtStart = 180
const reviewsAtStart = 24

export function createMockStore({ clock }: { clock: () => number }) {
  const start = clock()
  const decisions: DecisionSummary[] = []
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
    return decision
  }

  for (let n = 0; n < decisionsAtStart; n++) addDecision(n, start - (decisionsAtStart - n) * 47_000)
  const reviews = decisions
    .filter((decision) => decision.status === 'pending_review')
    .slice(0, reviewsAtStart)
    .reverse()
    .map((decision, n) => nthReview(n, decision))

  return {
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
    detail: (id: string) =>
      detailOf(
        decisions.find((decision) => decision.id === id),
        reviews,
      ),
    onChange(listener: (message: ChangeMessage) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
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

function detailOf(decision: DecisionSummary | undefined, reviews: readonly ReviewItem[]): DecisionDetail | undefined {
  if (decision === undefined) return undefined
  const n = Number.parseInt(decision.id.slice(-6), 16)
  const review = reviews.find((item) => item.id === decision.id) ?? null
  const isBlind = review?.kind === 'audit' && review.status !== 'done'
  const output = decision.value === null || isBlind ? null : { label: decision.value, score: decision.confidence }
  const rules: Record<string, string> = { 'clear-spam': 'confidence >= 0.92', 'clear-ham': 'confidence <= 0.05' }
  const isBroken = decision.reason === 'contract-violation'
  const isErased = n === 7
  return decisionDetail({
    ...decision,
    input: isErased ? null : mail(n),
    output: isErased ? null : output,
    finalOutput: isErased || decision.finalValue === null ? null : output,
    withheld: isErased ? 'erased' : isBlind ? 'blind-audit' : null,
    rule: rules[decision.reason] ?? null,
    violations: isBroken ? [{ path: '/input/from', rule: 'required', message: 'The member “from” is missing.' }] : [],
    failure: decision.reason === 'model-timeout' ? { cause: 'timeout', detail: 'No answer within 800 ms.' } : null,
    review,
    outcomes:
      decision.label === null
        ? []
        : [
            {
              label: decision.label,
              kpi: { minutes_saved: 0.5 },
              at: decision.at,
              recordedAt: decision.at,
              log: { index: decision.log.index + 40 },
            },
          ],
    actions: decision.status === 'decided' ? [actionOf(decision, n % 31 === 0 ? 'dead' : 'delivered')] : [],
  })
}

function actionOf(decision: DecisionSummary, status: ActionState['status']): ActionState {
  return {
    id: `${decision.id}.0`,
    decision: decision.id,
    useCase: decision.useCase,
    target: 'https://mail.example/hooks/file',
    status,
    attempts: status === 'dead' ? 10 : status === 'delivered' ? 1 : 3,
    nextAt: status === 'queued' ? new Date(Date.parse(decision.at) + 300_000).toISOString() : null,
    lastError: status === 'delivered' ? null : 'The receiver answered 503 Service Unavailable.',
    queuedAt: decision.at,
    endedAt: status === 'queued' ? null : decision.at,
  }
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
