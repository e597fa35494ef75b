// What the counts of outcomes say: performance beside its rivals, calibration, what can be automated, what it costs.

import type { Assessment, PerformanceAssessment } from '#core/monitoring/assessment.ts'
import { judgeAutomation } from '#core/monitoring/automation.ts'
import {
  constantAnswer,
  constantClass,
  judgeRival,
  judgeRivalErrors,
  majorityAnswer,
  majorityClass,
  type Baseline,
} from '#core/monitoring/baseline.ts'
import { calibrationOfClasses, calibrationOfScored } from '#core/monitoring/calibration-cells.ts'
import { judgeCalibration } from '#core/monitoring/calibration.ts'
import { mergeErrorCells } from '#core/monitoring/error-cells.ts'
import { classJudge, errorJudge, scoredJudge } from '#core/monitoring/performance-judge.ts'
import type { UnseenRows } from '#core/monitoring/performance-trust.ts'
import { rate, unknown } from '#core/monitoring/performance-values.ts'
import { assessPerformance, type LiveChunk, type PerformanceJudgement } from '#core/monitoring/performance.ts'
import { mergeScoredCells } from '#core/monitoring/scored-cells.ts'
import { confusionOf, labelledProfile } from '#core/monitoring/scored-metrics.ts'
import { spanOf } from './chunk-span.ts'
import type { Counted } from './count-both.ts'
import { judgeCost, reviewCosts } from './judge-cost.ts'
import type { AssessOptions } from './options.ts'
import type { OutcomeCounts } from './outcome-counts.ts'
import { sumClasses } from './sum-classes.ts'

export type OutcomeJudged = Pick<Assessment, 'performance' | 'calibration' | 'automation' | 'cost'>

const seed = 20_261_121
/** A confusion matrix of more classes is no picture. */
const confusionMax = 30

/** `unseen`: rows in regions that the pilot hardly has, per live chunk. */
export function judgeOutcome(
  counted: Counted,
  options: AssessOptions,
  unseen: readonly (UnseenRows | null)[],
): OutcomeJudged {
  const { outcome } = counted
  const [reference, live] = [counted.reference.counts.outcome, counted.live.counts.outcome]
  if (outcome === null || reference === null || live === null) {
    return { performance: null, calibration: null, automation: null, cost: null }
  }
  const data = sum(live.labels) >= labelsForLive && live.bets.n >= labelsForLive ? 'live' : 'reference'
  const judged = judgePerformance(counted, { reference, live, unseen })
  const calibration = calibrationOf({ reference, live }[data], data)
  const withScores = { reference, live }[data].scores > 0
  const automation =
    outcome.plan.task.kind === 'regression' || !withScores
      ? null
      : judgeAutomation({
          cells: { reference, live }[data].automation,
          data,
          ...(options.errorMax === undefined ? {} : { errorMax: options.errorMax }),
          costs: reviewCosts(options),
        })
  const performance =
    judged === null
      ? null
      : {
          ...judged,
          baselines: baselinesOf(counted, { reference, live }),
          confusion: confusionMatrix(counted, reference),
        }
  return { performance, calibration, automation, cost: judgeCost(options, { live, reference, automation }) }
}

/** From here on what is measured live is judged rather than what was measured in the pilot. */
const labelsForLive = 500

type Sides = { readonly reference: OutcomeCounts; readonly live: OutcomeCounts }

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0)
}

function judgePerformance(
  counted: Counted,
  { reference, live, unseen }: Sides & { readonly unseen: readonly (UnseenRows | null)[] },
): PerformanceJudgement | null {
  const chunks = <Cells>(cells: readonly Cells[]): LiveChunk<Cells>[] =>
    cells.map((one, index) => ({ index, ...spanOf(counted.live, index), cells: one, unseen: unseen[index] ?? null }))
  const [before, after] = [reference.performance, live.performance]
  if (before.kind === 'binary' && after.kind === 'binary') {
    const input = {
      reference: before.chunks.reduce(mergeScoredCells),
      referenceChunks: before.chunks,
      live: chunks(after.chunks),
      seed,
    }
    return assessPerformance(scoredJudge, input)
  }
  if (before.kind === 'multiclass' && after.kind === 'multiclass') {
    const input = {
      reference: sumClasses(before.chunks),
      referenceChunks: before.chunks,
      live: chunks(after.chunks),
      seed,
    }
    return assessPerformance(classJudge, input)
  }
  if (before.kind === 'regression' && after.kind === 'regression') {
    const input = {
      reference: before.chunks.reduce(mergeErrorCells),
      referenceChunks: before.chunks,
      live: chunks(after.chunks),
      seed,
    }
    return assessPerformance(errorJudge, input)
  }
  return null
}

function calibrationOf({ performance, bets }: OutcomeCounts, data: 'reference' | 'live') {
  if (performance.kind === 'regression' || bets.n === 0) return null
  if (performance.kind === 'binary') {
    const cells = performance.chunks.reduce(mergeScoredCells)
    return judgeCalibration({ data, scale: cells.scale, cells: calibrationOfScored(cells), bets, seed })
  }
  const cells = sumClasses(performance.chunks)
  return judgeCalibration({ data, scale: cells.scale, cells: calibrationOfClasses(cells), bets, seed })
}

/** Majority (or mean) and last value, in the pilot and live. The majority is the pilot's: a rival knows no more than the model. */
function baselinesOf(counted: Counted, sides: Sides): Baseline[] {
  return (['reference', 'live'] as const).flatMap((data) => {
    const counts = sides[data]
    const found = hasAnswers(counts) ? rivalsOf(counted, { sides, data }) : lonelyRivals(counts, sides.reference, data)
    return found
      .filter((baseline) => baseline !== null)
      .filter(({ name }) => name !== 'last-value' || !isSortedByLabel(counts))
  })
}

/** In a file that is sorted by its labels the row before says the label, and nothing about time. */
function isSortedByLabel({ lastValue, labels, performance }: OutcomeCounts): boolean {
  if (performance.kind === 'regression') return false
  const changes = lastValue.n - lastValue.rivalRight
  return changes <= 3 * labels.filter((n) => n > 0).length
}

function hasAnswers(counts: OutcomeCounts): boolean {
  return counts.performance.kind === 'regression' ? counts.mean.modelSquares > 0 : sum(counts.answered) > 0
}

function rivalsOf(
  counted: Counted,
  { sides, data }: { readonly sides: Sides; readonly data: 'reference' | 'live' },
): (Baseline | null)[] {
  const own = sides[data]
  const pilot = sides.reference.performance
  const { performance, lastValue } = own
  if (performance.kind === 'regression') {
    return [
      judgeRivalErrors({ name: 'mean', data }, own.mean),
      judgeRivalErrors({ name: 'last-value', data }, lastValue),
    ]
  }
  const last = judgeRival({ name: 'last-value', data }, lastValue)
  if (performance.kind === 'binary' && pilot.kind === 'binary') {
    const answer = majorityAnswer(pilot.chunks.reduce(mergeScoredCells))
    const cells = performance.chunks.reduce(mergeScoredCells)
    return [answer === null ? null : judgeRival({ name: 'majority', data }, constantAnswer(cells, answer)), last]
  }
  if (performance.kind !== 'multiclass' || pilot.kind !== 'multiclass' || counted.outcome === null) return [last]
  const answer = majorityClass(sumClasses(pilot.chunks))
  const cells = sumClasses(performance.chunks)
  return [answer === null ? null : judgeRival({ name: 'majority', data }, constantClass(cells, answer)), last]
}

/** Labels without a model's answers: what any model has to beat. */
function lonelyRivals(own: OutcomeCounts, pilot: OutcomeCounts, data: 'reference' | 'live'): (Baseline | null)[] {
  if (own.performance.kind === 'regression') {
    const alone = (name: 'mean' | 'last-value', errors: typeof own.mean): Baseline | null => {
      const judged = judgeRivalErrors({ name, data }, errors)
      return judged === null ? null : { ...judged, model: unknown, beaten: null }
    }
    return [alone('mean', own.mean), alone('last-value', own.lastValue)]
  }
  const n = sum(own.labels)
  const most = pilot.labels.indexOf(Math.max(...pilot.labels))
  const named = { data, metric: 'accuracy', model: unknown, beaten: null } as const
  const { lastValue } = own
  return [
    n === 0 || sum(pilot.labels) === 0
      ? null
      : { ...named, name: 'majority', rival: rate(own.labels[most] ?? 0, n), n },
    lastValue.n === 0
      ? null
      : { ...named, name: 'last-value', rival: rate(lastValue.rivalRight, lastValue.n), n: lastValue.n },
  ]
}

function confusionMatrix({ outcome }: Counted, { performance }: OutcomeCounts): PerformanceAssessment['confusion'] {
  if (outcome === null || outcome.plan.task.kind === 'regression') return null
  const { classes } = outcome.plan.task
  if (classes.length > confusionMax) return null
  if (performance.kind === 'multiclass') {
    const { confusion } = sumClasses(performance.chunks)
    return {
      classes,
      reference: classes.map((_, row) =>
        classes.map((__, column) => confusion.get(row * classes.length + column) ?? 0),
      ),
    }
  }
  if (performance.kind !== 'binary' || outcome.scale.kind !== 'binary') return null
  const { tp, fp, fn, tn } = confusionOf(labelledProfile(performance.chunks.reduce(mergeScoredCells)))
  const yesFirst = outcome.scale.positive === 0
  const counts = [
    [tn, fn],
    [fp, tp],
  ]
  return { classes, reference: yesFirst ? counts.map((row) => row.toReversed()).toReversed() : counts }
}
