// What is said of kept assessments, in sentences.

import type { AssessmentSummary } from '#wire/assessment-kept.ts'
import { formatCount, plural } from './format.ts'
import type { Verdict } from './words.ts'

export const assessmentVerdicts: Record<AssessmentSummary['verdict'], Verdict> = {
  ready: { tone: 'holds', word: 'ready' },
  gap: { tone: 'fails', word: 'gap' },
  insufficient: { tone: 'unknown', word: 'not enough to say' },
}

export const sourceWords: Record<AssessmentSummary['source'], string> = {
  files: 'two files',
  decisions: 'two periods of decisions',
}

/** "1 that forbids going live, 2 to fix or accept knowingly". */
export function findingWords({ critical, warning, notice }: AssessmentSummary['findings']): string {
  const parts = [
    critical === 0 ? '' : `${formatCount(critical)} ${critical === 1 ? 'forbids' : 'forbid'} going live`,
    warning === 0 ? '' : `${formatCount(warning)} to fix or accept`,
    notice === 0 ? '' : `${formatCount(notice)} worth knowing`,
  ].filter(Boolean)
  return parts.length === 0 ? 'none' : parts.join(', ')
}

/** The first line of the page. `isWhole`: no more pages of the list. */
export function assessmentsSentence(items: readonly AssessmentSummary[], isWhole: boolean, useCase?: string): string {
  const of = useCase === undefined ? '' : ` of ${useCase}`
  const [newest] = items
  if (newest === undefined) return `No assessment${of} is kept yet: compare a pilot with live data below.`
  const count = isWhole ? plural(items.length, 'assessment') : `More than ${plural(items.length, 'assessment')}`
  const verdict = { ready: 'ready', gap: 'a gap', insufficient: 'not enough to say' }[newest.verdict]
  return `${count}${of} ${items.length === 1 && isWhole ? 'is' : 'are'} kept; the newest says: ${verdict}.`
}

/** Names of columns in the first line of a text table; none of other formats, which cannot be read here. */
export function columnsOf(name: string, start: string): string[] {
  if (!/\.(csv|tsv|txt)$/i.test(name)) return []
  const [line = ''] = start.replace(/^\uFEFF/, '').split(/\r?\n/)
  const separator = [',', ';', '\t', '|'].toSorted((a, b) => line.split(b).length - line.split(a).length)[0] ?? ','
  return line
    .split(separator)
    .map((each) => each.trim().replaceAll(/^"|"$/g, ''))
    .filter((each) => each !== '')
}
