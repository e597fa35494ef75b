// A better score by isotonic regression on the cells, proposed only where it helps on rows it was not fitted to: rows are dealt into
// five folds at random (rows of a cell are alike, so dealing their counts deals the rows), each is calibrated by the other four, and
// the calibration error of all five together must be lower than that of the score as it is.

import { type Random, seededRandom } from '#core/stats/random.ts'
import type { CalibrationAssessment } from './assessment.ts'
import { type CalibrationCell, equalMass, expectedError } from './calibration-cells.ts'
import { fitShares } from './calibration-fit.ts'

const folds = 5
/** Smaller gains are not worth a change. */
const gainMin = 0.005

/** Null where it does not help. */
export function proposeRecalibration(
  cells: readonly CalibrationCell[],
  seed: number,
): NonNullable<CalibrationAssessment['recalibrated']> | null {
  const ece = crossFittedError(cells, seededRandom(seed))
  if (ece === null || ece > expectedError(equalMass(cells, 10)) - gainMin) return null
  return { method: 'isotonic', ece, map: mapOf(cells) }
}

function crossFittedError(cells: readonly CalibrationCell[], random: Random): number | null {
  const came = cells.map((cell) => deal(cell.came, random))
  const failed = cells.map((cell) => deal(cell.n - cell.came, random))
  const column = (dealt: readonly (readonly number[])[], fold: number) => dealt.map((parts) => parts[fold] as number)
  const held: CalibrationCell[] = []
  for (let fold = 0; fold < folds; fold++) {
    const rest = (dealt: readonly (readonly number[])[]) =>
      Float64Array.from(dealt, (parts) => parts.reduce((sum, part, i) => (i === fold ? sum : sum + part), 0))
    const shares = fitShares(rest(came), rest(failed))
    const [hits, misses] = [column(came, fold), column(failed, fold)]
    for (let i = 0; i < cells.length; i++) {
      const n = (hits[i] as number) + (misses[i] as number)
      if (n > 0) held.push({ cell: i, n, said: n * (shares[i] as number), came: hits[i] as number })
    }
  }
  const bySaid = held.sort((a, b) => a.said / a.n - b.said / b.n)
  return bySaid.length === 0 ? null : expectedError(equalMass(bySaid, 10))
}

/** `count` rows dealt at random: row by row, or for many by the normal that their number follows. */
function deal(count: number, random: Random): number[] {
  const parts = Array.from({ length: folds }, () => 0)
  if (count <= 2000) {
    for (let row = 0; row < count; row++) {
      const fold = random.integer(folds)
      parts[fold] = (parts[fold] as number) + 1
    }
    return parts
  }
  let left = count
  for (let fold = 0; fold < folds - 1; fold++) {
    const share = 1 / (folds - fold)
    const drawn = Math.round(left * share + Math.sqrt(left * share * (1 - share)) * random.normal())
    parts[fold] = Math.min(left, Math.max(0, drawn))
    left -= parts[fold] as number
  }
  parts[folds - 1] = left
  return parts
}

/** The ends of each step; between them the line. */
function mapOf(cells: readonly CalibrationCell[]): { readonly score: number; readonly calibrated: number }[] {
  const shares = fitShares(
    Float64Array.from(cells, ({ came }) => came),
    Float64Array.from(cells, ({ n, came }) => n - came),
  )
  return cells
    .map(({ n, said }, i) => ({ score: said / n, calibrated: shares[i] as number }))
    .filter(({ calibrated }, i) => calibrated !== shares[i - 1] || calibrated !== shares[i + 1])
}
