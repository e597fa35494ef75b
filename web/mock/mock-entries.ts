// The mock's log entries: the event of each decision as the server would write it, and filler in between.

import type { DecisionDetail } from '#wire/decision.ts'

/** The same members as the server's; what no page compares is left out. */
export function decisionEvent(decision: DecisionDetail, origin: string) {
  const { id, useCase, revision, route, reason, arm, model, confidence, value, payloads } = decision
  return {
    data: {
      arm,
      by: decision.by,
      confidence,
      model,
      origin: decision.origin,
      payloads,
      reason,
      revision,
      route,
      status: decision.review === null ? decision.status : 'pending_review',
      useCase,
      value,
    },
    id,
    source: `/${origin}`,
    specversion: '1.0',
    subject: `use-case/${useCase}`,
    time: decision.at,
    type: 'decision-recorded',
  }
}

export function fillerEvent(index: number, origin: string) {
  return {
    data: { mock: index },
    id: `filler-${index}`,
    source: `/${origin}`,
    specversion: '1.0',
    type: 'outcome-recorded',
  }
}
