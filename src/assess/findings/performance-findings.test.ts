import { expect, it } from 'vitest'
import type { PerformanceChunk } from '#core/monitoring/assessment.ts'
import type { FindingInput } from './evidence.ts'
import { performanceFindings } from './performance-findings.ts'

const figure = (value: number, alarm: boolean) => ({
  accuracy: { value, low: value - 0.02, high: value + 0.02, alarm },
})

/** A chunk of which less is estimated than came. */
function chunk(index: number, labelled: number): PerformanceChunk {
  return {
    index,
    from: index * 500,
    to: index * 500 + 499,
    n: 500,
    labelled,
    estimated: figure(0.7, true),
    realised: labelled > 0 ? figure(0.9, false) : {},
    trustworthy: true,
    why: '',
  }
}

function alarms(labelled: number): readonly string[] {
  const performance = {
    reference: { n: 2000 },
    referenceIntervals: {},
    live: { n: 1000, realised: null, estimated: null },
    baselines: [],
    chunks: [chunk(0, labelled), chunk(1, labelled)],
    limits: { accuracy: { low: 0.85, high: 0.95 } },
    confusion: null,
  }
  return performanceFindings({ assessment: { performance } } as unknown as FindingInput).map(({ message }) => message)
}

it('alarms by estimates where there are no labels to tell, or too few', () => {
  for (const labelled of [0, 40]) {
    expect(alarms(labelled)).toEqual([expect.stringContaining('In all 2 chunks the model is estimated to do worse')])
  }
  expect(alarms(500)).toEqual([])
})
