import { describe, expect, it } from 'vitest'
import { decisionSummary } from '../../mock/decision-samples.ts'
import { csvCell, decisionsAsCsv } from './decision-csv.ts'

describe('decisions as CSV', () => {
  it('have a header and a line each', () => {
    const lines = decisionsAsCsv([decisionSummary({}), decisionSummary({ model: null, confidence: null })]).split(
      '\r\n',
    )
    expect(lines).toHaveLength(4)
    expect(lines[0]?.split(',')).toHaveLength(17)
    expect(lines[1]).toContain(',spam,')
  })

  it('quote what needs quotes and disarm formulas', () => {
    expect([
      csvCell('a,b'),
      csvCell('say "x"'),
      csvCell('=1+1'),
      csvCell(-1),
      csvCell(null),
      csvCell('two\nlines'),
    ]).toEqual(['"a,b"', '"say ""x"""', "'=1+1", '-1', '', '"two\nlines"'])
  })
})
