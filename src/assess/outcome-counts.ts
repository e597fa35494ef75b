// Counts what was said and what came, row by row in order: performance per chunk, rivals, bets against the score, confidence,
// groups. One shape for yes/no, classes and numbers; everything in it is a state of `core/monitoring`.

import {
  type AutomationCells,
  addAutomationCount,
  confidenceThresholds,
  emptyAutomationCells,
} from '#core/monitoring/automation-cells.ts'
import type { RivalCounts, RivalErrors } from '#core/monitoring/baseline-counts.ts'
import { type Bets, betLambdas } from '#core/monitoring/calibration-bets.ts'
import { cellOf } from '#core/monitoring/cell-of.ts'
import { addClassRow, type ClassCells, emptyClassCells } from '#core/monitoring/class-cells.ts'
import { addErrorRow, emptyErrorCells, type ErrorCells, type ErrorScale } from '#core/monitoring/error-cells.ts'
import type { InputColumn } from './inputs.ts'
import { addScoredRow, emptyScoredCells, type ScoredCells, type ScoreScale } from '#core/monitoring/scored-cells.ts'

/** One row. Classes are numbers of the task's classes, -1 for none; numbers are NaN for none. */
export type OutcomeRow = {
  label: number
  prediction: number
  /** NaN for none. */
  score: number
  /** Of numbers: the key segment that the row is in; '' where there are none. */
  segment: string
}

export type OutcomeScale =
  | { readonly kind: 'binary'; readonly scale: ScoreScale; readonly positive: number }
  | { readonly kind: 'multiclass'; readonly scale: ScoreScale; readonly classes: readonly string[] }
  | {
      readonly kind: 'regression'
      readonly scale: ErrorScale
      /** By which errors are counted apart, at most two. */
      readonly segments: readonly InputColumn[]
    }

/** `performance` has an entry per chunk. */
export type OutcomeCounts = {
  readonly performance:
    | { readonly kind: 'binary'; readonly chunks: readonly ScoredCells[] }
    | { readonly kind: 'multiclass'; readonly chunks: readonly ClassCells[] }
    | { readonly kind: 'regression'; readonly chunks: readonly ErrorCells[] }
  readonly bets: Bets
  readonly automation: AutomationCells
  readonly lastValue: RivalCounts & RivalErrors
  /** Of numbers: the rival that always says the pilot's mean. */
  readonly mean: RivalErrors
  /** Rows per class of label and of prediction; the rows where both are known, by class. */
  readonly labels: Float64Array
  readonly predictions: Float64Array
  /** By class of label: rows with a prediction, and those that were right. */
  readonly answered: Float64Array
  readonly right: Float64Array
  /** Rows whose score lies outside [0, 1]. */
  readonly scoresOutside: number
  readonly scores: number
}

export type OutcomeCounter = {
  /** In the order of time, or of the file. Returns the loss of the row: 0 or 1, |error|, or NaN where it is not known. */
  add(row: OutcomeRow, chunk: number): number
  readonly counts: OutcomeCounts
}

export function outcomeCounter(
  scale: OutcomeScale,
  size: { readonly chunks: number; readonly classes: number },
): OutcomeCounter {
  const performance = emptyPerformance(scale, size.chunks)
  const rivals = newRivals(scale.kind === 'regression' ? scale.scale.offset : 0)
  const logWealth = new Float64Array(betLambdas.length)
  const automation = emptyAutomationCells()
  const counts = {
    labels: new Float64Array(size.classes),
    predictions: new Float64Array(size.classes),
    answered: new Float64Array(size.classes),
    right: new Float64Array(size.classes),
  }
  const seen = { scores: 0, scoresOutside: 0 }
  let betsPlaced = 0
  const add = (row: OutcomeRow, chunk: number): number => {
    const loss = scale.kind === 'regression' ? Math.abs(row.prediction - row.label) : classLoss(row)
    rivals.add(row, { loss, isNumber: scale.kind === 'regression' })
    if (scale.kind !== 'regression') countClasses(counts, row)
    if (!addPerformance(performance, scale, { row, chunk })) return loss
    if (scale.kind === 'regression' || Number.isNaN(row.score)) {
      if (scale.kind !== 'regression') automation.without += 1
      return loss
    }
    seen.scores += 1
    if (row.score < 0 || row.score > 1) {
      seen.scoresOutside += 1
      automation.without += 1
      return loss
    }
    const isYes = scale.kind === 'multiclass' || row.prediction === scale.positive
    countConfidence(automation, isYes ? row.score : 1 - row.score, loss)
    if (row.label !== -1) {
      betsPlaced += 1
      const came = scale.kind === 'binary' ? row.label === scale.positive : loss === 0
      for (let at = 0; at < betLambdas.length; at += 1) {
        logWealth[at] = (logWealth[at] ?? 0) + Math.log1p((betLambdas[at] ?? 0) * ((came ? 1 : 0) - row.score))
      }
    }
    return loss
  }
  return {
    add,
    get counts(): OutcomeCounts {
      return {
        performance,
        bets: { n: betsPlaced, logWealth: [...logWealth] },
        automation,
        ...rivals.counts(),
        ...counts,
        ...seen,
      }
    },
  }
}

function classLoss({ label, prediction }: OutcomeRow): number {
  if (label === -1 || prediction === -1) return Number.NaN
  return label === prediction ? 0 : 1
}

function emptyPerformance(scale: OutcomeScale, chunks: number): OutcomeCounts['performance'] {
  const each = <Cells>(make: () => Cells): Cells[] => Array.from({ length: chunks }, make)
  if (scale.kind === 'binary') return { kind: 'binary', chunks: each(() => emptyScoredCells(scale.scale)) }
  if (scale.kind === 'multiclass')
    return { kind: 'multiclass', chunks: each(() => emptyClassCells(scale.classes, scale.scale)) }
  return { kind: 'regression', chunks: each(() => emptyErrorCells(scale.scale)) }
}

/** Rows without an answer of the model are no part of its performance. */
function addPerformance(
  performance: OutcomeCounts['performance'],
  scale: OutcomeScale,
  { row, chunk }: { readonly row: OutcomeRow; readonly chunk: number },
): boolean {
  const { label, prediction } = row
  const score = Number.isNaN(row.score) ? null : row.score
  if (performance.kind === 'regression') {
    const cells = performance.chunks[chunk]
    if (cells === undefined || Number.isNaN(prediction)) return false
    addErrorRow(cells, { prediction, label: Number.isNaN(label) ? null : label, segment: row.segment })
    return true
  }
  if (prediction === -1) return false
  if (performance.kind === 'multiclass') {
    const cells = performance.chunks[chunk]
    if (cells !== undefined) addClassRow(cells, { predicted: prediction, label: label === -1 ? null : label, score })
    return cells !== undefined
  }
  const cells = performance.chunks[chunk]
  if (cells === undefined || scale.kind !== 'binary') return false
  addScoredRow(cells, {
    score,
    predicted: prediction === scale.positive,
    positive: label === -1 ? null : label === scale.positive,
  })
  return true
}

function countConfidence(cells: AutomationCells, confidence: number, loss: number): void {
  const known = Number.isNaN(loss) ? 0 : 1
  const cell = Math.max(0, cellOf(confidenceThresholds, confidence) - 1)
  addAutomationCount(cells, { cell, n: 1, known, errors: known === 1 ? loss : 0 })
}

function countClasses(
  counts: Record<'labels' | 'predictions' | 'answered' | 'right', Float64Array>,
  { label, prediction }: OutcomeRow,
): void {
  const add = (list: Float64Array, at: number) => {
    list[at] = (list[at] ?? 0) + 1
  }
  if (prediction >= 0) add(counts.predictions, prediction)
  if (label < 0) return
  add(counts.labels, label)
  if (prediction < 0) return
  add(counts.answered, label)
  if (prediction === label) add(counts.right, label)
}

/** The last value that was known says that nothing changes; the mean that nothing matters. */
function newRivals(mean: number) {
  const last = { n: 0, modelRight: 0, rivalRight: 0, bothRight: 0, ...noErrors() }
  const average = { n: 0, ...noErrors() }
  let before = Number.NaN
  return {
    add({ label, prediction }: OutcomeRow, { loss, isNumber }: { readonly loss: number; readonly isNumber: boolean }) {
      const isKnown = isNumber ? !Number.isNaN(label) : label !== -1
      if (!isKnown) return
      if (isNumber) {
        addErrors(average, loss, Math.abs(label - mean))
        if (!Number.isNaN(before)) addErrors(last, loss, Math.abs(label - before))
      } else if (!Number.isNaN(before)) {
        const [model, rival] = [prediction === label ? 1 : 0, before === label ? 1 : 0]
        last.n += 1
        last.modelRight += model
        last.rivalRight += rival
        last.bothRight += model * rival
      }
      before = label
    },
    counts: () => ({ lastValue: last, mean: average }),
  }
}

type Errors = { n: number } & ReturnType<typeof noErrors>

function noErrors() {
  return { modelAbsolute: 0, rivalAbsolute: 0, modelSquares: 0, rivalSquares: 0, differenceSquares: 0 }
}

/** A model that says nothing has no error to compare; then the rival's alone is counted. */
function addErrors(sums: Errors, loss: number, rival: number): void {
  const model = Number.isNaN(loss) ? 0 : loss
  sums.n += 1
  sums.modelAbsolute += model
  sums.rivalAbsolute += rival
  sums.modelSquares += model * model
  sums.rivalSquares += rival * rival
  sums.differenceSquares += (model - rival) ** 2
}
