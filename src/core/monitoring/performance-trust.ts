// Whether the estimate of a chunk is to be trusted, and why (not), in words. Its conditions: scores and inputs lie where the
// reference has some, the relation of score and label is stable (tried on the reference's own chunks), and the labels that came most
// recently agree with what was estimated for them. Missing never counts as good: a condition that cannot be checked is said.

import type { Metric } from './assessment.ts'
import { type Backtest, backtestChunksMin } from './performance-backtest.ts'
import { metricWords } from './metric-words.ts'
import type { CellsSize } from './performance-judge.ts'

export type TrustFloors = {
  /** Largest share of rows with a score outside the reference's range, or without any. */
  readonly outsideMax: number
  /** Largest share of rows in regions that the reference hardly has. */
  readonly unseenMax: number
}
export const usualTrustFloors: TrustFloors = { outsideMax: 0.01, unseenMax: 0.1 }

/** Rows in regions (values, ranges or joint cells of two columns) that the reference hardly has. */
export type UnseenRows = {
  readonly rows: number
  /** Where most of them are, in words: `latitude below 33.3`. */
  readonly where: string
}

/** An estimate beside the labels that came for the same rows. */
export type Reconciled = {
  readonly metric: Metric
  /** The chunk in words: `rows 0 to 4,999`, `2026-03-01 to 2026-03-31`. */
  readonly chunk: string
  readonly estimated: number
  readonly realised: number
  /** Of their difference, if all conditions hold. */
  readonly variance: number
}

export type TrustEvidence = {
  readonly size: CellsSize
  readonly unseen: UnseenRows | null
  readonly backtests: readonly Backtest[]
  /** Of the newest chunk with enough labels, up to this one. */
  readonly recent: readonly Reconciled[]
  readonly floors: TrustFloors
  /** Differences below this do not matter, by metric. */
  readonly matters: (metric: Metric) => number
}

export function judgeTrust(evidence: TrustEvidence): { readonly trustworthy: boolean; readonly why: string } {
  const { size, unseen, floors, matters } = evidence
  const against: string[] = []
  for (const { metric, chunk, estimated, realised, variance } of evidence.recent) {
    const miss = Math.abs(realised - estimated)
    if (miss > surpriseMin * Math.sqrt(variance) && miss >= matters(metric)) {
      const words = `${metricWords[metric]} was estimated at ${figure(estimated)} and came out at ${figure(realised)}`
      against.push(against.length === 0 ? `the labels of ${chunk} disagree: ${words}` : words)
    }
  }
  if (size.outside > floors.outsideMax * size.n) {
    against.push(`${percent(size.outside / size.n)} of the rows have a score or prediction outside the pilot's range`)
  }
  if (size.unscored > floors.outsideMax * size.n)
    against.push(`${percent(size.unscored / size.n)} of the rows have no score`)
  if (unseen !== null && unseen.rows > floors.unseenMax * size.n) {
    against.push(`${percent(unseen.rows / size.n)} of the rows lie where the pilot has hardly any (${unseen.where})`)
  }
  const unstable = evidence.backtests.filter((test) => isUnstable(test, matters(test.metric)))
  if (unstable.length > 0) against.push(instability(unstable))
  return against.length > 0
    ? { trustworthy: false, why: sentence(against) }
    : { trustworthy: true, why: inFavour(evidence) }
}

/** In standard errors: 1 % two-sided. */
const surpriseMin = 2.5758

function isUnstable({ pValue, excess }: Backtest, floor: number): boolean {
  return pValue < 0.01 && Math.sqrt(excess) >= floor
}

/** `tried on the pilot's own 8 chunks, the share of right answers was outside its band in 6 (by 0.09 beyond chance), the ROC area in 5 …` */
function instability(unstable: readonly Backtest[]): string {
  const parts = unstable.map(
    ({ metric, missed, excess }, i) =>
      `${metricWords[metric]} ${i === 0 ? 'was outside its band ' : ''}in ${missed} (by ${Number(Math.sqrt(excess).toPrecision(2))} beyond chance)`,
  )
  return `tried on the pilot's own ${unstable[0]?.chunks} chunks, ${parts.join(', ')}`
}

function inFavour({ backtests, recent, unseen }: TrustEvidence): string {
  const worst = backtests.toSorted((a, b) => b.missed - a.missed)[0]
  const parts = [
    unseen === null ? 'scores lie where the pilot has them' : 'scores and inputs lie where the pilot has them',
    worst === undefined
      ? `it could not be tried on the pilot itself, which has fewer than ${backtestChunksMin} labelled chunks`
      : `tried on the pilot's own ${worst.chunks} chunks it was within its band in ${worst.chunks - worst.missed}`,
    recent.length === 0 ? 'no live labels to check it by' : `the labels of ${recent[0]?.chunk} agree with it`,
  ]
  return sentence(parts)
}

function sentence(parts: readonly string[]): string {
  const text = parts.join('; ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function percent(share: number): string {
  const value = share * 100
  return `${value > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} %`
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}
