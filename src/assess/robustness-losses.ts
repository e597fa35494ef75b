// What an answer loses, for classes and for numbers alike: 1 for a wrong class, |error| for a number. Where the pilot has no labels, what
// the model said about the undisturbed row stands for them. And how losses before and after are compared, row by row.

import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import type { Estimate, RobustnessAssessment } from '#core/monitoring/assessment.ts'
import { numberOf } from '#core/monitoring/read-value.ts'
import { rate, unknown } from '#core/monitoring/performance-values.ts'
import { momentsOf, standardDeviation } from '#core/stats/moments.ts'
import { z95 } from '#core/stats/wilson.ts'
import type { ModelPrediction } from './options.ts'
import { canonicalLabel } from './task.ts'

export type Losses = {
  readonly metric: RobustnessAssessment['metric']
  /** Null where nothing can be said: no label, or no answer to the undisturbed row. Rows of the trial, in their order. */
  readonly before: readonly (number | null)[]
  readonly after: (answer: ModelPrediction, row: number) => number | null
  /** Losses on average below this do not matter. */
  readonly matters: number
}

/** `labels`: as written in the file, null where missing. */
export function lossesOf(
  answers: readonly ModelPrediction[],
  labels: readonly (string | null)[],
  isNumber: boolean,
): Losses {
  const isLabelled = labels.some((label) => label !== null)
  const truth = isLabelled ? labels : answers.map((answer) => (answer.kind === 'answer' ? answer.label : null))
  const lossOf = isNumber ? distance : difference
  const before = answers.map((answer, row) => (answer.kind === 'failure' ? null : lossOf(answer, truth[row] ?? null)))
  const after: Losses['after'] = (answer, row) => (before[row] === null ? null : lossOf(answer, truth[row] ?? null))
  if (!isNumber) return { metric: isLabelled ? 'accuracy' : 'agreement', before, after, matters: share }
  // An error matters by how large errors are; where none are known, by how much answers vary.
  const usual = isLabelled
    ? momentsOf(before.filter((loss) => loss !== null)).mean
    : (standardDeviation(momentsOf(answers.map(valueOf).filter((value) => value !== null))) ?? 0)
  return { metric: 'mae', before, after, matters: usual / 10 }
}

const share = 0.05

/** A row that the model cannot answer is lost, whatever the label. */
function difference(answer: ModelPrediction, label: string | null): number | null {
  if (label === null) return null
  return answer.kind === 'answer' && canonicalLabel(answer.label) === canonicalLabel(label) ? 0 : 1
}

/** No answer has no distance: it is told apart. */
function distance(answer: ModelPrediction, label: string | null): number | null {
  const [said, right] = [valueOf(answer), label === null ? null : numberOf(label.trim())]
  return said === null || right === null || !Number.isFinite(right) ? null : Math.abs(said - right)
}

function valueOf(answer: ModelPrediction): number | null {
  const value = answer.kind === 'answer' ? numberOf(answer.label.trim()) : null
  return value !== null && Number.isFinite(value) ? value : null
}

/** The metric on these losses, with its interval. */
export function performanceOf(losses: readonly (number | null)[], metric: Losses['metric']): Estimate {
  const known = losses.filter((loss) => loss !== null)
  return metric === 'mae' ? meanOf(known, 0) : rate(known.filter((loss) => loss === 0).length, known.length)
}

/** How much more is lost after, with the interval of a paired difference. */
export function dropOf(
  pairs: readonly { readonly before: number; readonly after: number }[],
  metric: Losses['metric'],
): Estimate {
  if (metric === 'mae') return meanOf(pairs.map(({ before, after }) => after - before))
  const first = pairs.filter(({ before, after }) => before < after).length
  const second = pairs.filter(({ before, after }) => before > after).length
  return pairedDifference({ first, second, n: pairs.length })
}

/** By Student's t. */
function meanOf(values: readonly number[], least = -Infinity): Estimate {
  const moments = momentsOf(values)
  const deviation = standardDeviation(moments)
  if (values.length === 0) return unknown
  if (values.length < 2 || deviation === null) return { value: moments.mean, low: null, high: null }
  const half = (tQuantile(0.975, values.length - 1) * deviation) / Math.sqrt(values.length)
  return { value: moments.mean, low: Math.max(least, moments.mean - half), high: moments.mean + half }
}

type Discordant = { readonly first: number; readonly second: number; readonly n: number }

/** Agresti and Min, as for rivals. */
function pairedDifference({ first, second, n }: Discordant): Estimate {
  if (n === 0) return unknown
  const [a, b, rows] = [first + 0.5, second + 0.5, n + 2]
  const middle = (a - b) / rows
  const half = (z95 * Math.sqrt(a + b - rows * middle * middle)) / rows
  return { value: (first - second) / n, low: Math.max(-1, middle - half), high: Math.min(1, middle + half) }
}
