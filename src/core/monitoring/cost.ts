// What a pilot costs at full volume, with what is not known as ranges: Monte Carlo over triangular distributions, and which unknown
// the range depends on most.
//
// Share of the variance: first-order Sobol index, S_i = mean f(B)(f(A_B,i) − f(A)) / variance with A, B independent draws and A_B,i
// being A with the i-th unknown from B (A. Saltelli et al., Comput. Phys. Commun. 181 (2010) 259–270, estimator (b)).

import { type Random, seededRandom } from '#core/stats/random.ts'
import type { CostAssessment, Estimate } from './assessment.ts'

/** Triangular: `low` ≤ `likely` ≤ `high`. */
export type CostUnknown = {
  readonly name: string
  readonly low: number
  readonly likely: number
  readonly high: number
}

/** Costs per month of one part: its factors multiplied, and by the volume where they are per decision. */
export type CostPart = {
  readonly name: string
  /** Where the figures come from, in a sentence. */
  readonly assumption: string
  readonly per: 'decision' | 'month'
  /** Numbers as they are, or names of unknowns. */
  readonly factors: readonly (number | string)[]
}

export type CostInput = {
  readonly volumePerMonth: number
  readonly unknowns: readonly CostUnknown[]
  readonly parts: readonly CostPart[]
  readonly pilotPerDecision: number | null
  readonly seed: number
}

const draws = 4096

/** Errors: RangeError for a range out of order, a factor that nobody declared, or no volume. */
export function assessCost(input: CostInput): CostAssessment {
  check(input)
  const { volumePerMonth, unknowns, parts } = input
  const random = seededRandom(input.seed)
  const a = draw(unknowns, random)
  const b = draw(unknowns, random)
  const costsOf = (part: CostPart) => a.map((values) => costOf(part, values, input))
  const totals = a.map((values) => totalOf(values, input))
  return {
    currency: null,
    volumePerMonth,
    perDecision: spread(totals.map((total) => total / volumePerMonth)),
    perMonth: spread(totals),
    pilotPerDecision: input.pilotPerDecision,
    parts: parts.map((part) => ({ name: part.name, perMonth: spread(costsOf(part)), assumption: part.assumption })),
    unknowns: largest({ a, b, totals, input }),
  }
}

type Draw = ReadonlyMap<string, number>

function draw(unknowns: readonly CostUnknown[], random: Random): Draw[] {
  return Array.from(
    { length: draws },
    () => new Map(unknowns.map((unknown) => [unknown.name, triangular(unknown, random.uniform())])),
  )
}

function triangular({ low, likely, high }: CostUnknown, u: number): number {
  const width = high - low
  if (width === 0) return low
  const peak = (likely - low) / width
  return u < peak ? low + Math.sqrt(u * width * (likely - low)) : high - Math.sqrt((1 - u) * width * (high - likely))
}

function costOf({ per, factors }: CostPart, values: Draw, { volumePerMonth }: CostInput): number {
  const product = factors.reduce<number>(
    (cost, factor) => cost * (typeof factor === 'number' ? factor : (values.get(factor) as number)),
    1,
  )
  return per === 'decision' ? product * volumePerMonth : product
}

function totalOf(values: Draw, input: CostInput): number {
  return input.parts.reduce((sum, part) => sum + costOf(part, values, input), 0)
}

/** The mean and the middle 95 % of the draws. */
function spread(values: readonly number[]): Estimate {
  const sorted = values.toSorted((x, y) => x - y)
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number
  return { value: values.reduce((sum, value) => sum + value, 0) / values.length, low: at(0.025), high: at(0.975) }
}

function largest(drawn: {
  a: readonly Draw[]
  b: readonly Draw[]
  totals: readonly number[]
  input: CostInput
}): CostAssessment['unknowns'] {
  const { a, b, totals, input } = drawn
  const mean = totals.reduce((sum, total) => sum + total, 0) / totals.length
  const variance = totals.reduce((sum, total) => sum + (total - mean) ** 2, 0) / (totals.length - 1)
  if (!(variance > 0)) return []
  const others = b.map((values) => totalOf(values, input) - mean)
  return input.unknowns
    .map(({ name, low, high }) => {
      const covariance = a.reduce((sum, values, j) => {
        const mixed = new Map(values).set(name, b[j]?.get(name) as number)
        return sum + (others[j] as number) * (totalOf(mixed, input) - (totals[j] as number))
      }, 0)
      const share = Math.min(1, Math.max(0, covariance / draws / variance))
      return { name, share, range: [low, high] as const }
    })
    .filter(({ share }) => share > 0)
    .sort((x, y) => y.share - x.share)
    .slice(0, 3)
}

function check({ volumePerMonth, unknowns, parts }: CostInput): void {
  if (!(volumePerMonth > 0 && volumePerMonth < Infinity))
    throw new RangeError(`cost: a volume of ${volumePerMonth} a month`)
  for (const { name, low, likely, high } of unknowns) {
    if (!(low <= likely && likely <= high && Number.isFinite(low) && Number.isFinite(high))) {
      throw new RangeError(`cost: the range of ${name} is not low ≤ likely ≤ high`)
    }
  }
  const names = new Set(unknowns.map(({ name }) => name))
  for (const { name, factors } of parts) {
    for (const factor of factors) {
      const known = typeof factor === 'number' ? Number.isFinite(factor) : names.has(factor)
      if (!known) throw new RangeError(`cost: ${name} depends on ${factor}, which is no number and no unknown`)
    }
  }
}
