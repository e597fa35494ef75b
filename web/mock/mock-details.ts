// Everything about one decision of the mock, made from its line in the list.

import type { ActionState, DecisionDetail, DecisionSummary } from '#wire/decision.ts'
import type { ReviewItem } from '#wire/review.ts'
import { decisionDetail } from './decision-samples.ts'
import { mail } from './mail-samples.ts'
import { mockSubject } from './mock-privacy.ts'

type Around = {
  readonly reviews: readonly ReviewItem[]
  readonly isCheckpointed: boolean
  readonly erased: DecisionDetail['erased']
}

/** One is hidden while its blind audit is open. */
export function detailOf(decision: DecisionSummary, { reviews, isCheckpointed, erased }: Around): DecisionDetail {
  const n = Number.parseInt(decision.id.slice(-6), 16)
  const review = reviews.find((item) => item.id === decision.id) ?? null
  const isBlind = review?.kind === 'audit' && review.status !== 'done'
  const output = decision.value === null || isBlind ? null : { label: decision.value, score: decision.confidence }
  const rules: Record<string, string> = { 'clear-spam': 'confidence >= 0.92', 'clear-ham': 'confidence <= 0.05' }
  const isBroken = decision.reason === 'contract-violation'
  const isErased = erased !== null
  return decisionDetail({
    ...decision,
    ...(isBlind ? { reason: 'audit', confidence: null, value: null, finalValue: null } : {}),
    proof: { index: decision.log.index, checkpointed: isCheckpointed },
    erased,
    subject: isErased ? null : mockSubject(decision.id),
    input: isErased ? null : mail(n),
    output: isErased ? null : output,
    finalOutput: isErased || decision.finalValue === null ? null : output,
    withheld: isErased ? 'erased' : isBlind ? 'blind-audit' : null,
    rule: isBlind ? null : (rules[decision.reason] ?? null),
    violations: isBroken ? [{ path: '/input/from', rule: 'required', message: 'The member “from” is missing.' }] : [],
    failure: decision.reason === 'model-timeout' ? { cause: 'timeout', detail: 'No answer within 800 ms.' } : null,
    review,
    outcomes: outcomesOf(decision),
    actions: decision.status === 'decided' ? [actionOf(decision, n % 31 === 0 ? 'dead' : 'delivered')] : [],
  })
}

function outcomesOf({ label, at, log }: DecisionSummary): DecisionDetail['outcomes'] {
  if (label === null) return []
  return [{ label, kpi: { minutes_saved: 0.5 }, at, recordedAt: at, log: { index: log.index + 40 } }]
}

export function actionOf(decision: DecisionSummary, status: ActionState['status']): ActionState {
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
