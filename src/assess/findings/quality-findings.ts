// Values that are missing, wrong, new or out of range: shares that have got worse since the pilot.

import type { ColumnAssessment, Finding, FindingCode, RatePair } from '#core/monitoring/assessment.ts'
import type { FindingFamily } from './evidence.ts'
import { list, percent } from './figures.ts'
import { isNewlyVaried } from './table-findings.ts'

type RateName = 'nullRate' | 'typeErrorRate' | 'unseenRate' | 'outOfRangeRate'

const families: readonly {
  rate: RateName
  code: FindingCode
  says: (share: string, before: string) => string
  advice: string
}[] = [
  {
    rate: 'nullRate',
    code: 'nulls',
    says: (now, before) => `is empty in ${now} of the live rows; in the pilot it was ${before}`,
    advice: 'Ask whoever delivers the data since when it is missing; decide what the model gets instead.',
  },
  {
    rate: 'typeErrorRate',
    code: 'types',
    says: (now, before) => `cannot be read in ${now} of the live rows; in the pilot it was ${before}`,
    advice: 'Correct the format at the source, or convert it before the model.',
  },
  {
    rate: 'unseenRate',
    code: 'unseen',
    says: (now, before) =>
      `has values that the pilot never had in ${now} of the live rows; from the pilot about ${before} was to be expected`,
    advice: 'Send such cases to a person until the model has been tested on them.',
  },
  {
    rate: 'outOfRangeRate',
    code: 'range',
    says: (now, before) =>
      `lies outside the range of the pilot in ${now} of the live rows; about ${before} was to be expected`,
    advice: 'Check the unit and the source; send such cases to a person until the model has been tested on them.',
  },
]

export const qualityFindings: FindingFamily = ({ assessment }) =>
  families.flatMap(({ rate, code, says, advice }) => {
    const worse = assessment.columns
      .filter((column) => ['warn', 'act'].includes(column.quality[rate].verdict) && !isToldElsewhere(column, rate))
      .toSorted((a, b) => moved(b.quality[rate]) - moved(a.quality[rate]))
    const family = { rate, code, says, advice }
    // Fuller is other news than emptier.
    return [...Map.groupBy(worse, ({ quality }) => isFewer(quality[rate])).values()].flatMap((columns) =>
      columns.length <= 3
        ? columns.map((column) => tell(column, family))
        : [...columns.slice(0, 2).map((column) => tell(column, family)), others(columns.slice(2), family)],
    )
  })

/** Of answers, as out of scope or as drift; where the pilot had one value, that it varies. */
function isToldElsewhere(column: ColumnAssessment, rate: RateName): boolean {
  if (rate !== 'unseenRate' && rate !== 'outOfRangeRate') return false
  return isNewlyVaried(column) || isAnswer(column)
}

function isAnswer({ role }: ColumnAssessment): boolean {
  return role === 'target' || role === 'prediction' || role === 'score'
}

function moved({ reference, live }: RatePair): number {
  return Math.abs((live ?? 0) - (reference ?? 0))
}

function tell({ name, quality }: ColumnAssessment, { rate, code, says, advice }: (typeof families)[number]): Finding {
  const { reference, live, low, high, verdict } = quality[rate]
  const fewer = isFewer(quality[rate])
  const isAll = code === 'range' && (live ?? 0) >= 0.5
  const examples =
    code === 'unseen' && quality.unseen.length > 0 ? ` (such as ${list(quality.unseen.map(({ value }) => value))})` : ''
  return {
    severity: verdict === 'act' && !fewer ? 'warning' : 'notice',
    code,
    message: `“${name}” ${says(percent(live), percent(reference))}${examples}.`,
    evidence: {
      column: name,
      reference,
      live,
      low,
      high,
      verdict,
      ...(code === 'unseen' ? { values: quality.unseen } : {}),
    },
    advice: fewer ? filledIn : isAll ? clockwork : advice,
  }
}

const together: Readonly<Partial<Record<FindingCode, string>>> = {
  nulls: 'empty more often than in the pilot',
  types: 'less readable than in the pilot',
  unseen: 'new in their values',
  range: 'out of the pilot’s range',
}

function others(columns: readonly ColumnAssessment[], { rate, code, advice }: (typeof families)[number]): Finding {
  const [first] = columns
  const fewer = first !== undefined && isFewer(first.quality[rate])
  const names = columns.map(({ name }) => name)
  return {
    severity: !fewer && columns.some(({ quality }) => quality[rate].verdict === 'act') ? 'warning' : 'notice',
    code,
    message: `${columns.length} more ${columns.length === 1 ? 'column is' : 'columns are'} ${fewer ? 'filled in more often than in the pilot' : together[code]}: ${list(names, 5)}.`,
    evidence: { columns: columns.slice(0, 50).map(({ name, quality }) => ({ column: name, ...quality[rate] })) },
    advice: fewer ? filledIn : advice,
  }
}

/** Most of live beyond the range: mostly something that only ever grows. */
const clockwork =
  'If it tells the time (a month, a year, a running number), leave it out with --ignore; else check the unit and the source.'

const filledIn = 'Find out why it is filled in now: the model has learnt from rows without it.'

function isFewer({ reference, live }: RatePair): boolean {
  return (live ?? 0) < (reference ?? 0)
}
