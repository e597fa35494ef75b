import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import type { Assessment } from '#wire/assessment.ts'
import { PerformanceSection } from './performance-section.tsx'

const of = (value: number) => ({ value, low: value * 0.9, high: value * 1.1 })

function read(metric: 'accuracy' | 'mae'): string {
  const performance = {
    reference: { n: 1000, [metric]: 0.5 },
    referenceIntervals: { [metric]: of(0.5) },
    live: { n: 800, realised: { [metric]: of(0.4) }, estimated: null },
    baselines: [],
    chunks: [],
    limits: {},
    confusion: null,
  } satisfies NonNullable<Assessment['performance']>
  return renderToStaticMarkup(<PerformanceSection performance={performance} />)
}

it('speaks of right answers where there are classes, of errors where there are numbers', () => {
  expect(read('accuracy')).toContain('How often it is right')
  expect(read('accuracy')).toContain('a calibrated score')
  expect(read('mae')).toContain('How far off it is')
  expect(read('mae')).not.toMatch(/often it is right|a calibrated score/)
})
