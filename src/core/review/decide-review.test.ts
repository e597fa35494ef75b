import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isJsonObject, type JsonValue } from '#core/kernel/json.ts'
import { decideReview, type GivenVerdict, type ReviewedDecision, type ReviewRules } from './decide-review.ts'
import { leaseMsDefault, leaseUntil } from './lease.ts'

const rules: ReviewRules = {
  reasons: ['documents', 'policy'],
  checkOutput: (output) =>
    isJsonObject(output) && typeof output['approve'] === 'boolean'
      ? []
      : [{ path: '/output/approve', rule: 'required', message: '"approve" is missing.' }],
  value: (output) => (isJsonObject(output) && typeof output['approve'] === 'boolean' ? output['approve'] : null),
  actions: (_output, value) => (value === true ? [0, 2] : [1]),
}
const decision: ReviewedDecision = { kind: 'decision', proposal: { approve: true }, value: true }
const audit: ReviewedDecision = { ...decision, kind: 'audit' }
const verdict = (of: ReviewedDecision, given: GivenVerdict, by = rules) => decideReview(of, given, by)

describe('decideReview', () => {
  it('approves what was proposed', () => {
    expect(verdict(decision, { verdict: 'approve', comment: 'fine' })).toEqual({
      kind: 'decided',
      verdict: 'approve',
      reason: null,
      value: true,
      agrees: true,
      actions: [0, 2],
      output: undefined,
      comment: 'fine',
    })
  })

  it('overrides with an output of one’s own, and compares', () => {
    const given: GivenVerdict = { verdict: 'override', output: { approve: false }, reason: 'policy', comment: '  ' }
    expect(verdict(decision, given)).toEqual({
      kind: 'decided',
      verdict: 'override',
      reason: 'policy',
      value: false,
      agrees: false,
      actions: [1],
      output: { approve: false },
      comment: undefined,
    })
    expect(verdict({ ...decision, value: null }, given)).toMatchObject({ agrees: null })
  })

  it('audits blindly: no reason needed, nothing follows, agreement is computed', () => {
    expect(verdict(audit, { verdict: 'override', output: { approve: true } })).toMatchObject({
      agrees: true,
      actions: [],
    })
    expect(verdict(audit, { verdict: 'override', output: { approve: false } })).toMatchObject({ agrees: false })
  })

  const problems = (of: ReviewedDecision, given: GivenVerdict, by = rules) => {
    const outcome = verdict(of, given, by)
    return outcome.kind === 'refused' ? outcome.problems.map(({ path }) => path) : outcome.kind
  }
  const override = { verdict: 'override', output: { approve: false } } as const

  it.each<[string, ReviewedDecision, GivenVerdict, string | string[]]>([
    ['approving without a proposal', { ...decision, proposal: undefined }, { verdict: 'approve' }, ['/verdict']],
    ['approving an audit', audit, { verdict: 'approve' }, ['/verdict']],
    ['approving with an output', decision, { verdict: 'approve', output: { approve: true } }, ['/output']],
    ['approving for an unknown reason', decision, { verdict: 'approve', reason: 'mood' }, ['/reason']],
    ['overriding without anything', decision, { verdict: 'override' }, ['/output', '/reason']],
    ['overriding without a reason', decision, override, ['/reason']],
    ['overriding for an unknown reason', decision, { ...override, reason: 'mood' }, ['/reason']],
    ['a broken output', decision, { verdict: 'override', output: null, reason: 'policy' }, ['/output/approve']],
  ])('refuses %s', (_what, of, given, expected) => {
    expect(problems(of, given)).toEqual(expected)
  })

  it('takes any code as a reason when the manifest lists none, but no prose', () => {
    const free = { ...rules, reasons: [] }
    expect(problems(decision, override, free)).toBe('decided')
    expect(problems(decision, { ...override, reason: 'late-papers' }, free)).toBe('decided')
    expect(problems(decision, { ...override, reason: 'Mrs. Doe called' }, free)).toEqual(['/reason'])
  })

  it('never decides on an output that breaks the contract', () => {
    const given = fc.record(
      {
        verdict: fc.constantFrom('approve', 'override'),
        output: fc.jsonValue() as fc.Arbitrary<JsonValue>,
        reason: fc.constantFrom('policy', 'documents', 'else'),
        comment: fc.string(),
      },
      { requiredKeys: ['verdict'] },
    )
    fc.assert(
      fc.property(given, fc.constantFrom(decision, audit), (one, of) => {
        const outcome = verdict(of, one)
        if (outcome.kind === 'refused') return outcome.problems.length > 0
        if (outcome.output !== undefined) expect(rules.checkOutput(outcome.output)).toEqual([])
        return outcome.verdict === one.verdict && (outcome.verdict === 'approve') === (outcome.output === undefined)
      }),
    )
  })
})

describe('leaseUntil', () => {
  it('takes the manifest’s length, else a quarter of an hour', () => {
    expect(leaseUntil(1000, '30s')).toBe(31_000)
    expect(leaseUntil(1000, undefined)).toBe(1000 + leaseMsDefault)
  })
})
