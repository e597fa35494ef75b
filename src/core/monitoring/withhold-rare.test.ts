// What single rows hold is not kept; figures and frequent values are.

import { expect, it } from 'vitest'
import { sampleAssessment } from '../../../web/mock/assessment-samples.ts'
import type { Assessment } from './assessment.ts'
import { withholdRare } from './withhold-rare.ts'

it('takes out examples and what fewer than five rows share, at any depth, and nothing else', () => {
  const whole: Assessment = sampleAssessment()
  const [finding] = whole.findings
  const [column] = whole.columns
  if (!finding || !column) throw new Error('the sample has both')
  const evidence = { n: 12, rows: 3, examples: ['Maria Sample'], unit: { value: 'Maria Sample', share: 0.1 } }
  const unseen = [
    { value: 'kiosk', n: 5 },
    { value: 'Maria Sample', n: 4 },
  ]
  const kept = withholdRare({
    ...whole,
    headline: 'Live differs. “name” has new values (such as “Maria Sample (sen.)”). And so on.',
    findings: [
      { ...finding, evidence, message: '12 rows break it; most often name (12 rows, such as Maria Sample).' },
      { ...finding, evidence: {}, message: 'Words such as “none” are counted as values.' },
    ],
    fairness: whole.fairness.slice(0, 1).map((row) => ({ ...row, group: 'Maria Sample', n: 4 })),
    columns: [
      {
        ...column,
        kind: 'categorical',
        quality: { ...column.quality, unseen },
        cells: [
          { label: 'Maria Sample', reference: 1, live: 3 },
          { label: 'mail', reference: 2, live: 3 },
        ],
      },
    ],
    contract: whole.contract && {
      ...whole.contract,
      violations: whole.contract.violations.map((each) => ({ ...each, example: 'Maria Sample' })),
    },
    robustness: {
      n: 1,
      before: { value: 1, low: 1, high: 1 },
      metric: 'accuracy',
      disturbances: [
        {
          name: 'typos',
          column: 'name',
          n: 9,
          after: { value: 1, low: 1, high: 1 },
          drop: { value: 0, low: 0, high: 0 },
          failures: 0,
          example: { before: 'Maria Sample', after: 'Mraia Sample' },
          verdict: 'holds',
        },
      ],
    },
  })
  expect(JSON.stringify(kept)).not.toMatch(/Maria|Mraia/)
  expect(kept.findings[0]?.evidence).toMatchObject({ n: 12, rows: 3, unit: { share: 0.1 } })
  expect(kept.headline).toBe('Live differs. “name” has new values.')
  expect(kept.findings.map(({ message }) => message)).toEqual([
    '12 rows break it; most often name (12 rows).',
    'Words such as “none” are counted as values.',
  ])
  expect(kept.columns[0]?.cells.map(({ label }) => label)).toEqual(['(withheld)', 'mail'])
  expect(kept.columns[0]?.quality.unseen).toEqual([{ value: 'kiosk', n: 5 }])
  const changed = { headline: '', columns: [], findings: [], fairness: [], contract: null, robustness: null }
  expect({ ...kept, ...changed }).toEqual({ ...whole, ...changed })
})
