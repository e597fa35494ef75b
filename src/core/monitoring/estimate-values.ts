// What an estimate without labels says of each metric: the value and the two things it may be wrong by, if its conditions hold.

import type { Metric } from './assessment.ts'

export type EstimatedValue = {
  readonly value: number
  /** Of the relation of score and label, learned from a finite reference. */
  readonly calibrationVariance: number
  /** Of what would be realised on these very rows if that relation were known exactly. */
  readonly samplingVariance: number
}
export type EstimatedValues = Partial<Record<Metric, EstimatedValue>>

export const calibrationDraws = 200

/** Below this many labelled reference rows (and 10 of each kind) nothing is estimated. */
export const referenceLabelsMin = 100
