// Puts every kept row into one segment by why it may be hard, so that a loss can be told by its causes.

import type { Attribution, ColumnAssessment } from '#core/monitoring/assessment.ts'
import { attributeLoss } from '#core/monitoring/attribution.ts'
import type { AttributionCause, AttributionSegment } from '#core/monitoring/attribution-counts.ts'
import { noLosses, sumLosses, type Losses } from '#core/monitoring/slice-counts.ts'
import { rowNull } from './count-column.ts'
import { countLevels, spreadOf, type JointQuestion } from './find-slices.ts'
import type { InputColumn } from './inputs.ts'
import { flagWords, type KeptRows } from './kept-rows.ts'
import { flagRange } from './count-column.ts'

export type AttributionQuestion = JointQuestion & {
  /** As judged: a cause is a column that has got worse, not any that is empty now and then. */
  readonly columns: readonly ColumnAssessment[]
  readonly classes: readonly string[]
  /** Labels of the pilot per class. */
  readonly pilotLabels: ArrayLike<number>
}

const seed = 20_261_121
/** Cells of the mix; of these, columns with more levels are too fine to tell anything. */
const mixCellsMax = 60

export function attributeRows(question: AttributionQuestion): Attribution | null {
  const segments = new Map<string, AttributionSegment>()
  const place = placer(question)
  for (const data of ['reference', 'live'] as const) {
    const rows = question[data]
    for (let row = 0; row < rows.size; row += 1) {
      const loss = rows.loss[row] ?? Number.NaN
      const found = place(rows, row)
      const label = question.metric === 'accuracy' ? (question.classes[rows.label[row] ?? -1] ?? '') : ''
      const key = `${found.cause}\t${found.segment}\t${label}`
      const segment = segments.get(key) ?? { ...found, label, reference: noLosses, live: noLosses }
      segments.set(key, { ...segment, [data]: sumLosses(segment[data], lossesOf(loss)) })
    }
  }
  return attributeLoss({ metric: question.metric, segments: [...segments.values()], seed })
}

function lossesOf(loss: number): Losses {
  return Number.isNaN(loss)
    ? { n: 1, known: 0, loss: 0, lossSquares: 0 }
    : { n: 1, known: 1, loss, lossSquares: loss * loss }
}

type Place = { readonly cause: AttributionCause; readonly segment: string }

function placer(question: AttributionQuestion): (rows: KeptRows, row: number) => Place {
  const worse = (rate: 'nullRate' | 'unseenRate' | 'outOfRangeRate') => {
    const names = new Set(question.columns.filter(({ quality }) => isWorse(quality[rate])).map(({ name }) => name))
    return question.inputs.filter(({ name }) => names.has(name))
  }
  const [nulls, unseen, ranges] = [worse('nullRate'), worse('unseenRate'), worse('outOfRangeRate')]
  const texts = question.columns
    .filter(({ kind }) => kind === 'text')
    .map(({ name }) => name)
    .join(', ')
  const mix = mixColumns(question)
  const fresh = new Map(
    question.classes.flatMap((name, at) => (question.pilotLabels[at] === 0 ? [[at, name] as const] : [])),
  )
  return (rows, row) => {
    const answer = fresh.get(rows.label[row] ?? -1)
    if (answer !== undefined) return { cause: 'unseen-labels', segment: `“${answer}”` }
    if (((rows.flags[row] ?? 0) & flagWords) !== 0) return { cause: 'unseen-words', segment: texts }
    const code = (input: InputColumn) => rows.codes[input.at]?.[row] ?? rowNull
    const novel = unseen.find((input) => input.unseen !== -1 && input.levelOf[code(input)] === input.unseen)
    if (novel !== undefined) return { cause: 'unseen-values', segment: novel.name }
    const missing = nulls.find((input) => code(input) === rowNull)
    if (missing !== undefined) return { cause: 'nulls', segment: missing.name }
    if (ranges.length > 0 && ((rows.flags[row] ?? 0) & flagRange) !== 0) {
      return { cause: 'out-of-range', segment: ranges.map(({ name }) => name).join(', ') }
    }
    return {
      cause: 'mix',
      segment: mix
        .map((input) => `${input.name} ${input.levels[input.levelOf[code(input)] ?? -1] ?? ''}`)
        .join(' and '),
    }
  }
}

function isWorse({ reference, live, verdict }: ColumnAssessment['quality']['nullRate']): boolean {
  return (verdict === 'warn' || verdict === 'act') && (live ?? 0) > (reference ?? 0)
}

/** The column whose levels differ most in the pilot, and the one that adds most to it. */
function mixColumns(question: AttributionQuestion): InputColumn[] {
  const spread = (inputs: readonly InputColumn[]) => spreadOf(countLevels(question, inputs), 'reference')
  const best = (candidates: readonly (readonly InputColumn[])[]) =>
    candidates
      .map((inputs) => ({ inputs, spread: spread(inputs) }))
      .filter((one) => one.spread > 0)
      .sort((a, b) => b.spread - a.spread)[0]?.inputs
  const first = best(question.inputs.slice(0, 200).map((input) => [input]))?.[0]
  if (first === undefined) return []
  const others = question.inputs
    .slice(0, 200)
    .filter((input) => input !== first && input.levels.length * first.levels.length <= mixCellsMax)
  return [...(best(others.map((input) => [first, input])) ?? [first])]
}
