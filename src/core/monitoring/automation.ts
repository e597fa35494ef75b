// How much can be decided without a person: coverage against error as the confidence threshold moves, and the largest share whose error
// is bounded.
//
// Fixed-sequence testing (A. Angelopoulos et al., "Learn then Test", arXiv 2110.01052): thresholds are tested from strict to loose, each
// with the exact binomial test of "the error above it exceeds errorMax" at 5 %, and the first that is not rejected ends it. Since the order
// is fixed before any label is looked at (by the number of rows alone), all thresholds before it hold together with 95 % confidence.
// The sequence begins where there are rows enough for a model with half that error to pass, and goes on in steps of at least 2 % of rows.

import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'
import { clopperPearson } from '#core/stats/clopper-pearson.ts'
import type { AutomationAssessment } from './assessment.ts'
import { type AutomationCells, confidenceThresholds } from './automation-cells.ts'
import { rate } from './performance-values.ts'

export type AutomationInput = {
  readonly cells: AutomationCells
  readonly data: AutomationAssessment['data']
  /** Largest share of automatic decisions that may be wrong. Set before looking: taken from these labels it would bound nothing. */
  readonly errorMax?: number
  readonly costs?: { readonly reviewMinutes?: number; readonly costHour?: number; readonly volumePerMonth?: number }
}

/** One automatic decision in twenty wrong, unless somebody says what is bearable. */
const usualErrorMax = 0.05
const alpha = 0.05
const stepMin = 0.02

type Point = { readonly threshold: number; readonly rows: number; readonly n: number; readonly errors: number }

/** `minutesSaved` and `moneySaved` are per month and need what a review takes, an hour costs, and the volume. */
export function judgeAutomation({
  cells,
  data,
  errorMax = usualErrorMax,
  costs = {},
}: AutomationInput): AutomationAssessment {
  if (!(errorMax > 0 && errorMax < 1)) throw new RangeError(`automation: an error of ${errorMax} cannot be tested`)
  const rows = cells.n.reduce((sum, n) => sum + n, 0) + cells.without
  const points = pointsOf(cells, rows)
  const start = rowsToStart(errorMax)
  const sequence = points.filter((point) => point.n >= start)
  const passed = sequence.findIndex((point) => !isBounded(point, errorMax))
  const best = sequence[(passed === -1 ? sequence.length : passed) - 1]
  const n = cells.known.reduce((sum, known) => sum + known, 0)
  return {
    data,
    n,
    curve: points.map((point) => ({
      threshold: point.threshold,
      coverage: rate(point.rows, rows),
      error: rate(point.errors, point.n),
      n: point.n,
      errors: point.errors,
    })),
    recommended: best === undefined ? null : { ...recommend(best, rows, costs), errorMax },
    why: whyOf({ n, sequence, best, errorMax }),
  }
}

function recommend(
  best: Point,
  rows: number,
  { reviewMinutes, costHour, volumePerMonth }: NonNullable<AutomationInput['costs']>,
) {
  const coverage = best.rows / rows
  const minutes =
    reviewMinutes === undefined || volumePerMonth === undefined ? null : coverage * volumePerMonth * reviewMinutes
  return {
    threshold: best.threshold,
    coverage,
    errorUpper: upperBound(best),
    minutesSaved: minutes,
    moneySaved: minutes === null || costHour === undefined ? null : (minutes / 60) * costHour,
  }
}

/** From strict to loose: thresholds that each add at least 2 % of the rows, and the loosest of all. */
function pointsOf(cells: AutomationCells, rows: number): Point[] {
  const points: Point[] = []
  let at = { rows: 0, n: 0, errors: 0 }
  for (let i = confidenceThresholds.length - 1; i >= 0; i--) {
    const added = cells.n[i] as number
    at = {
      rows: at.rows + added,
      n: at.n + (cells.known[i] as number),
      errors: at.errors + (cells.errors[i] as number),
    }
    const last = points.at(-1)?.rows ?? 0
    const nothingBelow = added > 0 && cells.n.subarray(0, i).every((n) => n === 0)
    if (at.rows > last && (at.rows - last >= stepMin * rows || nothingBelow)) {
      points.push({ threshold: confidenceThresholds[i] as number, ...at })
    }
  }
  return points
}

function rowsToStart(errorMax: number): number {
  for (let n = Math.ceil(Math.log(alpha) / Math.log1p(-errorMax)); ; n++) {
    const errors = Math.round((n * errorMax) / 2)
    if (isBounded({ n, errors }, errorMax)) return n
  }
}

/** The exact test at 5 %: so few errors are that unlikely if the rate were errorMax. The same as a bound below errorMax. */
function isBounded({ n, errors }: Pick<Point, 'n' | 'errors'>, errorMax: number): boolean {
  return n > 0 && binomialCdf(errors, n, errorMax) <= alpha
}

/** One-sided, exact; 1 where nothing is known. */
function upperBound({ n, errors }: Pick<Point, 'n' | 'errors'>): number {
  return clopperPearson(errors, n, 2 * alpha)?.high ?? 1
}

function whyOf(found: { n: number; sequence: readonly Point[]; best: Point | undefined; errorMax: number }): string {
  const { n, sequence, best, errorMax } = found
  const allowed = `${Number((errorMax * 100).toPrecision(3))} %`
  if (best !== undefined) {
    return `Of ${best.n} labelled decisions at or above the threshold ${best.errors} were wrong: with 95 % confidence at most ${allowed} are, as long as live cases are like these.`
  }
  const needed = rowsToStart(errorMax)
  if (sequence.length === 0) {
    return `${n} labelled rows with a confidence are too few to bound an error of ${allowed}: about ${needed} are needed above a threshold.`
  }
  const first = sequence[0] as Point
  return `Even among the ${first.n} most confident labelled decisions ${first.errors} were wrong: no threshold keeps the error below ${allowed} with 95 % confidence.`
}
