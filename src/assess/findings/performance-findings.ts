// How much worse the model does, and whether estimates are to be trusted.

import type { Finding, Metric, PerformanceAssessment, PerformanceChunk } from '#core/monitoring/assessment.ts'
import type { FindingFamily, FindingInput } from './evidence.ts'
import { count, fraction, percent, show, showValue, startWithCapital, wordsOf } from './figures.ts'
import { dropIn, errors, labelledLive, labelsMin, mainCauses, mainDrop, severityOf, type Drop } from './main-drop.ts'

export const performanceFindings: FindingFamily = (input) => {
  const { performance } = input.assessment
  if (performance === null) return []
  return [...drops(input, performance), ...alarms(performance), ...trust(performance), ...tooGood(performance)]
}

function drops({ assessment }: FindingInput, performance: PerformanceAssessment): Finding[] {
  const [first] = [mainDrop(performance), dropIn(performance, 'rocAuc')].flatMap((drop) => {
    const severity = drop === null ? null : severityOf(drop)
    return drop === null || severity === null || isFew(drop, performance) ? [] : [{ drop, severity }]
  })
  // Of an estimate that is not to be trusted the other finding speaks.
  if (first === undefined || !first.drop.isTrusted) return []
  const { drop, severity } = first
  const causes = mainCauses(assessment.attribution)
  const why = causes.map(({ share, message }) => ` ${startWithCapital(fraction(share ?? 0))} of the loss: ${message}`)
  return [
    {
      severity,
      code: 'performance-drop',
      message: `${wordsOf(drop.metric)} was ${show(drop.metric, drop.reference)} in the pilot and is ${drop.isEstimated ? 'estimated at ' : ''}${show(drop.metric, drop.live)} live.${leaning(drop, performance)}${why.join('')}`,
      evidence: {
        ...drop,
        n: {
          reference: performance.reference.n,
          live: drop.isEstimated ? performance.live.n : labelledLive(performance),
        },
      },
      advice: drop.isEstimated
        ? 'Label a sample of live cases to be sure; do not widen the use before.'
        : causes.length > 0
          ? 'Do not widen the use. Train and test on cases of the kind named here, or send them to a person.'
          : 'Do not widen the use. Find out what has changed since the pilot; train and test on recent cases.',
    },
  ]
}

/** Fewer labels leave only the interval of a share that can be relied on. */
const measuredMin = 30

function isFew({ metric, isEstimated }: Drop, performance: PerformanceAssessment): boolean {
  if (isEstimated) return performance.live.n < labelsMin
  return metric !== 'accuracy' && labelledLive(performance) < measuredMin
}

/** Errors in one direction are half of the remedy. */
function leaning(drop: Drop, { live }: PerformanceAssessment): string {
  const bias = live.realised?.bias
  if (drop.isEstimated || drop.metric !== 'mae' || bias === undefined || bias.value === null) return ''
  const { value, low, high } = bias
  if (low === null || high === null || low * high <= 0 || Math.abs(value) < 0.5 * (drop.live.value ?? 0)) return ''
  const size = {
    value: Math.abs(value),
    low: Math.min(Math.abs(low), Math.abs(high)),
    high: Math.max(Math.abs(low), Math.abs(high)),
  }
  return ` On average its answers are ${show('bias', size)} too ${value > 0 ? 'high' : 'low'}.`
}

const chunkLabelsMin = 100

function alarms(performance: PerformanceAssessment): Finding[] {
  const { chunks, limits } = performance
  const found = chunks.flatMap((chunk) => {
    const realised = alarmed(chunk.realised)
    const estimated = alarmed(chunk.estimated)
    // Labels enough to tell overrule what is estimated.
    const isRealised = realised.length > 0 || chunk.labelled >= chunkLabelsMin
    const metrics = isRealised ? realised : estimated
    return metrics.length === 0 ? [] : [{ chunk, metrics, isRealised }]
  })
  const worse = found.filter(({ chunk, metrics, isRealised }) => isWorse(performance, chunk, { metrics, isRealised }))
  if (worse.length === 0 || chunks.length < 2) return []
  const [first] = worse
  const how = first?.isRealised === true ? 'the model does' : 'the model is estimated to do'
  const isDoubtful = worse.every(({ chunk, isRealised }) => !isRealised && !chunk.trustworthy)
  const where =
    worse.length === chunks.length
      ? `In all ${count(chunks.length)} chunks ${how} worse than the pilot’s ups and downs explain.`
      : `In ${count(worse.length)} of ${count(chunks.length)} chunks ${how} worse than the pilot’s ups and downs explain: ${chunkNames(worse.map(({ chunk }) => chunk))}.`
  return [
    {
      severity: isDoubtful ? 'notice' : 'warning',
      code: 'performance-drop',
      message: isDoubtful ? `${where} These estimates are not to be trusted.` : where,
      evidence: {
        chunks: worse.map(({ chunk: { index, from, to, n, estimated, realised }, metrics }) => ({
          index,
          from,
          to,
          n,
          metrics,
          estimated,
          realised,
        })),
        limits,
      },
      advice: 'Look at what is different in these chunks: the slices and the drift of the columns there.',
    },
  ]
}

function alarmed(metrics: PerformanceChunk['estimated']): Metric[] {
  return (Object.entries(metrics) as [Metric, { alarm: boolean }][])
    .filter(([, { alarm }]) => alarm)
    .map(([metric]) => metric)
}

type Alarm = { readonly metrics: readonly Metric[]; readonly isRealised: boolean }

/** Outside the limits for the better is no harm. */
function isWorse({ limits }: PerformanceAssessment, chunk: PerformanceChunk, { metrics, isRealised }: Alarm): boolean {
  return metrics.some((metric) => {
    const value = (isRealised ? chunk.realised : chunk.estimated)[metric]?.value ?? null
    const limit = limits[metric]
    if (value === null || limit === undefined) return false
    return errors.has(metric) ? value > limit.high : value < limit.low
  })
}

const chunksNamed = 3

function chunkNames(chunks: readonly Pick<PerformanceChunk, 'index' | 'from'>[]): string {
  const named = chunks
    .slice(0, chunksNamed)
    .map(({ index, from }) =>
      typeof from === 'number'
        ? `chunk ${index} (from row ${count(from)})`
        : `chunk ${index} (from ${from.slice(0, 10)})`,
    )
  const more = chunks.length - named.length
  return `${named.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`
}

function trust(performance: PerformanceAssessment): Finding[] {
  const estimated = performance.chunks.filter((chunk) => Object.keys(chunk.estimated).length > 0)
  const doubtful = estimated.filter(({ trustworthy }) => !trustworthy)
  if (doubtful.length === 0) return []
  const isAll = doubtful.length === estimated.length
  const hasLabels = performance.live.realised !== null
  const main = hasLabels ? null : mainDrop(performance)
  const said =
    main === null
      ? ''
      : ` (${show(main.metric, main.live)}, after ${showValue(main.metric, main.reference)} in the pilot)`
  const of = isAll
    ? `live performance${said}`
    : `${count(doubtful.length)} of ${count(estimated.length)} chunks (${chunkNames(doubtful)})`
  const reasons = [...new Set(doubtful.map(({ why }) => why))]
  return [
    {
      severity: hasLabels || !isAll ? 'notice' : 'warning',
      code: 'not-trustworthy',
      message: `The estimate of the ${of} is not to be trusted. ${reasons[0] ?? ''}`,
      evidence: { chunks: doubtful.map(({ index, from, to, why }) => ({ index, from, to, why })) },
      advice: hasLabels
        ? 'Go by the labels, not by the estimate, as long as there are some.'
        : 'Label a random sample of these cases (some hundreds) and give them as the target of live.',
    },
  ]
}

function tooGood({ reference, referenceIntervals }: PerformanceAssessment): Finding[] {
  const accuracy = referenceIntervals.accuracy?.value ?? null
  if (accuracy === null || accuracy < 0.999 || reference.n < 200) return []
  return [
    {
      severity: 'warning',
      code: 'leak',
      message: `In the pilot ${percent(accuracy)} of ${count(reference.n)} answers were right: hardly any real task allows that.`,
      evidence: { accuracy, n: reference.n },
      advice: 'Check that these rows were not used for training, and that no input holds the answer.',
    },
  ]
}
