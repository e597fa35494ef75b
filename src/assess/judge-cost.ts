// What the use costs at full volume. Two ways of working are told apart by what was priced:
//
//   a review is priced   what cannot be automated goes to a person, who is taken to be right: only automatic decisions are wrong
//   nothing is said      the model decides alone, and all of its errors count

import type { Assessment, Estimate } from '#core/monitoring/assessment.ts'
import { costInput } from '#core/monitoring/cost-assumptions.ts'
import { assessCost } from '#core/monitoring/cost.ts'
import { rate, unknown } from '#core/monitoring/performance-values.ts'
import { mergeScoredCells } from '#core/monitoring/scored-cells.ts'
import { confusionOf, labelledProfile } from '#core/monitoring/scored-metrics.ts'
import type { AssessOptions } from './options.ts'
import type { OutcomeCounts } from './outcome-counts.ts'

export type CostQuestion = {
  readonly reference: OutcomeCounts
  readonly live: OutcomeCounts
  readonly automation: Assessment['automation']
}

/** Null without a volume or a price. */
export function judgeCost({ cost }: AssessOptions, { reference, live, automation }: CostQuestion): Assessment['cost'] {
  if (cost?.volumePerMonth === undefined) return null
  const { volumePerMonth, falsePositive, falseNegative, reviewMinutes, costPerHour } = cost
  const isReviewed = reviewMinutes !== undefined && costPerHour !== undefined
  const rates = errorRates(live.answered.some((n) => n > 0) ? live : reference)
  const covered = automation?.recommended?.coverage ?? 0
  const share = (value: number) => Math.min(1, Math.max(0, value))
  const input = costInput({
    ...reviewCosts({ cost }),
    volumePerMonth,
    ...(falsePositive === undefined ? {} : { costFp: falsePositive }),
    ...(falseNegative === undefined ? {} : { costFn: falseNegative }),
    ...(isReviewed ? automaticOnly(rates, automation) : rates),
    isReviewed,
    reviewShare: {
      value: 1 - covered,
      low: covered === 0 ? 1 : share(0.95 - covered),
      high: share(1.05 - covered),
    },
    seed: 20_261_121,
  })
  return input === null ? null : assessCost(input)
}

/** Prices that were given and lead to nothing. */
export function costNotes({ cost }: AssessOptions, judged: Assessment['cost']): string[] {
  if (cost === undefined || judged !== null) return []
  const { volumePerMonth, falsePositive, falseNegative } = cost
  if (volumePerMonth === undefined) {
    return ['Nothing is said of the cost at scale: give --volume, the decisions a month.']
  }
  return falsePositive === undefined && falseNegative === undefined
    ? [
        'Nothing is said of the cost at scale: give what errors cost (--cost-fp, --cost-fn), or an hour of those who review (--cost-hour).',
      ]
    : ['Nothing is said of the cost at scale: without yes and no there is no wrong yes or no; give --cost-hour.']
}

/** What a review takes, in the words of the core. */
export function reviewCosts({ cost = {} }: AssessOptions) {
  const { reviewMinutes, costPerHour, volumePerMonth } = cost
  return {
    ...(reviewMinutes === undefined ? {} : { reviewMinutes }),
    ...(costPerHour === undefined ? {} : { costHour: costPerHour }),
    ...(volumePerMonth === undefined ? {} : { volumePerMonth }),
  }
}

type Rates = { readonly fpRate: Estimate; readonly fnRate: Estimate }

/** Shares of all decisions. */
function errorRates({ performance }: OutcomeCounts): Rates {
  if (performance.kind !== 'binary') return { fpRate: unknown, fnRate: unknown }
  const { tp, fp, fn, tn } = confusionOf(labelledProfile(performance.chunks.reduce(mergeScoredCells)))
  const n = tp + fp + fn + tn
  return { fpRate: rate(fp, n), fnRate: rate(fn, n) }
}

/** Errors at or above the threshold, of both kinds in the proportion of all errors. */
function automaticOnly({ fpRate, fnRate }: Rates, automation: Assessment['automation']): Rates {
  const [fp, fn] = [fpRate.value, fnRate.value]
  if (fp === null || fn === null) return { fpRate, fnRate }
  const best = automation?.recommended ?? null
  const point = automation?.curve.find(({ threshold }) => threshold === best?.threshold)
  const part = (of: number): Estimate => {
    if (best === null || point === undefined) return { value: 0, low: 0, high: 0 }
    const factor = fp + fn === 0 ? 0.5 : of / (fp + fn)
    const scaled = (value: number | null) => (value === null ? null : value * best.coverage * factor)
    return { value: scaled(point.error.value), low: scaled(point.error.low), high: scaled(point.error.high) }
  }
  return { fpRate: part(fp), fnRate: part(fn) }
}
