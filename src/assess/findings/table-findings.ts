// What is odd about the tables themselves: columns that are not in both, copies, constants, formats, units, shifted rows, words
// that stand for nothing, text decoded wrongly.

import { testShares } from '#core/stats/two-shares.ts'
import type { ColumnAssessment, Finding } from '#core/monitoring/assessment.ts'
import type { Count, Sides, TableFacts } from '../table-facts.ts'
import type { FindingFamily, FindingInput } from './evidence.ts'
import { count, figure, list, percent, rows } from './figures.ts'

export const tableFindings: FindingFamily = (input) => [
  ...columnSets(input),
  ...copies(input.facts.copies),
  ...constants(input.assessment.columns),
  ...shifted(input.facts.shifted),
  ...units(input.facts),
  ...dates(input.facts),
  ...garbled(input.facts),
  ...placeholders(input.facts, input.assessment.columns),
  ...mixedTypes(input.assessment.columns),
  ...scores(input),
]

function columnSets({ onlyReference, onlyLive }: FindingInput): Finding[] {
  const found: Finding[] = []
  if (onlyReference.length > 0) {
    found.push({
      severity: 'warning',
      code: 'nulls',
      message: `Live has no ${onlyReference.length === 1 ? 'column' : 'columns'} ${list(onlyReference, 5)}, which the pilot had.`,
      evidence: { columns: onlyReference.slice(0, 100) },
      advice:
        'If the model reads it, deliver it; if it was renamed, give it the same name; a label name with --target; else --ignore it.',
    })
  }
  if (onlyLive.length > 0) {
    found.push({
      severity: 'notice',
      code: 'unseen',
      message: `Live has ${onlyLive.length === 1 ? 'a column' : `${onlyLive.length} columns`} that the pilot did not have: ${list(onlyLive, 5)}.`,
      evidence: { columns: onlyLive.slice(0, 100) },
      advice: 'Nothing can be compared there. If one was renamed, give it the name of the pilot.',
    })
  }
  return found
}

function share({ hits, n }: Count): number {
  return n === 0 ? 0 : hits / n
}

function isMore({ reference, live }: Sides, floor: number): boolean {
  if (live.n === 0 || reference.n === 0 || share(live) - share(reference) < floor) return false
  return (testShares(reference, live) ?? 1) < 0.001
}

function copies(sides: Sides): Finding[] {
  const more = isMore(sides, 0.01)
  if (!more && share(sides.live) < 0.2 && share(sides.reference) < 0.2) return []
  return [
    {
      severity: more ? 'warning' : 'notice',
      code: 'duplicates',
      message: `${percent(share(sides.live))} of the live rows are copies of another row; in the pilot ${percent(share(sides.reference))} were.`,
      evidence: sides,
      advice: more
        ? 'Check whether records are delivered twice; copies make every figure look surer than it is.'
        : 'That may be right for a table of few columns. If rows have an identity, include it.',
    },
  ]
}

/** One value in all of the pilot, and others live: more than the one in a thousand that is chance. */
export function isNewlyVaried(column: ColumnAssessment): boolean {
  return isConstant(column) && isNews(column)
}

function isConstant({ quality, role }: ColumnAssessment): boolean {
  return quality.distinct.reference === 1 && role === null
}

function constants(columns: readonly ColumnAssessment[]): Finding[] {
  const became = columns.filter(isNewlyVaried)
  const still = columns.filter((column) => isConstant(column) && !isNews(column))
  const stuck = columns.filter(
    ({ quality, role, kind, drift }) =>
      role === null &&
      kind !== 'id' &&
      quality.distinct.reference > 1 &&
      quality.distinct.live === 1 &&
      drift.n.live >= 100,
  )
  const empty = columns.filter(({ quality, role }) => quality.distinct.reference === 0 && role === null)
  const say = (found: readonly ColumnAssessment[], rest: Omit<Finding, 'evidence' | 'code'>): Finding[] =>
    found.length === 0 ? [] : [{ code: 'constant', evidence: { columns: found.map(({ name }) => name) }, ...rest }]
  const names = (found: readonly ColumnAssessment[]) =>
    list(
      found.map(({ name }) => name),
      5,
    )
  return [
    ...say(became, {
      severity: 'warning',
      message: `${names(became)} had one value in all of the pilot and ${became.length === 1 ? 'has' : 'have'} others live: the model cannot have learnt what that means.`,
      advice:
        'Find out what changed; do not rely on the model there. What tells the time (a month, a year) leave out with --ignore.',
    }),
    ...say(stuck, {
      severity: 'warning',
      message: `${names(stuck)} ${stuck.length === 1 ? 'has' : 'have'} one single value live and varied in the pilot.`,
      advice: 'Check whether the source is stuck or a default is filled in.',
    }),
    ...say(still, {
      severity: 'notice',
      message: `${names(still)} ${still.length === 1 ? 'has' : 'have'} one single value in all of the pilot and ${still.length === 1 ? 'says' : 'say'} nothing.`,
      advice: `Leave ${them(still)} out, or find out why ${still.length === 1 ? 'it does' : 'they do'} not vary.`,
    }),
    ...say(empty, {
      severity: 'notice',
      message: `${names(empty)} ${empty.length === 1 ? 'is' : 'are'} empty in all of the pilot.`,
      advice: `Leave ${them(empty)} out, or find out why nothing is delivered.`,
    }),
  ]
}

function isNews({ quality: { unseenRate, outOfRangeRate } }: ColumnAssessment): boolean {
  return [unseenRate, outOfRangeRate].some(({ verdict }) => verdict === 'warn' || verdict === 'act')
}

function shifted({ reference, live, example }: TableFacts['shifted']): Finding[] {
  if (reference.hits + live.hits === 0) return []
  return [
    {
      severity: share(live) >= 0.01 ? 'warning' : 'notice',
      code: 'shifted-rows',
      message: `In ${count(live.hits)} of ${count(live.n)} live rows (pilot: ${count(reference.hits)} of ${count(reference.n)}) the values stand one column beside where they belong.`,
      evidence: { reference, live, example },
      advice: 'Look for a delimiter inside a value that is not quoted, or a missing field, where the file is written.',
    },
  ]
}

function units({ units: found }: TableFacts): Finding[] {
  return found.map(({ column, factor, share: part, examples }) => ({
    severity: 'warning',
    code: 'range',
    message: `In ${percent(part)} of the live rows “${column}” looks like another unit: ${figure(factor >= 1 ? factor : 1 / factor)} times too ${factor >= 1 ? 'large' : 'small'} (such as ${figure(examples[0] ?? 0)}).`,
    evidence: { column, factor, share: part, examples },
    advice: 'Check the unit at the source and convert it before the model.',
  }))
}

function dates({ dateFormats }: TableFacts): Finding[] {
  return dateFormats.flatMap(({ column, reference, live }): Finding[] => {
    const names = new Set([...reference, ...live].map(({ name }) => name))
    if (names.size < 2) return []
    const isNew = live.some(({ name, n }) => n > 0 && !reference.some((one) => one.name === name))
    const said = (formats: TableFacts['dateFormats'][number]['live']) =>
      formats.map(({ name, n }) => `as ${name} (${count(n)} times)`).join(', ') || 'none'
    return [
      {
        severity: isNew ? 'warning' : 'notice',
        code: 'types',
        message: `“${column}” writes dates in ${names.size} ways: in the pilot ${said(reference)}; live ${said(live)}.`,
        evidence: { column, reference, live },
        advice: 'Write dates as 2026-11-21 everywhere: 03/04 is another day on the other side of the ocean.',
      },
    ]
  })
}

function garbled({ garbled: found }: TableFacts): Finding[] {
  return found.map(({ column, reference, live, example }) => ({
    severity: share(live) >= 0.01 ? 'warning' : 'notice',
    code: 'types',
    message: `“${column}” has damaged characters in ${rows(live.hits)} of live and ${rows(reference.hits)} of the pilot, such as “${example}”.`,
    evidence: { column, reference, live, example },
    advice: 'Read and write the file as UTF-8 throughout: somewhere it is read as Latin-1.',
  }))
}

function placeholders({ placeholders: found }: TableFacts, columns: readonly ColumnAssessment[]): Finding[] {
  const frequent = found
    .filter((one) => Math.max(share(one.reference), share(one.live)) >= 0.005)
    .map((one) => ({ ...one, of: columns.find(({ name }) => name === one.column) }))
    .filter(({ of }) => of?.kind !== 'text')
  const answers = frequent.filter(({ of }) => of?.role === 'target')
  const others = frequent.filter(({ of }) => of?.role !== 'target')
  const evidence = (some: typeof frequent) => ({
    columns: some.map(({ column, word, reference, live }) => ({ column, word, reference, live })),
  })
  const [first] = others
  const where = (one: TableFacts['placeholders'][number]) =>
    share(one.live) >= share(one.reference)
      ? `${percent(share(one.live))} of the live rows`
      : `${percent(share(one.reference))} of the pilot`
  return [
    ...answers.map((one): Finding => ({
      severity: 'notice',
      code: 'nulls',
      message: `“${one.word}” in “${one.column}” counts as a right answer like any other, in ${where(one)}.`,
      evidence: evidence([one]),
      advice: 'If it means that the answer is not known yet, deliver an empty field: else every figure counts it.',
    })),
    ...(first === undefined
      ? []
      : [
          {
            severity: 'notice' as const,
            code: 'nulls' as const,
            message: `Words such as “${first.word}” are counted as values, not as empty fields, in ${list(
              others.map(({ column }) => column),
              5,
            )} (“${first.word}”: ${where(first)}).`,
            evidence: evidence(others),
            advice: 'If it means that nothing is known, deliver an empty field.',
          },
        ]),
  ]
}

/** In both files alike, so no drift; but whoever reads such a column should know. */
function mixedTypes(columns: readonly ColumnAssessment[]): Finding[] {
  const mixed = columns.filter(
    ({ quality: { typeErrorRate } }) =>
      (typeErrorRate.reference ?? 0) >= 0.005 && !['warn', 'act'].includes(typeErrorRate.verdict),
  )
  if (mixed.length === 0) return []
  return [
    {
      severity: 'notice',
      code: 'types',
      message: `${list(
        mixed.map(({ name, kind }) => `${name} (${kind === 'datetime' ? 'dates' : 'numbers'})`),
        5,
      )}: some values are words instead, in the pilot already.`,
      evidence: { columns: mixed.map(({ name, quality }) => ({ column: name, ...quality.typeErrorRate })) },
      advice: 'Put remarks in a column of their own; decide what the model gets instead.',
    },
  ]
}

function scores({ scores: { outside, n }, assessment }: FindingInput): Finding[] {
  if (outside === 0 || n === 0) return []
  const column = assessment.columns.find(({ role }) => role === 'score')?.name ?? 'score'
  return [
    {
      severity: outside / n > 0.01 ? 'warning' : 'notice',
      code: 'range',
      message: `${count(outside)} of ${count(n)} scores in “${column}” lie outside 0 to 1, so they are no probabilities.`,
      evidence: { column, outside, n },
      advice:
        'Give the probability of the positive class (several classes: of the predicted one); a percentage divided by 100.',
    },
  ]
}

function them(columns: readonly unknown[]): string {
  return columns.length === 1 ? 'it' : 'them'
}
