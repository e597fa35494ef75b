// The gateway's answer, from a decision just made or from one read back.

import { PlatformError } from '#core/kernel/errors.ts'
import type { Decided } from '#gateway/gateway.ts'
import type { DecisionAnswer, DecisionDetail } from '#wire/decision.ts'

export function answerOf({ id, index, data, output }: Decided): DecisionAnswer {
  return {
    id,
    status: data.status,
    route: data.route,
    reason: data.reason,
    output: output ?? null,
    confidence: data.confidence,
    arm: data.arm,
    model: data.model,
    ...(data.violations.length > 0 ? { violations: [...data.violations] } : {}),
    log: { index },
  }
}

/**
 * `output` is what stands: the person’s where a person decided; null while one has yet to. Errors: contents_erased, since an
 * answer without its output would look like one.
 */
export function answerOfDetail(detail: DecisionDetail): DecisionAnswer {
  if (detail.status === 'decided' && detail.withheld === 'erased' && detail.finalOutput === null) throw erased(detail)
  return {
    id: detail.id,
    status: detail.status,
    route: detail.route,
    reason: detail.reason,
    output: detail.status === 'decided' ? (detail.finalOutput ?? null) : null,
    confidence: detail.confidence,
    arm: detail.arm,
    model: detail.model,
    ...(detail.violations.length > 0 ? { violations: detail.violations } : {}),
    log: detail.log,
  }
}

function erased({ id, erased }: DecisionDetail): PlatformError {
  const when = erased ? ` on ${erased.at}` : ''
  return new PlatformError('contents_erased', `The contents of the decision ${id} were erased${when}.`, {
    hint: 'It was decided, and its output is gone for good. Ask for a new decision, with a new Idempotency-Key.',
    details: { decision: id, erased },
  })
}
