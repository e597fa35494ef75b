// How well a model of several classes did, from its confusion counts. Precision, recall and F1 are means over the classes (macro);
// a class that occurs neither as label nor as prediction does not count, one that was never predicted has precision and F1 0.
//
// Intervals: accuracy Wilson; the others by the delta method, each from the derivative of the metric by one row more in a place of
// the confusion matrix. MCC is that of J. Gorodkin, Comput. Biol. Chem. 28 (2004) 367–374. Brier is that of the confidence in the
// predicted class: mean of (score − right)².

import type { Metric, Metrics } from './assessment.ts'
import type { ClassCells, ConfidenceSums } from './class-cells.ts'
import { around, metricEnds, rate, unknown, type MetricValues } from './performance-values.ts'

/** Fractions allowed: expected counts are judged by the same formulas. */
export type ConfusionMatrix = {
  readonly size: number
  /** By predicted * size + label. */
  readonly counts: ReadonlyMap<number, number>
}

/** Rows and columns of a confusion matrix, summed. */
type Margins = {
  readonly n: number
  readonly right: number
  readonly predicted: Float64Array
  readonly labelled: Float64Array
  readonly diagonal: Float64Array
}

export function classPerformance(cells: ClassCells): Metrics {
  const matrix = { size: cells.classes.length, counts: cells.confusion }
  const margins = marginsOf(matrix)
  if (margins.n === 0) return {}
  const values = classMetrics(matrix)
  const variances = classVariances(matrix)
  const all: Metrics = {
    accuracy: rate(margins.right, margins.n),
    ...Object.fromEntries(
      (['f1', 'precision', 'recall', 'mcc'] as const).map((metric) => [
        metric,
        around(values[metric] ?? Number.NaN, variances[metric] ?? Number.NaN, metricEnds[metric]),
      ]),
    ),
    brier: confidenceBrier(cells),
  }
  return Object.fromEntries(Object.entries(all).filter(([, estimate]) => estimate.value !== null))
}

export function classMetrics(matrix: ConfusionMatrix): MetricValues {
  const { n, right, predicted, labelled, diagonal } = marginsOf(matrix)
  if (!(n > 0)) return {}
  let [classes, f1, precision, recall] = [0, 0, 0, 0]
  for (const [c, hits] of diagonal.entries()) {
    const [said, true_] = [predicted[c] as number, labelled[c] as number]
    if (said + true_ <= 0) continue
    classes++
    f1 += (2 * hits) / (said + true_)
    precision += said > 0 ? hits / said : 0
    recall += true_ > 0 ? hits / true_ : 0
  }
  const mcc = gorodkin({ n, right, predicted, labelled })
  return {
    accuracy: right / n,
    f1: f1 / classes,
    precision: precision / classes,
    recall: recall / classes,
    ...(mcc === null ? {} : { mcc }),
  }
}

/** F1 of each class weighted by how often it is the label, as many publishers report it. Null without labels. */
export function weightedF1(cells: ClassCells): number | null {
  const { n, predicted, labelled, diagonal } = marginsOf({ size: cells.classes.length, counts: cells.confusion })
  if (n === 0) return null
  return diagonal.reduce((sum, hits, c) => {
    const weight = labelled[c] as number
    return weight === 0 ? sum : sum + ((weight / n) * 2 * hits) / ((predicted[c] as number) + weight)
  }, 0)
}

/** Accuracy on the rows whose label is in scope, and the share of rows out of scope that were recognised as what they are. */
export function scopePerformance(cells: ClassCells, outOfScope: ReadonlySet<string>) {
  const { n, right, labelled, diagonal } = marginsOf({ size: cells.classes.length, counts: cells.confusion })
  const places = cells.classes.flatMap((name, at) => (outOfScope.has(name) ? [at] : []))
  const sumOf = (counts: Float64Array) => places.reduce((sum, at) => sum + (counts[at] ?? 0), 0)
  const [outside, recognised] = [sumOf(labelled), sumOf(diagonal)]
  return { inScopeAccuracy: rate(right - recognised, n - outside), outOfScopeRecall: rate(recognised, outside) }
}

function marginsOf({ size, counts }: ConfusionMatrix): Margins {
  const predicted = new Float64Array(size)
  const labelled = new Float64Array(size)
  const diagonal = new Float64Array(size)
  let [n, right] = [0, 0]
  for (const [at, count] of counts) {
    const [row, column] = [Math.floor(at / size), at % size]
    n += count
    predicted[row] = (predicted[row] as number) + count
    labelled[column] = (labelled[column] as number) + count
    if (row !== column) continue
    right += count
    diagonal[row] = count
  }
  return { n, right, predicted, labelled, diagonal }
}

/** (right·n − Σ p t) / √((n² − Σp²)(n² − Σt²)); null where one class is all there is on either side. */
function gorodkin({ n, right, predicted, labelled }: Omit<Margins, 'diagonal'>): number | null {
  const root = Math.sqrt((n * n - dot(predicted, predicted)) * (n * n - dot(labelled, labelled)))
  return root > 0 ? (right * n - dot(predicted, labelled)) / root : null
}

/** Σ count·g² − (Σ count·g)²/n, with g the derivative by one row more in that place. */
function classVariances(matrix: ConfusionMatrix): MetricValues {
  const slopes = confusionSlopes(matrix)
  const variances: MetricValues = {}
  for (const [metric, slope] of Object.entries(slopes) as [Metric, (row: number, column: number) => number][]) {
    let [sum, squares, n] = [0, 0, 0]
    for (const [at, count] of matrix.counts) {
      const g = slope(Math.floor(at / matrix.size), at % matrix.size)
      sum += count * g
      squares += count * g * g
      n += count
    }
    variances[metric] = Math.max(0, squares - (sum * sum) / n)
  }
  return variances
}

/** The derivative of each metric by one row more in a place of the matrix; of a class that does not occur it is nothing. */
export function confusionSlopes(matrix: ConfusionMatrix) {
  const { n, right, predicted, labelled, diagonal } = marginsOf(matrix)
  const [said, true_, hits] = [predicted, labelled, diagonal].map((values) => (c: number) => values[c] as number) as [
    (c: number) => number,
    (c: number) => number,
    (c: number) => number,
  ]
  const classes = predicted.reduce((sum, count, c) => sum + (count + true_(c) > 0 ? 1 : 0), 0)
  const a = n * n - dot(predicted, predicted)
  const b = n * n - dot(labelled, labelled)
  const root = Math.sqrt(a * b)
  const mcc = (right * n - dot(predicted, labelled)) / root
  const same = (row: number, column: number) => (row === column ? 1 : 0)
  const per = (amount: number, count: number) => (count > 0 ? amount / count : 0)
  return {
    f1: (row: number, column: number) => {
      const loss = (c: number) => per(2 * hits(c), (said(c) + true_(c)) ** 2)
      return (per(same(row, column) * 2, said(row) + true_(row)) - loss(row) - loss(column)) / classes
    },
    precision: (row: number, column: number) =>
      (per(same(row, column), said(row)) - per(hits(row), said(row) ** 2)) / classes,
    recall: (row: number, column: number) =>
      (per(same(row, column), true_(column)) - per(hits(column), true_(column) ** 2)) / classes,
    mcc: (row: number, column: number) =>
      (same(row, column) * n + right - true_(row) - said(column)) / root -
      mcc * ((n - said(row)) / a + (n - true_(column)) / b),
  }
}

function confidenceBrier(cells: ClassCells) {
  if (!(cells.scale.min >= 0 && cells.scale.max <= 1)) return unknown
  const width = cells.scale.edges.length + 2
  const scored = [...cells.confidence].filter(([at]) => at % width !== width - 1).map(([, sums]) => sums)
  const sum = (of: (sums: ConfidenceSums) => number) => scored.reduce((total, sums) => total + of(sums), 0)
  const n = sum(({ known }) => known)
  if (n < 2) return unknown
  const value = Math.max(0, sum((s) => s.knownScoreSquares - 2 * s.correctScoreSum + s.correct) / n)
  const squares = sum((s) => {
    const said = s.known === 0 ? 0 : s.knownScoreSum / s.known
    return s.correct * (1 - said) ** 4 + (s.known - s.correct) * said ** 4
  })
  return around(value, Math.max(0, squares / n - value * value) / (n - 1), metricEnds.brier)
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
}
