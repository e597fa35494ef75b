// How much worse the model does live than in the pilot, in the one figure that people ask for: the share of right answers, or the
// mean error; what was measured where there are labels, else what is estimated, with whether that is to be trusted.

import type { Attribution, Estimate, Metric, PerformanceAssessment } from '#core/monitoring/assessment.ts'
import { driftSetting } from '#core/monitoring/drift.ts'

export type Drop = {
  readonly metric: Metric
  readonly reference: Estimate
  readonly live: Estimate
  readonly isEstimated: boolean
  /** Of an estimate: whether it is to be trusted on most live rows. */
  readonly isTrusted: boolean
  /** Positive: worse. */
  readonly drop: Estimate
}

/** Smaller is better. */
export const errors: ReadonlySet<Metric> = new Set(['mae', 'rmse', 'brier'])
const mainMetrics: readonly Metric[] = ['accuracy', 'mae']
/** As many as it takes to tell anything from chance. */
export const labelsMin = driftSetting.rowsMin
/** Differences below these are none: in points, and of errors as a share of the pilot's. */
const floors = { warning: 0.02, critical: 0.05, share: { warning: 0.1, critical: 0.25 } }

/** Null where either side is not known. */
export function mainDrop(performance: PerformanceAssessment): Drop | null {
  for (const metric of mainMetrics) {
    const drop = dropIn(performance, metric)
    if (drop !== null) return drop
  }
  return null
}

export function dropIn(performance: PerformanceAssessment, metric: Metric): Drop | null {
  const reference = performance.referenceIntervals[metric]
  const live = liveFigure(performance, metric)
  if (reference === undefined || live === null || reference.value === null) return null
  return dropOf({ metric, reference, ...live })
}

type Live = Pick<Drop, 'live' | 'isEstimated' | 'isTrusted'>

/** Live rows whose right answer is known. */
export function labelledLive({ chunks }: Pick<PerformanceAssessment, 'chunks'>): number {
  return chunks.reduce((sum, { labelled }) => sum + labelled, 0)
}

/** Measured on a handful of labels, and no estimate beside it that can be trusted: a hint, no answer. */
export function isMeasuredOnFew(performance: PerformanceAssessment): boolean {
  const { realised, estimated } = performance.live
  if (realised === null || labelledLive(performance) >= labelsMin) return false
  return estimated === null || !isTrusted(performance)
}

/** What is known of the model live, whether or not anything is known of it in the pilot. */
export function liveKnown(performance: PerformanceAssessment): (Live & { readonly metric: Metric }) | null {
  for (const metric of mainMetrics) {
    const live = liveFigure(performance, metric)
    if (live !== null) return { metric, ...live }
  }
  return null
}

function liveFigure(performance: PerformanceAssessment, metric: Metric): Live | null {
  const realised = performance.live.realised?.[metric]
  const live = realised ?? performance.live.estimated?.[metric]
  if (live === undefined || live.value === null) return null
  const isEstimated = realised === undefined
  return { live, isEstimated, isTrusted: !isEstimated || isTrusted(performance) }
}

function isTrusted({ chunks }: PerformanceAssessment): boolean {
  const estimated = chunks.filter(({ estimated: figures }) => Object.keys(figures).length > 0)
  const rowsOf = (some: typeof chunks) => some.reduce((sum, { n }) => sum + n, 0)
  return 2 * rowsOf(estimated.filter(({ trustworthy }) => !trustworthy)) <= rowsOf(estimated)
}

/** The difference of two independent figures by their intervals (MOVER, as Newcombe's for proportions). */
function dropOf(sides: Omit<Drop, 'drop'>): Drop {
  const { metric, reference, live } = sides
  const [a, b] = errors.has(metric) ? [live, reference] : [reference, live]
  const value = (a.value ?? 0) - (b.value ?? 0)
  if (a.value === null || b.value === null || a.low === null || a.high === null || b.low === null || b.high === null) {
    return { ...sides, drop: { value, low: null, high: null } }
  }
  return {
    ...sides,
    drop: {
      value,
      low: value - Math.hypot(a.value - a.low, b.high - b.value),
      high: value + Math.hypot(a.high - a.value, b.value - b.low),
    },
  }
}

export function severityOf({ metric, reference, drop }: Drop): 'critical' | 'warning' | null {
  const { value, low } = drop
  if (value === null || low === null || low <= 0) return null
  const isShare = metric === 'mae' || metric === 'rmse'
  const size = isShare ? value / Math.max(Number.MIN_VALUE, reference.value ?? 0) : value
  const { warning, critical } = isShare ? floors.share : floors
  return size >= critical ? 'critical' : size >= warning ? 'warning' : null
}

/** At most two causes that are surely some of the loss. Causes overlap, and gains elsewhere make up for some: what would be more than the whole is left for the report. */
export function mainCauses(attribution: Attribution | null): Attribution['parts'] {
  const [first, second] = (attribution?.parts ?? []).filter(
    ({ share, loss }) => (share ?? 0) >= 0.1 && (loss.low ?? 0) > 0,
  )
  const fits = (first?.share ?? 0) + (second?.share ?? 0) <= 1.03
  return [first, fits ? second : undefined].filter((part) => part !== undefined)
}
