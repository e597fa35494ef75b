import { describe, expect, it } from 'vitest'
import { assessmentsSentence, columnsOf, findingWords } from './assessment-words.ts'
import { sampleSummary } from '../../mock/mock-assessments.ts'

describe('what is said of assessments', () => {
  const gap = sampleSummary()

  it('counts them and says what the newest says', () => {
    expect(assessmentsSentence([], true, 'triage')).toMatch(/^No assessment of triage is kept yet/)
    expect(assessmentsSentence([gap], true)).toBe('1 assessment is kept; the newest says: a gap.')
    expect(assessmentsSentence([gap, gap], false)).toBe('More than 2 assessments are kept; the newest says: a gap.')
  })

  it('names findings by what they ask for', () => {
    expect(findingWords({ critical: 1, warning: 2, notice: 0 })).toBe('1 forbids going live, 2 to fix or accept')
    expect(findingWords({ critical: 0, warning: 0, notice: 0 })).toBe('none')
  })

  it('offers the columns of a text table, by whatever separates them', () => {
    expect(columnsOf('a.csv', '\uFEFF"id",amount,label\n1,2,3')).toEqual(['id', 'amount', 'label'])
    expect(columnsOf('a.CSV', 'id;amount,EUR;label\r\n')).toEqual(['id', 'amount,EUR', 'label'])
    expect(columnsOf('a.tsv', 'id\tamount')).toEqual(['id', 'amount'])
    expect(columnsOf('a.parquet', 'PAR1,,')).toEqual([])
  })
})
