// Columns whose values are distributed otherwise than in the pilot. Drift is no harm by itself: it is a warning where it is
// large, and never critical alone.

import type { ColumnAssessment, ColumnChunk, Finding, FindingCode } from '#core/monitoring/assessment.ts'
import { driftRank } from '#core/monitoring/drift.ts'
import type { FindingFamily } from './evidence.ts'
import { count, list, percent } from './figures.ts'
import { isNewlyVaried } from './table-findings.ts'

/** More columns than this are told together. */
const tellMax = 5

export const driftFindings: FindingFamily = ({ assessment, newLabels }) => {
  const drifted = assessment.columns
    .filter((column) => driftRank(column.drift.verdict) >= driftRank('watch') && !isNewlyVaried(column))
    .toSorted((a, b) => (b.drift.psiCorrected ?? 0) - (a.drift.psiCorrected ?? 0))
  const answers = drifted.filter(({ role }) => role === 'prediction' || role === 'score')
  // New answers are told as out of scope.
  const special = drifted.filter(
    ({ name, role, kind }) => kind === 'text' || (role === 'target' && newLabels?.column !== name),
  )
  const plain = drifted.filter(({ role, kind }) => kind !== 'text' && (role === null || role === 'group'))
  const strong = plain.filter(({ drift }) => drift.verdict !== 'watch')
  const told = strong.length > 0 ? [together(strong)] : []
  const weak = plain.filter(({ drift }) => drift.verdict === 'watch')
  return [
    ...special.map(alone),
    ...answered(answers),
    ...told,
    ...(weak.length > 0 ? [slight(weak)] : []),
    ...breaks(assessment.columns),
    ...spells(assessment.columns),
  ]
}

/** What the model says and how sure it is move together: one finding, of what it says where that has moved. */
function answered(columns: readonly ColumnAssessment[]): Finding[] {
  const first = columns.find(({ role }) => role === 'prediction') ?? columns[0]
  if (first === undefined) return []
  const isStrong = columns.some(({ drift }) => drift.verdict !== 'watch')
  return [
    {
      ...alone(first),
      severity: isStrong ? 'warning' : 'notice',
      evidence: { ...evidenceOf(first), columns: columns.map(evidenceOf) },
    },
  ]
}

function codeOf({ role, kind }: ColumnAssessment): FindingCode {
  if (role === 'target') return 'label-drift'
  if (role === 'prediction' || role === 'score') return 'prediction-drift'
  return kind === 'text' ? 'text-drift' : 'drift'
}

function alone(column: ColumnAssessment): Finding {
  const code = codeOf(column)
  const { name, drift } = column
  const words: Record<string, string> = {
    'label-drift': `The true answers are distributed otherwise than in the pilot (“${name}”${largestMove(column)}).`,
    'prediction-drift': `The model answers otherwise than in the pilot (“${name}”${largestMove(column)}).`,
    'text-drift': `The texts in “${name}” are not like those of the pilot${textMove(column)}.`,
    drift: `“${name}” is distributed otherwise than in the pilot${largestMove(column)}.`,
  }
  const advice: Record<string, string> = {
    'label-drift':
      'Find out whether the cases have changed or the labelling; figures of the pilot no longer hold for this mix.',
    'prediction-drift': 'Look at live cases of the answers that have become more frequent, and label some of them.',
    'text-drift': 'Label a sample of live texts and add them to the data that the model is trained and tested on.',
    drift: 'Find out what changed at the source; test the model on cases like these.',
  }
  return {
    severity: drift.verdict === 'watch' ? 'notice' : 'warning',
    code,
    message: words[code] ?? '',
    evidence: evidenceOf(column),
    advice: advice[code] ?? '',
  }
}

function together(columns: readonly ColumnAssessment[]): Finding {
  const [worst] = columns
  const names = columns.map(({ name }) => name)
  const move = worst === undefined ? '' : largestMove(worst)
  return {
    severity: 'warning',
    code: 'drift',
    message:
      columns.length === 1
        ? `“${names[0]}” is distributed otherwise than in the pilot${move}.`
        : `${columns.length} columns are distributed otherwise than in the pilot: ${list(names)}; most of all “${names[0]}”${move}.`,
    evidence: { columns: columns.slice(0, 50).map(evidenceOf) },
    advice:
      'Find out what changed at the source (another region, season, process or system); test the model on cases like these.',
  }
}

function slight(columns: readonly ColumnAssessment[]): Finding {
  return {
    severity: 'notice',
    code: 'drift',
    message: `${columns.length === 1 ? 'One column has' : `${columns.length} columns have`} moved a little: ${list(
      columns.map(({ name }) => name),
      tellMax,
    )}.`,
    evidence: { columns: columns.slice(0, 50).map(evidenceOf) },
    advice: 'Nothing to do now; watch whether it goes on.',
  }
}

/** The cell whose share moved most, in words. */
function largestMove({ cells }: ColumnAssessment): string {
  const before = cells.reduce((sum, { reference }) => sum + reference, 0)
  const after = cells.reduce((sum, { live }) => sum + live, 0)
  if (before === 0 || after === 0) return ''
  const [most] = cells
    .map(({ label, reference, live }) => ({ label, was: reference / before, is: live / after }))
    // Of two that mirror each other the rarer says more.
    .sort((a, b) => a.was - b.was)
    .sort((a, b) => rounded(Math.abs(b.is - b.was)) - rounded(Math.abs(a.is - a.was)))
  return most === undefined
    ? ''
    : `: ${most.label.replace(/^= /, '')} was ${percent(most.was)} of rows and is ${percent(most.is)}`
}

function rounded(share: number): number {
  return Math.round(share * 1e6)
}

const featureWords: Readonly<Record<string, string>> = {
  length: 'their length',
  language: 'their language',
  script: 'their script',
  'unseen-words': 'words that the pilot never had',
  typos: 'typing errors',
  'non-ascii': 'signs beyond the Latin alphabet',
  'links-numbers': 'links and numbers',
  bigrams: 'how they are worded',
}

function textMove({ drift }: ColumnAssessment): string {
  const moved = (drift.text ?? []).filter(({ verdict }) => driftRank(verdict) >= driftRank('watch'))
  if (moved.length === 0) return ''
  const said = moved
    .toSorted((a, b) => (b.psiCorrected ?? 0) - (a.psiCorrected ?? 0))
    .slice(0, 3)
    .map(({ feature, reference, live }) => {
      const name = featureWords[feature] ?? feature
      if (reference === null || live === null) return name
      const show = (value: number) => (feature === 'length' ? `${Math.round(value)} characters` : percent(value))
      return `${name} (${show(reference)}, now ${show(live)})`
    })
  return `: ${said.join(', ')}`
}

function evidenceOf({ name, drift }: ColumnAssessment): Record<string, unknown> {
  const { psiCorrected, qValue, wassersteinSd, n, verdict } = drift
  return { column: name, psiCorrected, qValue, wassersteinSd, n, verdict }
}

/** Where there are chunks: since when columns are otherwise, if they were not from the beginning. */
function breaks(columns: readonly ColumnAssessment[]): Finding[] {
  const found = columns.flatMap((column) => {
    const chunk = breakIn(column)
    return chunk === null ? [] : [{ name: column.name, chunk }]
  })
  return [...Map.groupBy(found, ({ chunk }) => chunk.index).values()].flatMap((group): Finding[] => {
    const [one] = group
    if (one === undefined) return []
    const names = group.map(({ name }) => name)
    return [
      {
        severity: 'warning',
        code: 'drift',
        message: `Something changed for good in ${chunkName(one.chunk)}: ${list(names)}.`,
        evidence: { chunk: one.chunk.index, from: one.chunk.from, columns: names },
        advice: 'Find out what happened then. If it stays, data from before it no longer stand for what comes.',
      },
    ]
  })
}

function chunkName({ index, from }: ColumnChunk): string {
  return `chunk ${index} (from ${typeof from === 'number' ? `row ${count(from)} of live` : from.slice(0, 10)})`
}

/** Otherwise in two of three chunks at some time, though not over all: an outage, a campaign. Never more: parts of the pilot may differ, too. */
function spells(columns: readonly ColumnAssessment[]): Finding[] {
  const found = columns
    .flatMap(({ name, chunks, drift }) => {
      const out = chunks.filter(({ verdict }) => isOut(verdict))
      const isSpell = !isOut(drift.verdict) && chunks.some(({ lasting }) => isOut(lasting))
      const [first] = out
      return isSpell && first !== undefined && 2 * out.length <= chunks.length
        ? [{ name, first, chunks: out.length }]
        : []
    })
    .toSorted((a, b) => b.chunks - a.chunks)
  const [longest] = found
  if (longest === undefined) return []
  return [
    {
      severity: 'notice',
      code: 'drift',
      message: `For some time ${list(found.map(({ name }) => name))} ${found.length === 1 ? 'was' : 'were'} otherwise than in the pilot, though not over all; “${longest.name}” in ${count(longest.chunks)} chunks, first in ${chunkName(longest.first)}.`,
      evidence: { columns: found.map(({ name, first, chunks }) => ({ column: name, first: first.index, chunks })) },
      advice: 'Find out what happened then, and whether the model was right in the meantime.',
    },
  ]
}

function isOut(verdict: ColumnAssessment['drift']['verdict']): boolean {
  return driftRank(verdict) >= driftRank('warn')
}

/** The chunk before which all was as in the pilot, and since which it is otherwise. */
function breakIn({ chunks, drift }: ColumnAssessment): ColumnChunk | null {
  const first = chunks.findIndex(({ verdict }) => isOut(verdict))
  const [before, after] = [chunks.slice(0, first), chunks.slice(first)]
  const chunk = chunks[first]
  if (!isOut(drift.verdict) || first < 1 || chunk === undefined || after.length < 2) return null
  const lasts = after.filter(({ verdict }) => isOut(verdict)).length >= 0.8 * after.length
  return lasts && before.every(({ verdict }) => driftRank(verdict) <= driftRank('watch')) ? chunk : null
}
