// Performance of a model from pilot to live, chunk by chunk: what came (where labels are known) and what is estimated (where the
// model gives scores), each with its interval; which chunks are outside the usual; and whether an estimate is to be trusted.

import type {
  Estimate,
  Metric,
  Metrics,
  PerformanceAssessment,
  PerformanceChunk,
  WatchedEstimate,
} from './assessment.ts'
import type { EstimatedValue, EstimatedValues } from './estimate-values.ts'
import { type Backtest, backtest } from './performance-backtest.ts'
import type { PerformanceJudge } from './performance-judge.ts'
import { alarmLimits, type Limits } from './performance-limits.ts'
import {
  judgeTrust,
  type Reconciled,
  type TrustFloors,
  type UnseenRows,
  usualTrustFloors,
} from './performance-trust.ts'
import { around, metricEnds } from './performance-values.ts'

export type LiveChunk<Cells> = {
  readonly index: number
  readonly from: string | number
  readonly to: string | number
  readonly cells: Cells
  /** Null where regions were not counted. */
  readonly unseen: UnseenRows | null
}

export type PerformanceInput<Cells> = {
  readonly reference: Cells
  /** The same rows in chunks like the live ones; may be empty. */
  readonly referenceChunks: readonly Cells[]
  /** In time order. */
  readonly live: readonly LiveChunk<Cells>[]
  readonly seed: number
  readonly floors?: TrustFloors
}

/** Rivals and the confusion matrix are added by who has the counts. */
export type PerformanceJudgement = Omit<PerformanceAssessment, 'baselines' | 'confusion'>

const recentLabelsMin = 100

export function assessPerformance<Cells>(
  judge: PerformanceJudge<Cells>,
  input: PerformanceInput<Cells>,
): PerformanceJudgement {
  const { reference, referenceChunks, live } = input
  const realisedReference = judge.realised(reference)
  const estimate = judge.fit(reference, { seed: input.seed })
  const whole = estimate?.(reference) ?? {}
  const backtests = backtest(judge, referenceChunks, whole)
  const context: Context<Cells> = {
    judge,
    estimate,
    backtests,
    floors: input.floors ?? usualTrustFloors,
    limits: limitsOf(judge, input, { realisedReference, whole }),
    reference: realisedReference,
  }
  const chunks: PerformanceChunk[] = []
  let recent: readonly Reconciled[] = []
  for (const chunk of live) {
    const values = estimate?.(chunk.cells) ?? {}
    const realised = judge.realised(chunk.cells)
    recent = reconcile(context, chunk, { values, realised }) ?? recent
    chunks.push(judgeChunk(context, chunk, { values, realised, recent }))
  }
  const [first, ...others] = live.map(({ cells }) => cells)
  return {
    reference: { n: judge.size(reference).labelled, ...pointsOf(realisedReference) },
    referenceIntervals: realisedReference,
    live:
      first === undefined ? { n: 0, realised: null, estimated: null } : wholeLive(context, judge.sum(first, others)),
    chunks,
    limits: context.limits,
  }
}

type Context<Cells> = {
  readonly judge: PerformanceJudge<Cells>
  readonly estimate: ((cells: Cells) => EstimatedValues) | null
  readonly backtests: readonly Backtest[]
  readonly floors: TrustFloors
  readonly limits: Readonly<Partial<Record<Metric, Limits>>>
  readonly reference: Metrics
}

function limitsOf<Cells>(
  judge: PerformanceJudge<Cells>,
  input: PerformanceInput<Cells>,
  known: { readonly realisedReference: Metrics; readonly whole: EstimatedValues },
): Partial<Record<Metric, Limits>> {
  const { reference, referenceChunks, live } = input
  const rows = judge.size(reference).n
  const liveRows = live.reduce((sum, { cells }) => sum + judge.size(cells).n, 0)
  const chunkRows = live.length > 0 ? liveRows / live.length : rows
  const values = judge.fit(reference, { seed: input.seed, draws: 0 })
  const seen = referenceChunks.map((cells) => pointsOf(values === null ? judge.realised(cells) : values(cells)))
  const limits: Partial<Record<Metric, Limits>> = {}
  for (const metric of judge.watched) {
    const interval = known.realisedReference[metric]
    const whole = known.whole[metric]?.value ?? interval?.value ?? null
    if (whole === null) continue
    const width =
      interval === undefined || interval.low === null || interval.high === null
        ? null
        : (interval.high - interval.low) / (2 * 1.96)
    const found = alarmLimits({
      metric,
      values: seen.map((values) => values[metric]).filter((value) => value !== undefined && value !== null),
      whole,
      chunkError: width === null || chunkRows === 0 ? null : width * Math.sqrt(rows / chunkRows),
      floor: judge.floor.relative ? judge.floor.alarm * Math.abs(whole) : judge.floor.alarm,
    })
    if (found !== undefined) limits[metric] = found
  }
  return limits
}

function judgeChunk<Cells>(
  context: Context<Cells>,
  chunk: LiveChunk<Cells>,
  figures: { readonly values: EstimatedValues; readonly realised: Metrics; readonly recent: readonly Reconciled[] },
): PerformanceChunk {
  const { judge, limits } = context
  const size = judge.size(chunk.cells)
  const trust =
    Object.keys(figures.values).length === 0
      ? unestimated(context)
      : judgeTrust({
          size,
          unseen: chunk.unseen,
          backtests: context.backtests.filter(({ metric }) => judge.checked.includes(metric)),
          recent: figures.recent,
          floors: context.floors,
          matters: (metric) => floorOf(context, metric),
        })
  return {
    index: chunk.index,
    from: chunk.from,
    to: chunk.to,
    n: size.n,
    labelled: size.labelled,
    // The value alone alarms: it varies little, and the limits are made of such values.
    estimated: watch(bandsOf(context, figures.values), (metric, { value }) => isOutside(limits[metric], value, value)),
    // Realised values scatter with the labels: only when all that they may be is outside.
    realised: watch(figures.realised, (metric, { low, high }) => isOutside(limits[metric], low, high)),
    ...trust,
  }
}

function unestimated<Cells>({ estimate }: Context<Cells>) {
  const why =
    estimate === null
      ? 'Nothing can be estimated: the pilot has too few labelled rows with a score to learn from (at least 100, and 10 of each answer).'
      : 'Nothing can be estimated: these rows have no score.'
  return { trustworthy: false, why }
}

function wholeLive<Cells>(context: Context<Cells>, cells: Cells) {
  const realised = context.judge.realised(cells)
  const values = context.estimate?.(cells) ?? {}
  return {
    n: context.judge.size(cells).n,
    realised: Object.keys(realised).length === 0 ? null : realised,
    estimated: Object.keys(values).length === 0 ? null : bandsOf(context, values),
  }
}

/** ± 1.96 √(calibration + sampling + what the backtest missed by beyond chance). */
function bandsOf<Cells>({ backtests }: Context<Cells>, values: EstimatedValues): Metrics {
  const bands: Partial<Record<Metric, Estimate>> = {}
  for (const [metric, of] of Object.entries(values) as [Metric, EstimatedValue][]) {
    const excess = backtests.find((test) => test.metric === metric)?.excess ?? 0
    bands[metric] = around(of.value, of.calibrationVariance + of.samplingVariance + excess, metricEnds[metric])
  }
  return bands
}

/** Undefined where the chunk has too few labels to say anything. */
function reconcile<Cells>(
  { judge, backtests }: Context<Cells>,
  chunk: LiveChunk<Cells>,
  { values, realised }: { readonly values: EstimatedValues; readonly realised: Metrics },
): readonly Reconciled[] | undefined {
  const { n, labelled } = judge.size(chunk.cells)
  if (labelled < recentLabelsMin || Object.keys(values).length === 0) return undefined
  return judge.checked.flatMap((metric) => {
    const estimated = values[metric]
    const came = realised[metric]?.value ?? null
    if (estimated === undefined || came === null) return []
    const excess = backtests.find((test) => test.metric === metric)?.excess ?? 0
    const variance = (estimated.samplingVariance * n) / labelled + estimated.calibrationVariance + excess
    return [
      {
        metric,
        chunk: spanInWords(chunk),
        estimated: estimated.value,
        realised: came,
        variance,
      },
    ]
  })
}

/** Instants as days: no chunk is shorter. */
function spanInWords({ from, to }: { readonly from: string | number; readonly to: string | number }): string {
  if (typeof from === 'number') return `rows ${from.toLocaleString('en')} to ${to.toLocaleString('en')}`
  const [first, last] = [from.slice(0, 10), String(to).slice(0, 10)]
  return first === last ? first : `${first} to ${last}`
}

function floorOf<Cells>({ judge, reference }: Context<Cells>, metric: Metric): number {
  return judge.floor.relative ? judge.floor.trust * Math.abs(reference[metric]?.value ?? 0) : judge.floor.trust
}

function isOutside(limits: Limits | undefined, low: number | null, high: number | null): boolean {
  return limits !== undefined && low !== null && high !== null && (high < limits.low || low > limits.high)
}

function watch(
  metrics: Metrics,
  alarm: (metric: Metric, estimate: Estimate) => boolean,
): Partial<Record<Metric, WatchedEstimate>> {
  const watched: Partial<Record<Metric, WatchedEstimate>> = {}
  for (const [metric, estimate] of Object.entries(metrics) as [Metric, Estimate][]) {
    watched[metric] = { ...estimate, alarm: alarm(metric, estimate) }
  }
  return watched
}

function pointsOf(
  metrics: Readonly<Partial<Record<Metric, { readonly value: number | null }>>>,
): Partial<Record<Metric, number | null>> {
  return Object.fromEntries(Object.entries(metrics).map(([metric, { value }]) => [metric, value]))
}
