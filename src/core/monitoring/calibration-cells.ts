// What a score said and what came, by score cell, for calibration: the same for yes/no (said: the score, came: positive) and for
// several classes (said: the confidence, came: right).

import type { ClassCells } from './class-cells.ts'
import { scoreCellCount, type ScoredCells, type ScoreScale } from './scored-cells.ts'

/** Labelled rows with a score, by cell, ascending; cells without rows left out. */
export type CalibrationCell = {
  readonly cell: number
  readonly n: number
  /** Σ score. */
  readonly said: number
  /** Rows that came true. */
  readonly came: number
}

export function calibrationOfScored(cells: ScoredCells): readonly CalibrationCell[] {
  const count = scoreCellCount(cells.scale)
  const both = (values: Float64Array, cell: number) => (values[cell * 2] as number) + (values[cell * 2 + 1] as number)
  return Array.from({ length: count }, (_, cell) => ({
    cell,
    n: both(cells.known, cell),
    said: both(cells.knownScoreSum, cell),
    came: both(cells.positive, cell),
  })).filter(({ n }) => n > 0)
}

export function calibrationOfClasses(cells: ClassCells): readonly CalibrationCell[] {
  const width = cells.scale.edges.length + 2
  const sums = Array.from({ length: width - 1 }, (_, cell) => ({ cell, n: 0, said: 0, came: 0 }))
  for (const [at, of] of cells.confidence) {
    const sum = sums[at % width]
    if (sum === undefined) continue
    sum.n += of.known
    sum.said += of.knownScoreSum
    sum.came += of.correct
  }
  return sums.filter(({ n }) => n > 0)
}

/** Where a cell begins and ends. */
export function boundsOfCell(
  { edges, min, max }: ScoreScale,
  cell: number,
): { readonly from: number; readonly to: number } {
  return { from: edges[cell - 1] ?? min, to: edges[cell] ?? max }
}

/** Neighbouring cells, from the first to the last. */
export type CalibrationGroup = Omit<CalibrationCell, 'cell'> & { readonly first: number; readonly last: number }

/** Neighbouring cells together until each group has its share of the rows: at most `count` groups, fewer where cells are large. */
export function equalMass(cells: readonly CalibrationCell[], count: number): readonly CalibrationGroup[] {
  const total = cells.reduce((sum, { n }) => sum + n, 0)
  const groups: CalibrationGroup[] = []
  let before = 0
  let group: CalibrationGroup | undefined
  for (const { cell, n, said, came } of cells) {
    group =
      group === undefined
        ? { first: cell, last: cell, n, said, came }
        : { first: group.first, last: cell, n: group.n + n, said: group.said + said, came: group.came + came }
    before += n
    if (before >= ((groups.length + 1) * total) / count - 1e-9) {
      groups.push(group)
      group = undefined
    }
  }
  return group === undefined ? groups : [...groups, group]
}

export function expectedError(
  groups: readonly { readonly n: number; readonly said: number; readonly came: number }[],
): number {
  const total = groups.reduce((sum, { n }) => sum + n, 0)
  return groups.reduce((sum, { said, came }) => sum + Math.abs(came - said), 0) / total
}
