import { assert, constantFrom, double, jsonValue, oneof, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '#core/kernel/json.ts'
import { expressionVariables } from '#core/use-case/expression-variables.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { compileMapping, compilePolicy, type RoutingFacts } from './policy.ts'

const manifest: ResolvedManifest = {
  apiVersion: 'airworthy/v1',
  kind: 'UseCase',
  metadata: { name: 'credit' },
  purpose: 'Decide credit applications.',
  risk: { class: 'high' },
  owners: { sponsor: 'a', productOwner: 'b', techLead: 'c', riskCompliance: 'd', changeManager: 'e' },
  contract: { input: { schema: true }, output: { schema: true }, onViolation: 'review' },
  model: { name: 'm', version: '1', endpoint: { protocol: 'http', url: 'http://localhost' } },
  decision: {
    output: 'output.approve',
    confidence: 'output.score',
    rules: [
      { when: 'input.amount > 20000', route: 'review', reason: 'large-amount' },
      { when: 'confidence >= 0.9', route: 'act' },
      { when: 'has(context.vip) && context.vip == true', route: 'reject' },
    ],
    otherwise: 'fallback',
  },
  subject: 'input.customer',
  actions: [
    { on: 'act', when: 'value == true', webhook: { url: 'http://localhost', secretRef: 'env:S' } },
    { on: 'decided', webhook: { url: 'http://localhost', secretRef: 'env:S' } },
    { on: 'review', webhook: { url: 'http://localhost', secretRef: 'env:S' } },
    { on: 'act', when: 'output.missing == 1', webhook: { url: 'http://localhost', secretRef: 'env:S' } },
  ],
}
const policy = compilePolicy(manifest)

function facts(over: Partial<RoutingFacts>): RoutingFacts {
  return { input: { amount: 10 }, output: {}, context: {}, confidence: 0.5, ...over }
}

describe('route', () => {
  it.each([
    [{ input: { amount: 20001 } }, 'review', 'large-amount', 'input.amount > 20000'],
    [{ confidence: 0.9 }, 'act', 'rule-2', 'confidence >= 0.9'],
    [{ context: { vip: true } }, 'reject', 'rule-3', 'has(context.vip) && context.vip == true'],
    [{}, 'fallback', 'otherwise', null],
    [{ input: {} }, 'review', 'rule-failed', 'input.amount > 20000'],
    [{ input: null }, 'review', 'rule-failed', 'input.amount > 20000'],
    [{ context: { vip: 'yes' } }, 'fallback', 'otherwise', null],
    [{ confidence: null }, 'review', 'no-confidence', 'confidence >= 0.9'],
  ])('%j goes to %s because of %s', (over, route, reason, rule) => {
    expect(policy.route(facts(over))).toEqual({ route, reason, rule })
  })

  it('never acts without confidence, by a rule or otherwise', () => {
    const decision = {
      ...manifest.decision,
      rules: [{ when: 'input.go == true', route: 'act' as const }],
      otherwise: 'act' as const,
    }
    const eager = compilePolicy({ ...manifest, decision })
    expect(eager.route(facts({ input: { go: true }, confidence: null }))).toEqual({
      route: 'review',
      reason: 'no-confidence',
      rule: 'input.go == true',
    })
    expect(eager.route(facts({ input: { go: false }, confidence: null }))).toEqual({
      route: 'review',
      reason: 'no-confidence',
      rule: null,
    })
    expect(eager.route(facts({ input: { go: false } }))).toEqual({ route: 'act', reason: 'otherwise', rule: null })
  })

  it('a rule that gives no boolean has failed', () => {
    const odd = compilePolicy({
      ...manifest,
      decision: { ...manifest.decision, rules: [{ when: 'input.amount', route: 'act' }] },
    })
    expect(odd.route(facts({}))).toEqual({ route: 'review', reason: 'rule-failed', rule: 'input.amount' })
  })
})

describe('figures of a decision', () => {
  const of = (output: JsonValue) => ({ input: {}, output, context: {} })

  it('takes scalars as the value, texts cut without halving a pair', () => {
    expect(policy.value(of({ approve: true }))).toBe(true)
    expect(policy.value(of({ approve: 'x'.repeat(300) }))).toBe('x'.repeat(200))
    expect(policy.value(of({ approve: `${'x'.repeat(199)}😀` }))).toBe(`${'x'.repeat(199)}\ufffd`)
    for (const output of [null, {}, { approve: null }, { approve: [1] }, { approve: {} }, 'x'])
      expect(policy.value(of(output))).toBeNull()
  })

  it('takes confidence only from 0 to 1', () => {
    expect(policy.confidence(of({ score: 0 }))).toBe(0)
    expect(policy.confidence(of({ score: 1 }))).toBe(1)
    for (const score of [1.0001, -0.1, '0.9', null, true, [0.9]]) expect(policy.confidence(of({ score }))).toBeNull()
    expect(policy.confidence(of(null))).toBeNull()
  })

  it('takes texts and numbers as the subject', () => {
    expect(policy.subject({ input: { customer: 'c-1' }, context: {} })).toBe('c-1')
    expect(policy.subject({ input: { customer: 17 }, context: {} })).toBe('17')
    for (const customer of ['', true, null, 'x'.repeat(513), {}])
      expect(policy.subject({ input: { customer }, context: {} })).toBeNull()
  })

  it('lets actions follow where they are declared, and not where their condition cannot be judged', () => {
    expect(policy.actions('act', { input: {}, output: {}, value: true })).toEqual([0, 1])
    expect(policy.actions('act', { input: {}, output: { missing: 1 }, value: false })).toEqual([1, 3])
    expect(policy.actions('review', { input: {}, output: {}, value: true })).toEqual([1, 2])
  })
})

describe('on anything', () => {
  it('never throws, answers the same twice, and never acts without confidence', () => {
    const confidences = oneof(constantFrom(null), double({ min: 0, max: 1, noNaN: true }))
    assert(
      property(jsonValue(), jsonValue(), confidences, (input, output, confidence) => {
        const asked = { input, output, context: {}, confidence } as RoutingFacts
        const routed = policy.route(asked)
        expect(policy.route(asked)).toEqual(routed)
        if (confidence === null) expect(routed.route).not.toBe('act')
        const found = policy.confidence(asked)
        if (found !== null) expect(found >= 0 && found <= 1).toBe(true)
        policy.value(asked)
        policy.subject(asked)
        policy.actions('act', { ...asked, value: null })
      }),
    )
  })

  it('maps requests and responses of the http protocol', () => {
    const request = compileMapping('{"data": [input.a, input.b], "model": model.name}', expressionVariables.request)
    expect(request({ input: { a: 1, b: 'x' }, context: {}, model: { name: 'm', version: '1' } })).toEqual({
      kind: 'value',
      value: { data: [1, 'x'], model: 'm' },
    })
    const response = compileMapping('{"score": body.scores[0]}', expressionVariables.response)
    expect(response({ body: { scores: [0.5] }, status: 200 })).toEqual({ kind: 'value', value: { score: 0.5 } })
    expect(response({ body: {}, status: 200 }).kind).toBe('error')
  })
})
