// The verdict:
//
//   insufficient  too few rows to tell anything from chance, and nothing critical found;
//                 or nothing found, and nothing is known of how good the model is live: no right answers, and no estimate, or
//                 one that is not to be trusted; a handful of labels; the pilot's own rows for live. What is not known never counts as good.
//   gap           anything critical, or a warning about how live differs from the pilot
//   ready         none of these: the model does live what it did in the pilot, and no gap was found in what was given

import type { Assessment, Finding, FindingCode } from '#core/monitoring/assessment.ts'
import { driftSetting } from '#core/monitoring/drift.ts'
import { liveKnown } from './main-drop.ts'

const differences: ReadonlySet<FindingCode> = new Set([
  'drift',
  'label-drift',
  'prediction-drift',
  'text-drift',
  'unseen',
  'nulls',
  'types',
  'range',
  'duplicates',
  'shifted-rows',
  'constant',
  'performance-drop',
  'out-of-scope',
  'contract',
  'robustness',
])

export function verdictOf(
  findings: readonly Finding[],
  { data, performance }: Pick<Assessment, 'data' | 'performance'>,
): Assessment['verdict'] {
  if (findings.some(({ severity }) => severity === 'critical')) return 'gap'
  if (isTooSmall(data)) return 'insufficient'
  if (findings.some(({ severity, code }) => severity === 'warning' && differences.has(code))) return 'gap'
  if (performance === null || findings.some(isMissing)) return 'insufficient'
  return liveKnown(performance)?.isTrusted === true ? 'ready' : 'insufficient'
}

function isMissing({ severity, code }: Finding): boolean {
  return severity === 'warning' && code === 'too-little-data'
}

export function isTooSmall({ reference, live }: Assessment['data']): boolean {
  return Math.min(reference.rows, live.rows) < driftSetting.rowsMin
}
