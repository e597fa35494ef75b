import { describe, expect, it } from 'vitest'
import type { Assessment, Finding, PerformanceAssessment } from '#core/monitoring/assessment.ts'
import { verdictOf } from './verdict.ts'

const estimate = { value: 0.9, low: 0.88, high: 0.92 }
const data = { reference: { rows: 1000 }, live: { rows: 1000 } } as Assessment['data']
const finding = (severity: Finding['severity'], code: Finding['code']): Finding => ({
  severity,
  code,
  message: '',
  evidence: {},
  advice: '',
})

function performance(live: Partial<PerformanceAssessment['live']>, trustworthy = true): PerformanceAssessment {
  const estimated = live.estimated ? { accuracy: { ...estimate, alarm: false } } : {}
  const chunk = { index: 0, from: 0, to: 999, n: 1000, labelled: 0, estimated, realised: {}, trustworthy, why: '' }
  return {
    live: { n: 1000, realised: null, estimated: null, ...live },
    chunks: [chunk],
  } as unknown as PerformanceAssessment
}
const measured = performance({ realised: { accuracy: estimate } })
const estimated = performance({ estimated: { accuracy: estimate } })
const doubted = performance({ estimated: { accuracy: estimate } }, false)

describe('the verdict', () => {
  it.each([
    ['ready', 'what was measured holds', [], measured],
    ['ready', 'what was estimated holds', [finding('warning', 'slice')], estimated],
    ['insufficient', 'nothing is known of a model', [], null],
    ['insufficient', 'its answers are not in live', [], performance({})],
    ['insufficient', 'the estimate is doubted', [finding('warning', 'not-trustworthy')], doubted],
    ['gap', 'live differs', [finding('warning', 'drift')], null],
    ['gap', 'something forbids going live', [finding('critical', 'bias')], measured],
  ] as const)('is %s where %s', (verdict, _, findings, known) =>
    expect(verdictOf(findings, { data, performance: known })).toBe(verdict),
  )

  it('is none from a few rows, unless something forbids going live', () => {
    const few = { ...data, live: { rows: 41 } } as Assessment['data']
    expect(verdictOf([finding('warning', 'drift')], { data: few, performance: measured })).toBe('insufficient')
    expect(verdictOf([finding('critical', 'bias')], { data: few, performance: measured })).toBe('gap')
  })
})
