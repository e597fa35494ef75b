// The parts of running a model at full volume, from what the user said and what the pilot showed. What a pilot does not show
// (monitoring, retraining, integration) is assumed as a wide range of hours and said to be; whoever knows better says so.

import type { Estimate } from './assessment.ts'
import type { CostInput, CostPart, CostUnknown } from './cost.ts'

export type CostFacts = {
  readonly volumePerMonth: number
  /** Money per wrong yes and per wrong no; absent: not known. */
  readonly costFp?: number
  readonly costFn?: number
  /** Minutes a person takes to review one decision; money per hour of a person. */
  readonly reviewMinutes?: number
  readonly costHour?: number
  /** Shares of all decisions that nobody corrects, as measured or estimated. */
  readonly fpRate: Estimate
  readonly fnRate: Estimate
  /** Whether a person looks at what is not automatic, and what is wrong there is corrected. */
  readonly isReviewed: boolean
  /** Share that goes to a person: all of them where nothing can be automated. */
  readonly reviewShare: Estimate
  readonly seed: number
}

/** Hours of a person, as low, likely, high. */
const assumedHours = {
  monitoring: [4, 10, 40],
  retraining: [16, 60, 200],
  integration: [200, 600, 2400],
} as const
const retrainingsPerYear = [1, 4, 12] as const
/** Integration is paid once and counted over three years. */
const integrationMonths = 36

/** Null where no cost is known at all: there is nothing to multiply. */
export function costInput(facts: CostFacts): CostInput | null {
  const unknowns: CostUnknown[] = []
  const parts: CostPart[] = [...errorParts(facts, unknowns), ...workParts(facts, unknowns)]
  if (parts.length === 0) return null
  return { volumePerMonth: facts.volumePerMonth, unknowns, parts, pilotPerDecision: pilotCost(facts), seed: facts.seed }
}

function errorParts(facts: CostFacts, unknowns: CostUnknown[]): CostPart[] {
  const { costFp, costFn, fpRate, fnRate, reviewShare } = facts
  const assumption = !facts.isReviewed
    ? 'Of all decisions, since no review was priced: rate with its 95 % interval; cost as given.'
    : reviewShare.value === 1
      ? 'None: nothing can be automated, and the people who decide are taken to be right.'
      : 'Of automatic decisions alone: rate with its 95 % interval; the people who decide the others are taken to be right.'
  const part = (name: string, cost: number | undefined, rate: Estimate): CostPart[] => {
    const range = rangeOf(`rate of ${name}`, rate)
    if (cost === undefined || range === null) return []
    unknowns.push(range)
    return [{ name, per: 'decision', factors: [cost, range.name], assumption }]
  }
  return [...part('wrong yes', costFp, fpRate), ...part('wrong no', costFn, fnRate)]
}

function workParts({ costHour, reviewMinutes, reviewShare }: CostFacts, unknowns: CostUnknown[]): CostPart[] {
  if (costHour === undefined) return []
  const parts: CostPart[] = []
  const share = rangeOf('share reviewed', reviewShare)
  if (reviewMinutes !== undefined && share !== null) {
    unknowns.push(share, {
      name: 'minutes per review',
      low: reviewMinutes * 0.8,
      likely: reviewMinutes,
      high: reviewMinutes * 1.5,
    })
    const assumption = 'Minutes as given, from 20 % less to 50 % more: cases for review are the harder ones.'
    parts.push({
      name: 'review',
      per: 'decision',
      factors: [share.name, 'minutes per review', costHour / 60],
      assumption,
    })
  }
  const hours = (name: keyof typeof assumedHours) => ({ name: `hours of ${name}`, ...ordered(assumedHours[name]) })
  unknowns.push(
    hours('monitoring'),
    hours('retraining'),
    { name: 'retrainings a year', ...ordered(retrainingsPerYear) },
    hours('integration'),
  )
  return [
    ...parts,
    {
      name: 'monitoring',
      per: 'month',
      factors: ['hours of monitoring', costHour],
      assumption: 'Assumed: 4 to 40 hours a month.',
    },
    {
      name: 'retraining',
      per: 'month',
      factors: ['hours of retraining', 'retrainings a year', costHour / 12],
      assumption: 'Assumed: 1 to 12 times a year, 16 to 200 hours each.',
    },
    {
      name: 'integration',
      per: 'month',
      factors: ['hours of integration', costHour / integrationMonths],
      assumption: 'Assumed: 200 to 2,400 hours once, counted over three years.',
    },
  ]
}

/** What errors and reviews cost per decision at the measured rates; null where neither is known. */
function pilotCost({ costFp, costFn, fpRate, fnRate, reviewShare, reviewMinutes, costHour }: CostFacts): number | null {
  const review = reviewMinutes === undefined || costHour === undefined ? undefined : (reviewMinutes / 60) * costHour
  const terms = [
    [costFp, fpRate.value],
    [costFn, fnRate.value],
    [review, reviewShare.value],
  ] as const
  const known = terms.filter(([cost, rate]) => cost !== undefined && rate !== null)
  return known.length === 0 ? null : known.reduce((sum, [cost, rate]) => sum + (cost ?? 0) * (rate ?? 0), 0)
}

function rangeOf(name: string, { value, low, high }: Estimate): CostUnknown | null {
  return value === null ? null : { name, low: low ?? value, likely: value, high: high ?? value }
}

function ordered([low, likely, high]: readonly [number, number, number]) {
  return { low, likely, high }
}
