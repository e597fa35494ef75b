// What is counted to say where a loss between pilot and live comes from: every labelled row is in exactly one segment, so that the
// parts add up. Additive per segment.

import type { Losses } from './slice-counts.ts'

/**
 * Why a row may be hard. A row belongs to the first that applies, in the order below; all others are `mix`, with the values of the
 * one or two columns (in at most some dozens of cells) that separate easy rows from hard ones best.
 */
export const attributionCauses = [
  'unseen-labels',
  'unseen-words',
  'unseen-values',
  'nulls',
  'out-of-range',
  'mix',
] as const
export type AttributionCause = (typeof attributionCauses)[number]

export type AttributionSegment = {
  readonly cause: AttributionCause
  /** Of `mix`: the segment in words, such as `channel = "mail"`. Of others: which columns. '' for none. */
  readonly segment: string
  /** The true class, so that a shift of the labels can be told from a change of the relation; '' for numbers. */
  readonly label: string
  readonly reference: Losses
  readonly live: Losses
}
