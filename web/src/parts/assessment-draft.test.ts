import { describe, expect, it } from 'vitest'
import { bodyOf, draftProblems, emptyDraft } from './assessment-draft.ts'

const file = new File(['a\n1\n'], 'pilot.csv')
const days = { reference: { from: '2026-01-01', to: '2026-01-31' }, live: { from: '2026-02-01', to: '2026-02-01' } }

describe('a draft of an assessment', () => {
  it('says what is missing, by the field', () => {
    expect(draftProblems(emptyDraft(''))).toEqual({
      useCase: expect.any(String) as unknown,
      reference: expect.any(String) as unknown,
      live: expect.any(String) as unknown,
    })
    expect(draftProblems({ ...emptyDraft('x'), reference: file, live: file })).toEqual({})
    const turned = { ...days, live: { from: '2026-02-02', to: '2026-02-01' } }
    expect(draftProblems({ ...emptyDraft('x'), source: 'decisions', periods: turned })).toEqual({
      live: 'The last day comes before the first.',
    })
  })

  it('becomes periods that include their last day', () => {
    const columns = { ...emptyDraft('').columns, target: 'left out', groups: ' sex, age ,' }
    expect(bodyOf({ ...emptyDraft('x'), source: 'decisions', periods: days, columns, chunk: '1w' })).toEqual({
      useCase: 'x',
      reference: { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
      live: { from: '2026-02-01T00:00:00.000Z', to: '2026-02-02T00:00:00.000Z' },
      settings: { chunk: '1w', groups: ['sex', 'age'] },
    })
  })

  it('asks the model where that was ticked, and never about files', () => {
    const ticked = { ...emptyDraft('x'), robustness: true }
    expect(bodyOf({ ...ticked, source: 'decisions', periods: days })).toMatchObject({ settings: { robustness: true } })
    const form = bodyOf({ ...ticked, reference: file, live: file }) as FormData
    expect(form.get('settings')).toBe('{}')
  })

  it('becomes a form with the use case before the files', () => {
    const columns = { ...emptyDraft('').columns, target: ' label ' }
    const form = bodyOf({ ...emptyDraft('x'), reference: file, live: file, columns }) as FormData
    expect([...form.keys()]).toEqual(['useCase', 'settings', 'reference', 'live'])
    expect(form.get('settings')).toBe('{"target":"label"}')
  })
})
