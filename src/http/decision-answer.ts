// The gateway's answer, from a decision just made or from one read back.

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

/** `output` is what stands: the person’s where a person decided; null while one has yet to, or once it was erased. */
export function answerOfDetail(detail: DecisionDetail): DecisionAnswer {
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
