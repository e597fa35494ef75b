// Columns that give the answer away: what the model would not know when it has to decide. Three signs, from strong to weak:
//
// 1. one column alone predicts the pilot's labels almost perfectly (ROC area > 0.98; of numbers, r² > 0.9)
// 2. whether it is filled in says the label (98 % of one class where it is, and far fewer where it is not): filled in afterwards
// 3. its name is that of a score, a grade or an outcome that somebody else has reached, and it says something about the label

import { rowNull } from './count-column.ts'
import type { InputColumn } from './inputs.ts'
import type { KeptRows } from './kept-rows.ts'

export type Leak = {
  readonly column: string
  readonly sign: 'predicts' | 'filled-in-afterwards' | 'name'
  /** ROC area, or r² of numbers. */
  readonly strength: number
  readonly measure: 'rocAuc' | 'r2'
  readonly n: number
}

const rowsMin = 200
const areaMin = 0.98
const explainedMin = 0.9
const nameSays = 0.55
const judged =
  /(?:^|[\s_.-])(?:int(?:erest)?[\s_.-]?rate|apr|(?:sub[\s_.-]?)?grade|risk[\s_.-]?(?:score|grade|rating|class)|outcome|result|resolution|resolved|recover(?:y|ed|ies)|chargeback|settled|refund(?:ed)?|closed[\s_.-]?(?:at|on|date)|approved|rejected|final)(?:$|[\s_.-])/i

export type LeakQuestion = {
  readonly inputs: readonly InputColumn[]
  readonly reference: KeptRows
  /** Of classes: how many. Of numbers: null. */
  readonly classes: number | null
  /** Numbers of a column in the pilot, row by row of the sample, and those of the target; for the correlation. */
  readonly numbers: ReadonlyMap<string, readonly number[]>
  readonly target: readonly number[]
}

export function findLeaks(question: LeakQuestion): Leak[] {
  const found = question.inputs.flatMap((input) => {
    const leak = question.classes === null ? ofNumbers(question, input) : ofClasses(question, input, question.classes)
    return leak === null ? [] : [leak]
  })
  const order = ['predicts', 'filled-in-afterwards', 'name']
  return found.sort((a, b) => order.indexOf(a.sign) - order.indexOf(b.sign) || b.strength - a.strength)
}

function ofNumbers({ numbers, target }: LeakQuestion, { name }: InputColumn): Leak | null {
  const values = numbers.get(name)
  if (values === undefined) return null
  const { r2, n } = correlation(values, target)
  if (n < rowsMin) return null
  const leak = { column: name, strength: r2, measure: 'r2' as const, n }
  if (r2 > explainedMin) return { ...leak, sign: 'predicts' }
  return judged.test(name) && r2 > 0.05 ? { ...leak, sign: 'name' } : null
}

function correlation(xs: readonly number[], ys: readonly number[]): { r2: number; n: number } {
  let [n, meanX, meanY, sumX, sumY, both] = [0, 0, 0, 0, 0, 0]
  for (const [at, x] of xs.entries()) {
    const y = ys[at] ?? Number.NaN
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue
    n += 1
    const dx = x - meanX
    meanX += dx / n
    const dy = y - meanY
    meanY += dy / n
    sumX += dx * (x - meanX)
    sumY += dy * (y - meanY)
    both += dx * (y - meanY)
  }
  return { r2: sumX > 0 && sumY > 0 ? both ** 2 / (sumX * sumY) : 0, n }
}

/** Labelled rows by level and class. */
function tally({ reference }: LeakQuestion, input: InputColumn, classes: number) {
  const counts = new Float64Array(input.levels.length * classes)
  const codes = reference.codes[input.at]
  let n = 0
  for (let row = 0; row < reference.size; row += 1) {
    const label = reference.label[row] ?? -1
    const level = input.levelOf[codes?.[row] ?? rowNull] ?? -1
    if (!(label >= 0) || level < 0) continue
    counts[level * classes + label] = (counts[level * classes + label] ?? 0) + 1
    n += 1
  }
  return { counts, n }
}

function ofClasses(question: LeakQuestion, input: InputColumn, classes: number): Leak | null {
  const { counts, n } = tally(question, input, classes)
  if (n < rowsMin || classes < 2) return null
  const areas = Array.from({ length: classes }, (_, one) =>
    areaOf({ counts, classes, one, levels: input.levels.length }),
  )
  const best = Math.max(...areas.map(({ area, positives }) => (positives >= 20 && positives <= n - 20 ? area : 0)))
  const leak = { column: input.name, strength: best, measure: 'rocAuc' as const, n }
  if (classes <= 20 && areas.every(({ area, positives }) => positives < 20 || area > areaMin) && best > areaMin) {
    return { ...leak, sign: 'predicts' }
  }
  if (isFilledInAfterwards({ counts, classes, empty: input.levels.indexOf('is empty') }))
    return { ...leak, sign: 'filled-in-afterwards' }
  return judged.test(input.name) && best > nameSays ? { ...leak, sign: 'name' } : null
}

type Tally = { readonly counts: Float64Array; readonly classes: number }

/** Levels in the order of their rate: the best that a rule on this column alone could do in these rows. */
function areaOf({ counts, classes, one, levels }: Tally & { readonly one: number; readonly levels: number }) {
  const cells = Array.from({ length: levels }, (_, level) => {
    const own = counts.subarray(level * classes, (level + 1) * classes)
    const all = own.reduce((sum, n) => sum + n, 0)
    return { p: own[one] ?? 0, q: all - (own[one] ?? 0) }
  }).filter(({ p, q }) => p + q > 0)
  const positives = cells.reduce((sum, { p }) => sum + p, 0)
  const negatives = cells.reduce((sum, { q }) => sum + q, 0)
  let [below, area] = [0, 0]
  for (const { p, q } of cells.sort((a, b) => a.p / (a.p + a.q) - b.p / (b.p + b.q))) {
    area += p * (below + q / 2)
    below += q
  }
  return { area: positives * negatives === 0 ? 0 : area / (positives * negatives), positives }
}

function isFilledInAfterwards({ counts, classes, empty }: Tally & { readonly empty: number }): boolean {
  if (empty === -1) return false
  const absent = Array.from(counts.subarray(empty * classes, (empty + 1) * classes))
  const present = absent.map(
    (n, one) => counts.reduce((sum, count, at) => (at % classes === one ? sum + count : sum), 0) - n,
  )
  const [without, within] = [absent, present].map((list) => list.reduce((sum, n) => sum + n, 0)) as [number, number]
  if (within < 50 || without < 50) return false
  const main = present.indexOf(Math.max(...present))
  const [share, usual] = [(present[main] ?? 0) / within, (absent[main] ?? 0) / without]
  return share >= 0.97 && share - usual >= 0.2
}
