// Performance without labels for several classes. The reference says how often the model was right at each confidence (isotonic over
// confidence cells, all classes together, since single classes seldom have the rows). A live row predicted as class j is then right
// with that probability p; if wrong, its label is spread over the other classes as the reference's wrong answers of class j were.
// That gives an expected confusion matrix, and every metric from it. Only accuracy and precision rest on p alone; recall, F1 and MCC
// also assume that wrong answers still hide the same classes.

import { momentsOf, variance } from '#core/stats/moments.ts'
import { poissonBootstrap, seededRandom } from '#core/stats/random.ts'
import type { Metric } from './assessment.ts'
import { fitShares } from './calibration-fit.ts'
import type { ClassCells } from './class-cells.ts'
import { classMetrics, type ConfusionMatrix, confusionSlopes } from './class-performance.ts'
import { calibrationDraws, type EstimatedValues, referenceLabelsMin } from './estimate-values.ts'

export type ClassCalibration = {
  /** P(right) by confidence cell. */
  readonly right: Float64Array
  /** The same from bootstrapped references. */
  readonly resampled: readonly Float64Array[]
  readonly hidden: HiddenLabels
}
/** By predicted class: how often it was wrong, and which labels that hid, as shares. */
type HiddenLabels = ReadonlyMap<number, { readonly wrong: number; readonly shares: ReadonlyMap<number, number> }>

/** Null when the reference has too few labels, or no mistakes or no right answers to learn from. */
export function fitClassCalibration(
  reference: ClassCells,
  options: { readonly seed: number; readonly draws?: number },
): ClassCalibration | null {
  const width = reference.scale.edges.length + 2
  const right = new Float64Array(width - 1)
  const wrong = new Float64Array(width - 1)
  for (const [at, sums] of reference.confidence) {
    const cell = at % width
    if (cell === width - 1) continue
    right[cell] = (right[cell] as number) + sums.correct
    wrong[cell] = (wrong[cell] as number) + sums.known - sums.correct
  }
  const [hits, misses] = [right.reduce((a, b) => a + b, 0), wrong.reduce((a, b) => a + b, 0)]
  if (hits + misses < referenceLabelsMin || hits < 10 || misses < 10) return null
  const random = seededRandom(options.seed)
  const resampled = Array.from({ length: options.draws ?? calibrationDraws }, () =>
    fitShares(poissonBootstrap(right, random), poissonBootstrap(wrong, random)),
  )
  return { right: fitShares(right, wrong), resampled, hidden: hiddenLabels(reference) }
}

export function estimateClasses(calibration: ClassCalibration, cells: ClassCells): EstimatedValues {
  const rows = rowsByConfidence(cells)
  const matrix = expectedConfusion(calibration, rows, cells.classes.length)
  const n = rows.reduce((sum, row) => sum + row.n, 0)
  const slopes: Partial<Record<Metric, (row: number, column: number) => number>> = {
    ...confusionSlopes(matrix),
    accuracy: (row, column) => (row === column ? 1 / n : 0),
  }
  const result: EstimatedValues = {}
  for (const [metric, value] of Object.entries(classMetrics(matrix)) as [Metric, number][]) {
    const slope = slopes[metric]
    if (slope !== undefined) result[metric] = { value, ...variancesOf({ calibration, rows, slope, size: matrix.size }) }
  }
  return result
}

type Rows = readonly { readonly predicted: number; readonly cell: number; readonly n: number }[]

/** Live rows that have a score. */
function rowsByConfidence(cells: ClassCells): Rows {
  const width = cells.scale.edges.length + 2
  return [...cells.confidence]
    .filter(([at]) => at % width !== width - 1)
    .map(([at, { n }]) => ({ predicted: Math.floor(at / width), cell: at % width, n }))
}

function expectedConfusion({ right, hidden }: ClassCalibration, rows: Rows, size: number): ConfusionMatrix {
  const counts = new Map<number, number>()
  const add = (at: number, n: number) => counts.set(at, (counts.get(at) ?? 0) + n)
  for (const [predicted, of] of Map.groupBy(rows, (row) => row.predicted)) {
    const hits = of.reduce((sum, { cell, n }) => sum + n * (right[cell] as number), 0)
    const misses = of.reduce((sum, { n }) => sum + n, 0) - hits
    add(predicted * size + predicted, hits)
    for (const [label, share] of sharesOf(hidden, predicted, size)) add(predicted * size + label, misses * share)
  }
  return { size, counts }
}

/**
 * By the delta method, g being the derivative by one row more in a place of the matrix. Sampling: each row's label is drawn, Σ n
 * (E g² − (E g)²). Calibration: the bootstrapped P(right) moves rows of class j between the diagonal and its hidden labels, by g there
 * less the mean g of those; and shares of hidden labels learned from m wrong answers scatter by misses² Var(g)/m.
 */
function variancesOf(of: {
  readonly calibration: ClassCalibration
  readonly rows: Rows
  readonly slope: (row: number, column: number) => number
  readonly size: number
}) {
  const { right, resampled, hidden } = of.calibration
  const weights = new Float64Array(right.length)
  let [samplingVariance, hiddenVariance] = [0, 0]
  for (const [predicted, rows] of Map.groupBy(of.rows, (row) => row.predicted)) {
    const hit = of.slope(predicted, predicted)
    let [miss, missSquares, misses] = [0, 0, 0]
    for (const [label, share] of sharesOf(hidden, predicted, of.size)) {
      const g = of.slope(predicted, label)
      miss += share * g
      missSquares += share * g * g
    }
    for (const { cell, n } of rows) {
      const p = right[cell] as number
      samplingVariance += n * Math.max(0, p * hit * hit + (1 - p) * missSquares - (p * hit + (1 - p) * miss) ** 2)
      weights[cell] = (weights[cell] as number) + n * (hit - miss)
      misses += n * (1 - p)
    }
    hiddenVariance +=
      (misses ** 2 * Math.max(0, missSquares - miss * miss)) / Math.max(1, hidden.get(predicted)?.wrong ?? 1)
  }
  const moved = momentsOf(
    resampled.map((drawn) => weights.reduce((sum, weight, cell) => sum + weight * (drawn[cell] as number), 0)),
  )
  return { samplingVariance, calibrationVariance: (variance(moved) ?? 0) + hiddenVariance }
}

/** Of a class that was never wrong in the reference nothing is known: its wrong answers are shared by all other classes. */
function sharesOf(hidden: HiddenLabels, predicted: number, size: number): Iterable<readonly [number, number]> {
  const known = hidden.get(predicted)?.shares
  if (known !== undefined) return known
  return Array.from({ length: size }, (_, label) => [label, 1 / (size - 1)] as const).filter(
    ([label]) => label !== predicted,
  )
}

function hiddenLabels(reference: ClassCells): HiddenLabels {
  const size = reference.classes.length
  const labelsOf = new Map<number, Map<number, number>>()
  for (const [at, n] of reference.confusion) {
    const [predicted, label] = [Math.floor(at / size), at % size]
    if (predicted === label || n === 0) continue
    const labels = labelsOf.get(predicted) ?? new Map<number, number>()
    labelsOf.set(predicted, labels.set(label, n))
  }
  return new Map(
    [...labelsOf].map(([predicted, labels]) => {
      const wrong = [...labels.values()].reduce((a, b) => a + b, 0)
      return [predicted, { wrong, shares: new Map([...labels].map(([label, n]) => [label, n / wrong])) }]
    }),
  )
}
