// What the codes of an assessment are called, and which of the four states each is.

import type { Assessment } from '#wire/assessment.ts'

export type Tone = 'holds' | 'watch' | 'fails' | 'unknown'
export type Verdict = { readonly tone: Tone; readonly word: string }

type Column = Assessment['columns'][number]
type Finding = Assessment['findings'][number]

export const overallVerdicts: Record<Assessment['verdict'], Verdict> = {
  ready: { tone: 'holds', word: 'ready' },
  gap: { tone: 'fails', word: 'gap' },
  insufficient: { tone: 'unknown', word: 'not enough to say' },
}

export const severities: Record<Finding['severity'], Verdict> = {
  critical: { tone: 'fails', word: 'do not go live' },
  warning: { tone: 'watch', word: 'fix or accept knowingly' },
  notice: { tone: 'unknown', word: 'worth knowing' },
}

export const driftVerdicts: Record<Column['drift']['verdict'], Verdict> = {
  none: { tone: 'holds', word: 'as in the pilot' },
  watch: { tone: 'watch', word: 'watch' },
  warn: { tone: 'watch', word: 'moved' },
  act: { tone: 'fails', word: 'moved a lot' },
  insufficient: { tone: 'unknown', word: 'not enough data' },
}

/** Ids and times are there, and not compared. */
export function driftVerdict({ drift }: Column): Verdict {
  const isCompared = drift.qValue !== null || drift.psi !== null || drift.verdict !== 'none'
  return isCompared ? driftVerdicts[drift.verdict] : { tone: 'unknown', word: 'not compared' }
}

/** Columns that moved in a way that matters, and those that moved a little. */
export function movedColumns(columns: readonly Column[]): { readonly much: number; readonly little: number } {
  const count = (...verdicts: Column['drift']['verdict'][]) =>
    columns.filter(({ drift }) => verdicts.includes(drift.verdict)).length
  return { much: count('act', 'warn'), little: count('watch') }
}

export const qualityVerdicts: Record<Column['quality']['nullRate']['verdict'], Verdict> = {
  none: { tone: 'holds', word: 'holds' },
  warn: { tone: 'watch', word: 'more' },
  act: { tone: 'fails', word: 'far more' },
  insufficient: { tone: 'unknown', word: 'not enough data' },
}

export const fairnessVerdicts: Record<Assessment['fairness'][number]['verdict'], Verdict> = {
  pass: { tone: 'holds', word: 'holds' },
  fail: { tone: 'fails', word: 'fails' },
  insufficient: { tone: 'unknown', word: 'not enough data' },
}

export const calibrationVerdicts: Record<NonNullable<Assessment['calibration']>['verdict'], Verdict> = {
  holds: { tone: 'holds', word: 'the score means what it says' },
  miscalibrated: { tone: 'fails', word: 'the score does not mean what it says' },
  insufficient: { tone: 'unknown', word: 'not enough data' },
}

export const robustnessVerdicts: Record<
  NonNullable<Assessment['robustness']>['disturbances'][number]['verdict'],
  Verdict
> = {
  holds: { tone: 'holds', word: 'holds' },
  fails: { tone: 'fails', word: 'fails' },
  insufficient: { tone: 'unknown', word: 'not enough data' },
}

export const dataWords = { reference: 'pilot', live: 'live' } as const

/** From the one that matters most. */
const driftRank: Record<Column['drift']['verdict'], number> = { act: 0, warn: 1, watch: 2, insufficient: 3, none: 4 }
const qualityRank: Record<Column['quality']['nullRate']['verdict'], number> = {
  act: 0,
  warn: 1,
  insufficient: 4,
  none: 4,
}

export function rankOf({ drift, quality }: Column): number {
  const { nullRate, unseenRate, outOfRangeRate, typeErrorRate } = quality
  const rates = [nullRate, unseenRate, outOfRangeRate, typeErrorRate].map(({ verdict }) => qualityRank[verdict])
  return Math.min(driftRank[drift.verdict], ...rates)
}

/** Columns by what matters most, then by how much they moved; in the order of the file among equals. */
export function ranked(columns: readonly Column[]): readonly Column[] {
  return columns
    .map((column, at) => ({ column, at, rank: rankOf(column), size: column.drift.psiCorrected ?? -Infinity }))
    .sort((a, b) => a.rank - b.rank || b.size - a.size || a.at - b.at)
    .map(({ column }) => column)
}
