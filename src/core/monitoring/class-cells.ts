// What is counted of decisions among several classes: the confusion of predicted and true class, and per predicted class how
// confident the model was and how often it was right. Additive like `ScoredCells`; sparse, since most of many classes are never
// confused. The score of a row is the confidence in the class that was predicted.

import { cellOf } from './cell-of.ts'
import type { ScoreScale } from './scored-cells.ts'

export type ClassCells = {
  /** All classes that occur as label or prediction in either file, in a fixed order. */
  readonly classes: readonly string[]
  readonly scale: ScoreScale
  /** Labelled rows by `predicted * classes.length + label`, both indices into `classes`. */
  readonly confusion: Map<number, number>
  /** By `predicted * (scale.edges.length + 2) + cell`; the last cell of a class is rows without a score. */
  readonly confidence: Map<number, ConfidenceSums>
  /** Rows whose score lies outside [min, max] of the reference. */
  outside: number
}

export type ConfidenceSums = {
  /** Rows. */
  readonly n: number
  /** Σ score over rows. */
  readonly scoreSum: number
  /** Rows whose label is known; the sums below are over these. */
  readonly known: number
  readonly correct: number
  readonly knownScoreSum: number
  readonly knownScoreSquares: number
  /** Σ score over rows that were right. */
  readonly correctScoreSum: number
}

export type ClassRow = {
  /** Index into `classes`. */
  readonly predicted: number
  readonly label: number | null
  readonly score: number | null
}

export function emptyClassCells(classes: readonly string[], scale: ScoreScale): ClassCells {
  return { classes, scale, confusion: new Map(), confidence: new Map(), outside: 0 }
}

/** Counts one row, in place. */
export function addClassRow(cells: ClassCells, row: ClassRow): void {
  const scored = row.score !== null && Number.isFinite(row.score)
  const score = scored ? row.score : 0
  const known = row.label === null ? 0 : 1
  const correct = row.label === row.predicted ? 1 : 0
  if (row.label !== null) addConfusion(cells, { predicted: row.predicted, label: row.label, n: 1 })
  addConfidence(cells, {
    predicted: row.predicted,
    cell: scored ? cellOf(cells.scale.edges, score) : null,
    n: 1,
    scoreSum: score,
    known,
    correct,
    knownScoreSum: known * score,
    knownScoreSquares: known * score * score,
    correctScoreSum: correct * score,
  })
  if (scored && (score < cells.scale.min || score > cells.scale.max)) cells.outside += 1
}

/** Adds counted labelled rows, in place. */
function addConfusion(
  cells: ClassCells,
  count: { readonly predicted: number; readonly label: number; readonly n: number },
): void {
  const size = cells.classes.length
  if (!(count.predicted < size && count.label < size)) throw new RangeError('class cells: no such class')
  const at = count.predicted * size + count.label
  cells.confusion.set(at, (cells.confusion.get(at) ?? 0) + count.n)
}

/** Adds counted rows, labelled or not, in place; `cell` null without a score. Errors: RangeError for what the scale has not. */
function addConfidence(
  cells: ClassCells,
  count: ConfidenceSums & { readonly predicted: number; readonly cell: number | null },
): void {
  const width = cells.scale.edges.length + 2
  const cell = count.cell ?? width - 1
  if (!(cell >= 0 && cell < width && count.predicted < cells.classes.length)) {
    throw new RangeError(`class cells: no cell ${cell} of class ${count.predicted}`)
  }
  const at = count.predicted * width + cell
  cells.confidence.set(at, sumConfidence(cells.confidence.get(at), count))
}

/** A new sum of both. Errors: RangeError when classes or scales differ. */
export function mergeClassCells(a: ClassCells, b: ClassCells): ClassCells {
  return sumClassCells(a, [b])
}

/** A new sum of many, without copying what has been summed for each. */
export function sumClassCells(first: ClassCells, others: readonly ClassCells[]): ClassCells {
  const sum = { ...first, confusion: new Map(first.confusion), confidence: new Map(first.confidence) }
  /** Sums that belong to this sum alone and may be changed. */
  const own = new Map<number, { -readonly [Key in keyof ConfidenceSums]: number }>()
  for (const cells of others) {
    if (!haveSamePlaces(first, cells))
      throw new RangeError('class cells of different classes or scales cannot be added')
    for (const [at, n] of cells.confusion) sum.confusion.set(at, (sum.confusion.get(at) ?? 0) + n)
    for (const [at, sums] of cells.confidence) {
      const so = own.get(at)
      if (so === undefined) own.set(at, sumConfidence(sum.confidence.get(at), sums))
      else for (const key of confidenceKeys) so[key] += sums[key]
    }
    sum.outside += cells.outside
  }
  for (const [at, sums] of own) sum.confidence.set(at, sums)
  return sum
}

const confidenceKeys = [
  'n',
  'scoreSum',
  'known',
  'correct',
  'knownScoreSum',
  'knownScoreSquares',
  'correctScoreSum',
] as const

function haveSamePlaces(a: ClassCells, b: ClassCells): boolean {
  const isSame = a.classes === b.classes && a.scale === b.scale
  return isSame || JSON.stringify([a.classes, a.scale]) === JSON.stringify([b.classes, b.scale])
}

function sumConfidence(a: ConfidenceSums | undefined, b: ConfidenceSums): ConfidenceSums {
  return {
    n: (a?.n ?? 0) + b.n,
    scoreSum: (a?.scoreSum ?? 0) + b.scoreSum,
    known: (a?.known ?? 0) + b.known,
    correct: (a?.correct ?? 0) + b.correct,
    knownScoreSum: (a?.knownScoreSum ?? 0) + b.knownScoreSum,
    knownScoreSquares: (a?.knownScoreSquares ?? 0) + b.knownScoreSquares,
    correctScoreSum: (a?.correctScoreSum ?? 0) + b.correctScoreSum,
  }
}
