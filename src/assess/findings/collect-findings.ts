// All findings, most important first: by severity, then in an order that does not change, then as their family tells them.

import type { Finding, FindingCode } from '#core/monitoring/assessment.ts'
import { driftFindings } from './drift-findings.ts'
import type { FindingInput } from './evidence.ts'
import { modelFindings } from './model-findings.ts'
import { performanceFindings } from './performance-findings.ts'
import { qualityFindings } from './quality-findings.ts'
import { rivalFindings } from './rival-findings.ts'
import { sizeFindings } from './size-findings.ts'
import { tableFindings } from './table-findings.ts'

const severities = ['critical', 'warning', 'notice']
/** A model that loses to the simplest rival is the first thing to say; how data differ comes after what it does. */
const order: readonly FindingCode[] = [
  'loses-to-baseline',
  'leak',
  'performance-drop',
  'bias',
  'out-of-scope',
  'not-trustworthy',
  'contract',
  'robustness',
  'single-class',
  'too-little-data',
  'label-drift',
  'shifted-rows',
  'types',
  'nulls',
  'unseen',
  'range',
  'constant',
  'text-drift',
  'prediction-drift',
  'drift',
  'miscalibrated',
  'slice',
  'duplicates',
  'cost',
]

export function collectFindings(input: FindingInput): Finding[] {
  const families = [
    performanceFindings,
    rivalFindings,
    modelFindings,
    sizeFindings,
    tableFindings,
    qualityFindings,
    driftFindings,
  ]
  const rank = ({ severity, code }: Finding) => severities.indexOf(severity) * order.length + placeOf(severity, code)
  return families.flatMap((family) => family(input)).sort((a, b) => rank(a) - rank(b))
}

/** What a rule would reach is worth knowing last, as long as no model is compared with it. */
function placeOf(severity: Finding['severity'], code: FindingCode): number {
  return severity === 'notice' && code === 'loses-to-baseline' ? order.length - 1 : order.indexOf(code)
}
