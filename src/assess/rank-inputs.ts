// Which inputs say most about the answers, for what can only be tried with some of them: texts first, which mostly say all; then by
// how much better an answer is guessed in the pilot once the input's level is known.
//
// Numbers: eta², the share of the variance that lies between levels. Classes: Goodman and Kruskal's tau, the same for the indicators of
// all classes together. Less (levels − 1)/(rows − 1), which both reach by chance.

import type { InputColumn } from './inputs.ts'
import type { KeptRows } from './kept-rows.ts'

export type RankQuestion = {
  readonly inputs: readonly InputColumn[]
  readonly texts: ReadonlySet<string>
  readonly reference: KeptRows
  /** How many; null of numbers. */
  readonly classes: number | null
}

/** Names, most first. What the model said counts before what was right; where neither is known, they stay in the file's order. */
export function rankInputs(question: RankQuestion): { names: string[]; isRanked: boolean } {
  const { inputs, texts, reference, classes } = question
  const isKnown = (value: number) => (classes === null ? !Number.isNaN(value) : value >= 0)
  const answers = [reference.prediction, reference.label].find((values) =>
    values.subarray(0, reference.size).some(isKnown),
  )
  const ranked = inputs.map((input, at) => ({
    name: input.name,
    at,
    says: texts.has(input.name) ? Infinity : answers === undefined ? 0 : explained(question, input, answers),
  }))
  ranked.sort((a, b) => (a.says === b.says ? a.at - b.at : b.says - a.says))
  return { names: ranked.map(({ name }) => name), isRanked: answers !== undefined }
}

/** Between levels, of all; both as sums of squares over classes, or of the one number. */
function explained({ reference, classes }: RankQuestion, input: InputColumn, answers: Float64Array): number {
  const width = classes ?? 1
  const sums = new Float64Array(input.levels.length * width)
  const rows = new Float64Array(input.levels.length)
  const codes = reference.codes[input.at]
  let [n, squares] = [0, 0]
  for (let row = 0; row < reference.size; row += 1) {
    const answer = answers[row] ?? Number.NaN
    const level = input.levelOf[codes?.[row] ?? 0] ?? -1
    if (level < 0 || Number.isNaN(answer) || (classes !== null && answer < 0)) continue
    const at = level * width + (classes === null ? 0 : answer)
    sums[at] = (sums[at] ?? 0) + (classes === null ? answer : 1)
    rows[level] = (rows[level] ?? 0) + 1
    n += 1
    squares += classes === null ? answer * answer : 1
  }
  const totals = Array.from({ length: width }, (_, one) =>
    sums.reduce((sum, part, at) => (at % width === one ? sum + part : sum), 0),
  )
  const middle = totals.reduce((sum, total) => sum + (total * total) / n, 0)
  const within = sums.reduce((sum, part, at) => {
    const own = rows[Math.floor(at / width)] ?? 0
    return own === 0 ? sum : sum + (part * part) / own
  }, 0)
  const levels = rows.filter((own) => own > 0).length
  return squares > middle && n > levels ? (within - middle) / (squares - middle) - (levels - 1) / (n - 1) : 0
}
