// Looks for the small groups where the model is worst: every level of every input, and pairs of levels of the few inputs that tell
// easy rows from hard ones best. Looks are bounded, and `core/monitoring` takes all of them into account.

import type { Slice } from '#core/monitoring/assessment.ts'
import { findSlices } from '#core/monitoring/slice-judge.ts'
import { sumLosses, noLosses, type Losses, type SliceCounts } from '#core/monitoring/slice-counts.ts'
import type { InputColumn } from './inputs.ts'
import type { KeptRows } from './kept-rows.ts'

export type JointQuestion = {
  readonly inputs: readonly InputColumn[]
  readonly reference: KeptRows
  readonly live: KeptRows
  readonly metric: 'accuracy' | 'mae'
}

const singlesMax = 200
const pairedMax = 8
/** With fewer labelled rows live, the pilot's labels are looked at. */
const labelsMin = 200

export function sliceRows(question: JointQuestion): Slice[] {
  const { reference, live, metric, inputs } = question
  const all = { conditions: [], reference: lossesOf(reference), live: lossesOf(live) }
  const data = all.live.known >= labelsMin ? 'live' : 'reference'
  if (all[data].known === 0) return []
  const singles = inputs.slice(0, singlesMax).map((input) => groupOf(question, [input]))
  const telling = singles
    .map(({ inputs: [input], slices }) => ({ input, spread: spreadOf(slices, data) }))
    .filter(({ spread }) => spread > 0)
    .sort((a, b) => b.spread - a.spread)
    .slice(0, pairedMax)
    .flatMap(({ input }) => (input === undefined ? [] : [input]))
  const pairs = telling.flatMap((first, at) =>
    telling.slice(at + 1).map((second) => groupOf(question, [first, second])),
  )
  const groups = [...singles, ...pairs]
  const slices = groups
    .flatMap((group) => group.slices)
    .filter(({ reference: before, live: after }) => before.n + after.n > 0)
  return findSlices({
    slices,
    total: all,
    data,
    metric,
    overlaps: (taken) => overlapsOf(groups, taken, question[data]),
  })
}

/** One input, or two, and a count for each of their levels. */
type Group = { readonly inputs: readonly InputColumn[]; readonly slices: readonly SliceCounts[] }

function groupOf(question: JointQuestion, inputs: readonly InputColumn[]): Group {
  return { inputs, slices: countLevels(question, inputs) }
}

/** The share of each count's labelled rows that are among those of `taken`, too. */
function overlapsOf(groups: readonly Group[], taken: SliceCounts, rows: KeptRows): Map<SliceCounts, number> {
  const shares = new Map<SliceCounts, number>()
  const own = groups.find(({ slices }) => slices.includes(taken))
  if (own === undefined) return shares
  const placeOf = placer(own.inputs, rows)
  const wanted = own.slices.indexOf(taken)
  const isTaken = Uint8Array.from({ length: rows.size }, (_, row) => (placeOf(row) === wanted ? 1 : 0))
  for (const { inputs, slices } of groups) {
    const place = placer(inputs, rows)
    const [all, both] = [new Float64Array(slices.length), new Float64Array(slices.length)]
    for (let row = 0; row < rows.size; row += 1) {
      const at = place(row)
      if (at < 0 || Number.isNaN(rows.loss[row] ?? Number.NaN)) continue
      all[at] = (all[at] ?? 0) + 1
      both[at] = (both[at] ?? 0) + (isTaken[row] ?? 0)
    }
    for (const [at, slice] of slices.entries())
      if ((all[at] ?? 0) > 0) shares.set(slice, (both[at] ?? 0) / (all[at] ?? 1))
  }
  return shares
}

/** How much the levels differ in loss: the variance between them, over rows. */
export function spreadOf(slices: readonly SliceCounts[], data: 'reference' | 'live'): number {
  const whole = slices.map((slice) => slice[data]).reduce(sumLosses, noLosses)
  if (whole.known === 0) return 0
  const mean = whole.loss / whole.known
  return slices.reduce((sum, slice) => {
    const own = slice[data]
    // What a level of a few rows shows is mostly chance.
    return own.known < 20 ? sum : sum + own.known * (own.loss / own.known - mean) ** 2
  }, 0)
}

/** A count for every level of one input, or for every pair of levels of two; in the order of `placer`. */
export function countLevels(
  { reference, live }: Pick<JointQuestion, 'reference' | 'live'>,
  inputs: readonly InputColumn[],
): SliceCounts[] {
  const [first, second] = inputs
  if (first === undefined) return []
  const width = second?.levels.length ?? 1
  const before = sumLevels(reference, inputs)
  const after = sumLevels(live, inputs)
  return before.map((losses, place) => {
    const conditions = [{ column: first.name, is: first.levels[Math.floor(place / width)] ?? '' }]
    if (second !== undefined) conditions.push({ column: second.name, is: second.levels[place % width] ?? '' })
    return { conditions, reference: losses, live: after[place] ?? noLosses }
  })
}

/** The place of a row among the levels of one input or the pairs of two; -1 for none. */
function placer([first, second]: readonly InputColumn[], rows: KeptRows): (row: number) => number {
  const firstCodes = rows.codes[first?.at ?? 0]
  const secondCodes = rows.codes[second?.at ?? 0]
  const width = second?.levels.length ?? 1
  return (row) => {
    const one = first?.levelOf[firstCodes?.[row] ?? 0] ?? -1
    const other = second === undefined ? 0 : (second.levelOf[secondCodes?.[row] ?? 0] ?? -1)
    return one < 0 || other < 0 ? -1 : one * width + other
  }
}

function sumLevels(rows: KeptRows, inputs: readonly InputColumn[]): Losses[] {
  const size = inputs.reduce((product, { levels }) => product * levels.length, 1)
  const [n, known, loss, squares] = [0, 1, 2, 3].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const placeOf = placer(inputs, rows)
  for (let row = 0; row < rows.size; row += 1) {
    const place = placeOf(row)
    if (place < 0) continue
    n[place] = (n[place] ?? 0) + 1
    const lost = rows.loss[row] ?? Number.NaN
    if (Number.isNaN(lost)) continue
    known[place] = (known[place] ?? 0) + 1
    loss[place] = (loss[place] ?? 0) + lost
    squares[place] = (squares[place] ?? 0) + lost * lost
  }
  return Array.from({ length: size }, (_, place) => ({
    n: n[place] ?? 0,
    known: known[place] ?? 0,
    loss: loss[place] ?? 0,
    lossSquares: squares[place] ?? 0,
  }))
}

function lossesOf({ size, loss }: KeptRows): Losses {
  let losses = noLosses
  for (let row = 0; row < size; row += 1) {
    const lost = loss[row] ?? Number.NaN
    const isKnown = !Number.isNaN(lost)
    losses = sumLosses(losses, {
      n: 1,
      known: isKnown ? 1 : 0,
      loss: isKnown ? lost : 0,
      lossSquares: isKnown ? lost * lost : 0,
    })
  }
  return losses
}
