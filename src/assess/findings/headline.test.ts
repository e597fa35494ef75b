import { describe, expect, it } from 'vitest'
import type { Attribution, Estimate, PerformanceAssessment } from '#core/monitoring/assessment.ts'
import type { FindingInput } from './evidence.ts'
import { headlineOf } from './headline.ts'

const estimate = (value: number, half = 0.01): Estimate => ({ value, low: value - half, high: value + half })

const performance = {
  reference: { n: 4000, accuracy: 0.92 },
  referenceIntervals: { accuracy: estimate(0.92) },
  live: { n: 4000, realised: { accuracy: estimate(0.74, 0.02) }, estimated: null },
  baselines: [],
  chunks: [
    { index: 0, from: 0, to: 3999, n: 4000, labelled: 4000, estimated: {}, realised: {}, trustworthy: false, why: '' },
  ],
  limits: {},
  confusion: null,
} satisfies PerformanceAssessment

function headline(parts: readonly (readonly [cause: string, share: number])[], unexplained = 0): string {
  const attribution: Attribution = {
    metric: 'accuracy',
    reference: estimate(0.92),
    live: estimate(0.74),
    loss: estimate(0.18),
    parts: parts.map(([cause, share]) => ({ cause, share, loss: estimate(0.18 * share), message: '' })),
    unexplained: { share: unexplained, message: '' },
  }
  const assessment = { performance, attribution } as unknown as FindingInput['assessment']
  return headlineOf('gap', [], { assessment } as FindingInput)
}

describe('the headline', () => {
  it('says what was lost and where', () => {
    expect(
      headline([
        ['unseen-words', 0.5],
        ['nulls', 0.167],
      ]),
    ).toBe(
      'In the pilot 92 % of the answers were right, live 74 % ± 2; half of the loss is in texts with words that the pilot never had, a sixth in cases with missing values.',
    )
  })

  it('names one cause where two would be more than the whole', () => {
    const said = headline([
      ['mix', 0.84],
      ['out-of-range', 0.4],
    ])
    expect(said).toContain(
      '84 % of the loss is in kinds of cases that were hard already and have become more frequent.',
    )
    expect(said).not.toContain('40 %')
  })

  it('says what these data cannot explain', () => {
    expect(headline([['nulls', 0.2]], 0.8)).toContain(
      'a fifth of the loss is in cases with missing values; four fifths these data',
    )
    expect(headline([['mix', 0]], 1)).toContain('most of the loss these data cannot explain')
    expect(headline([], 1)).toContain('nearly all live cases are of a kind that the pilot did not have')
  })
})
