// Every route a decision can take, and what the caller is told of it.

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { apply, contract, decide, detail, modelDir, refused, review, scripted, sure, unsure } from './gateway-calls.ts'

const folder = temporaryFolder()
let server: AirworthyProcess

const policy = {
  output: 'output.approve',
  confidence: 'output.score',
  rules: [
    { when: 'input.amount > 500', route: 'reject', reason: 'too-large' },
    { when: 'confidence >= 0.9', route: 'act', reason: 'confident' },
    { when: 'confidence >= 0.5', route: 'fallback', reason: 'in-between' },
  ],
  otherwise: 'review',
  fallback: { output: { approve: false, note: 'baseline' }, route: 'fallback' },
}
const byContext = [{ when: 'context.limit > 3', route: 'act', reason: 'within-limit' }]

beforeAll(async () => {
  server = await startAirworthy({ dataDir: folder.path, modelDir })
  await apply(
    server,
    scripted('plain'),
    scripted('mixed', { decision: policy }),
    scripted('acts', {
      decision: { output: 'output.approve', confidence: 'output.score', rules: [], otherwise: 'act' },
    }),
    scripted('rejects', { contract: contract('reject') }),
    scripted('falls-back', { contract: contract('fallback'), decision: policy }),
    scripted('by-context', { decision: { ...policy, rules: byContext } }),
    scripted('held-out', { rollout: { holdout: 1 } }),
    scripted('audited', { review: { reasons: ['documents'], audit: 1 } }),
  )
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const model = { name: 'scripted', version: '7' }

describe('the answer', () => {
  it('is 200 with the output when the system acts', async () => {
    const { status, body, headers } = await decide(server, 'plain', sure, { subject: 'case 1' })
    expect(status).toBe(200)
    expect(headers['content-type']).toMatch(/^application\/json/)
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'decided',
      route: 'act',
      reason: 'confident',
      output: sure.answer,
      confidence: 0.99,
      arm: 'champion',
      model,
      log: { index: expect.any(Number) },
    })
    const recorded = (await detail(server, body.id)).body
    expect(recorded).toMatchObject({ subject: 'case 1', input: sure, output: sure.answer, value: true, log: body.log })
  })

  it('is 202 without an output when a person has to decide', async () => {
    const { status, body } = await decide(server, 'plain', unsure)
    expect(status).toBe(202)
    expect(body).toMatchObject({
      status: 'pending_review',
      route: 'review',
      reason: 'otherwise',
      output: null,
      confidence: 0.2,
    })
  })

  it('is 200 and rejected, without an output, when a rule says so', async () => {
    const { status, body } = await decide(server, 'mixed', { ...sure, amount: 501 })
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'rejected', route: 'reject', reason: 'too-large', output: null })
  })

  it('is 200 with the declared output when a rule asks for the fallback', async () => {
    const { status, body } = await decide(server, 'mixed', { amount: 1, answer: { approve: true, score: 0.6 } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'decided',
      route: 'fallback',
      reason: 'in-between',
      output: policy.fallback.output,
    })
  })

  it('follows "otherwise" to act', async () => {
    const { status, body } = await decide(server, 'acts', unsure)
    expect([status, body.route, body.reason]).toEqual([200, 'act', 'otherwise'])
  })
})

describe('a broken contract', () => {
  it('is 422 with every violation under onViolation: reject, and is recorded', async () => {
    const { status, body } = await decide(server, 'rejects', { amount: -1, note: 5, other: true })
    expect(status).toBe(422)
    expect(body).toMatchObject({
      status: 'rejected',
      route: 'reject',
      reason: 'contract-violation',
      output: null,
      model: null,
    })
    expect(body.violations).toHaveLength(3)
    expect(body.violations).toEqual(
      expect.arrayContaining([
        { path: '/input/amount', rule: 'minimum', message: 'must be at least 0' },
        { path: '/input/note', rule: 'type', message: 'must be a string' },
        { path: '/input/other', rule: 'additionalProperties', message: expect.any(String) },
      ]),
    )
    expect((await detail(server, body.id)).body.violations).toEqual(body.violations)
  })

  it('goes to a person under review, who sees no proposal', async () => {
    const { status, body } = await decide(server, 'plain', { ...sure, amount: -1 })
    expect(status).toBe(202)
    expect(body).toMatchObject({ route: 'review', reason: 'contract-violation', output: null, model: null })
    expect((await review(server, body.id)).body).toMatchObject({ proposal: null, violations: body.violations })
  })

  it('gets the declared output under fallback', async () => {
    const { status, body } = await decide(server, 'falls-back', { ...sure, amount: -1 })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      route: 'fallback',
      reason: 'contract-violation',
      output: policy.fallback.output,
      model: null,
    })
    expect(body.violations).toHaveLength(1)
  })
})

describe('what cannot be judged', () => {
  it('goes to a person when a rule cannot be evaluated', async () => {
    const { status, body } = await decide(server, 'by-context', sure)
    expect([status, body.route, body.reason]).toEqual([202, 'review', 'rule-failed'])
    const judged = await decide(server, 'by-context', sure, { context: { limit: 4 } })
    expect([judged.status, judged.body.reason]).toEqual([200, 'within-limit'])
  })

  it.each([undefined, null, -0.1, 1.0001, '0.99', true, {}])('is never act with the confidence %j', async (score) => {
    for (const useCase of ['plain', 'acts']) {
      const { status, body } = await decide(server, useCase, { answer: { approve: true, score } })
      expect([status, body.route, body.reason, body.confidence]).toEqual([202, 'review', 'no-confidence', null])
    }
  })

  it('takes NaN for a broken answer of the model', async () => {
    const { status, body } = await refused(server, 'acts', { behave: 'not-a-number' })
    expect([status, body.code]).toEqual([503, 'model_unavailable'])
    const fallen = await decide(server, 'plain', { behave: 'not-a-number' })
    expect([fallen.status, fallen.body.reason, fallen.body.confidence]).toEqual([202, 'model-bad-answer', null])
  })

  it('falls back when the output breaks its contract, and says how', async () => {
    const { status, body } = await decide(server, 'mixed', { amount: 1, answer: { approve: 'yes', score: 1 } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ route: 'fallback', reason: 'model-bad-answer', output: policy.fallback.output })
    expect(body.violations).toEqual([{ path: '/output/approve', rule: 'type', message: expect.any(String) }])
  })

  it('falls back when the model throws', async () => {
    const { status, body } = await decide(server, 'mixed', { amount: 1, behave: 'throw' })
    expect([status, body.route, body.reason]).toEqual([200, 'fallback', 'model-failed'])
  })

  it('is an error that names the member when the request is not what it must be', async () => {
    const { status, body } = await refused(server, 'plain', sure, { context: 'x' })
    expect([status, body.code]).toEqual([400, 'request_malformed'])
    expect(body.detail).toContain('"context"')
  })
})

describe('a holdout', () => {
  it('goes to a person without the model: nothing of an output anywhere', async () => {
    const { status, body } = await decide(server, 'held-out', {
      answer: { approve: true, score: 0.99, note: 'seen-by-nobody' },
    })
    expect(status).toBe(202)
    expect(body).toMatchObject({
      route: 'review',
      reason: 'holdout',
      arm: 'holdout',
      output: null,
      model: null,
      confidence: null,
    })
    const item = (await review(server, body.id)).body
    expect(item).toMatchObject({
      kind: 'decision',
      proposal: null,
      model: null,
      confidence: null,
      routedBecause: 'holdout',
    })
    const recorded = (await detail(server, body.id)).body
    expect(recorded).toMatchObject({ output: null, model: null, arm: 'holdout' })
    expect(recorded.payloads).not.toHaveProperty('output')
    expect(recorded.steps.map(({ step }) => step)).not.toContain('model')
  })
})

describe('an audited decision', () => {
  it('is acted upon, and opens a blind review that cannot be approved', async () => {
    const { status, body } = await decide(server, 'audited', sure)
    expect([status, body.route, body.output]).toEqual([200, 'act', sure.answer])
    const item = (await review(server, body.id)).body
    expect(item).toMatchObject({ kind: 'audit', status: 'open', proposal: null, confidence: null })
    const blind = (await detail(server, body.id)).body
    expect(blind).toMatchObject({
      output: null,
      finalOutput: null,
      value: null,
      confidence: null,
      withheld: 'blind-audit',
    })
    const approved = await server.call('POST', `/api/v1/reviews/${body.id}/decide`, { verdict: 'approve' })
    expect([approved.status, (approved.body as { code: string }).code]).toEqual([422, 'review_verdict_invalid'])

    const disagreed = { verdict: 'override', output: { approve: false } }
    expect((await server.call('POST', `/api/v1/reviews/${body.id}/decide`, disagreed)).body).toMatchObject({
      status: 'done',
      agrees: false,
    })
    const seen = (await detail(server, body.id)).body
    expect(seen).toMatchObject({
      output: sure.answer,
      value: true,
      withheld: null,
      audit: { drawn: true, probability: 1 },
    })
  })
})

it('is counted by use case, route and reason in /metrics', async () => {
  await apply(server, scripted('counted'))
  for (const input of [sure, sure, unsure]) await decide(server, 'counted', input)
  const metrics = String((await server.call('GET', '/metrics')).body)
  expect(metrics).toContain('airworthy_decisions_total{use_case="counted",route="act",reason="confident"} 2')
  expect(metrics).toContain('airworthy_decisions_total{use_case="counted",route="review",reason="otherwise"} 1')
  expect(metrics).toContain('airworthy_decision_seconds_count{use_case="counted"} 3')
  expect(metrics).toMatch(/airworthy_log_entries \d+/)
})
