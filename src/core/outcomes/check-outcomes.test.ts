import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonValue } from '#core/kernel/json.ts'
import { checkOutcomes, fitProblem, outcomesMax, type GivenOutcome } from './check-outcomes.ts'

const now = Date.parse('2026-03-02T10:00:00Z')
const decision = '01957f2c-0000-7000-8000-000000000001'

function paths(body: JsonValue | undefined): string[] | 'valid' {
  const checked = checkOutcomes(body, now)
  return checked.kind === 'valid' ? 'valid' : checked.problems.map(({ path }) => path)
}

describe('checkOutcomes', () => {
  it('takes one, and fills in what may be left out', () => {
    expect(checkOutcomes({ decision, label: 'junk' }, now)).toEqual({
      kind: 'valid',
      outcomes: [{ decision, subject: null, useCase: null, label: 'junk', kpi: {}, at: '2026-03-02T10:00:00.000Z' }],
    })
  })

  it('takes many, by subject and with KPI values, at other times', () => {
    const body = [
      { decision, label: false },
      { subject: 's', kpi: { minutes: 4.5 }, at: '2026-03-01T12:00:00+02:00' },
    ]
    const checked = checkOutcomes(body, now)
    expect(checked.kind === 'valid' && checked.outcomes[1]).toMatchObject({
      subject: 's',
      at: '2026-03-01T10:00:00.000Z',
    })
  })

  it('tells every problem with its position', () => {
    const body: JsonValue = [
      { decision, label: 'ok' },
      { decision: 'nope', label: { a: 1 } },
      { label: 1 },
      { subject: '', kpi: {} },
      { decision, at: 'yesterday', labels: 1 },
      7,
    ]
    expect(paths(body)).toEqual([
      '/1/decision',
      '/1/label',
      '/2',
      '/3/subject',
      '/3/kpi',
      '/4/at',
      '/4/labels',
      '/4',
      '/5',
    ])
    expect(paths({ decision, label: null })).toEqual(['/label'])
  })

  it.each<[string, JsonValue | undefined]>([
    ['nothing', undefined],
    ['an empty array', []],
    ['too many', Array.from({ length: outcomesMax + 1 }, () => ({ decision, label: 1 }))],
    ['a text', 'x'],
  ])('refuses %s', (_what, body) => {
    expect(paths(body)).toEqual([''])
  })

  it('refuses labels and figures that no comparison could use', () => {
    expect(paths({ decision, label: Infinity })).toEqual(['/label'])
    expect(paths({ decision, kpi: { Minutes: 1 } })).toEqual(['/kpi'])
    expect(paths({ decision, kpi: { minutes: '4' } })).toEqual(['/kpi'])
    expect(paths({ decision, label: 'x'.repeat(201) })).toEqual(['/label'])
  })

  it('never throws, and what it takes has something to say about somebody', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const checked = checkOutcomes(body as JsonValue, now)
        return checked.kind === 'invalid' ? checked.problems.length > 0 : checked.outcomes.length > 0
      }),
    )
  })
})

describe('fitProblem', () => {
  const given: GivenOutcome = { decision, subject: null, useCase: null, label: true, kpi: {}, at: '' }
  it.each([
    ['the same type', given, { useCase: 'credit', value: false }, undefined],
    ['no value to compare', given, { useCase: 'credit', value: null }, undefined],
    ['no label', { ...given, label: null }, { useCase: 'credit', value: 'x' }, undefined],
    ['another type', given, { useCase: 'credit', value: 'true' }, '/label'],
    ['another use case', { ...given, useCase: 'triage' }, { useCase: 'credit', value: true }, '/useCase'],
  ])('%s', (_what, outcome, of, path) => {
    expect(fitProblem(outcome, of)?.path).toBe(path)
  })
})
