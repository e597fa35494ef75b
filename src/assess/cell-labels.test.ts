import { expect, it } from 'vitest'
import { numericLayout } from '#core/monitoring/column-layout.ts'
import { discreteQuantiles } from '#core/monitoring/discrete-quantiles.ts'
import { cellLabels } from './cell-labels.ts'

it('name a value with a cell of its own, and what lies beside it, as people would', () => {
  const mostlyNone = Array.from({ length: 200 }, (_, at) => (at < 150 ? 0 : at))
  const labels = cellLabels(numericLayout(discreteQuantiles(mostlyNone)))
  expect(labels).toContain('= 0')
  expect(labels.some((label) => /^(?:> 0|over 0 to \d+)$/.test(label))).toBe(true)
  expect(labels.join(' ')).not.toMatch(/e-|≥ 0/)
})
