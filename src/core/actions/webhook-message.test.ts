import { describe, expect, it } from 'vitest'
import type { DecisionRecorded } from '#core/decision/events.ts'
import type { ReviewDecided } from '#core/review/events.ts'
import { webhookId, webhookMessage } from './webhook-message.ts'

const ref = { digest: 'sha256:00', bytes: 2 }
const head = { specversion: '1.0', source: '/airworthy/0', subject: 'use-case/credit' } as const
const by = { key: 'k', name: 'caller' }
const decision: DecisionRecorded = {
  ...head,
  id: 'd1',
  type: 'decision-recorded',
  time: '2026-03-02T10:00:00.000Z',
  data: {
    useCase: 'credit',
    revision: 3,
    origin: 'gateway',
    status: 'decided',
    route: 'act',
    reason: 'confident',
    arm: 'champion',
    model: { name: 'm', version: '1' },
    confidence: 0.97,
    value: true,
    violations: [],
    failure: null,
    audit: null,
    review: null,
    actions: [0],
    idempotency: null,
    by,
    steps: [],
    payloads: { input: ref, output: ref },
  },
}
const review: ReviewDecided = {
  ...head,
  id: 'r1',
  type: 'review-decided',
  time: '2026-03-02T11:00:00.000Z',
  data: {
    useCase: 'credit',
    decision: 'd1',
    kind: 'decision',
    verdict: 'override',
    reason: 'policy',
    value: false,
    agrees: false,
    actions: [0],
    by: { key: 'p', name: 'person' },
    payloads: { output: ref },
  },
}
const own = { event: decision, output: { approve: true } }

describe('webhookMessage', () => {
  it('tells what the system decided', () => {
    expect(webhookMessage(own, undefined)).toEqual({
      kind: 'message',
      message: {
        type: 'decision.decided',
        timestamp: decision.time,
        data: {
          decision: 'd1',
          useCase: 'credit',
          revision: 3,
          route: 'act',
          reason: 'confident',
          arm: 'champion',
          model: { name: 'm', version: '1' },
          confidence: 0.97,
          output: { approve: true },
          value: true,
          decidedBy: 'system',
          review: null,
        },
      },
    })
  })

  it('tells what a person decided, and not who', () => {
    const told = webhookMessage(own, { event: review, output: { approve: false } })
    expect(told).toMatchObject({
      message: {
        timestamp: review.time,
        data: {
          output: { approve: false },
          value: false,
          decidedBy: 'person',
          review: { verdict: 'override', agrees: false },
        },
      },
    })
    expect(JSON.stringify(told)).not.toContain('name":"person')
  })

  it('sends the proposal that a person approved', () => {
    const approval = { ...review, data: { ...review.data, verdict: 'approve' as const, value: true, payloads: {} } }
    expect(webhookMessage(own, { event: approval, output: undefined })).toMatchObject({
      message: { data: { output: { approve: true }, decidedBy: 'person' } },
    })
  })

  it('leaves a blind audit out', () => {
    const audit = { ...review, data: { ...review.data, kind: 'audit' as const } }
    expect(webhookMessage(own, { event: audit, output: { approve: false } })).toMatchObject({
      message: { data: { output: { approve: true }, decidedBy: 'system' } },
    })
  })

  it('cannot send what was erased', () => {
    expect(webhookMessage({ ...own, output: undefined }, undefined).kind).toBe('impossible')
    expect(webhookMessage(own, { event: review, output: undefined }).kind).toBe('impossible')
  })
})

describe('webhookId', () => {
  it('is the decision’s id, unless the manifest declares several actions', () => {
    expect(webhookId('d1', 0, 1)).toBe('d1')
    expect(webhookId('d1', 1, 2)).toBe('d1.1')
  })
})
