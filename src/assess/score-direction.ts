// Which class a score of two speaks for. Whoever names the class that is good for a person (--positive) may have a score of the other:
// taken as it is, every figure that rests on it would be upside down.
//
// The area under the curve of score and answer, in the pilot's sample. What a model says follows its score, so the area is about 1, or
// about 0 where the score is of the other class; of what was right it may be anything, so only an area far below ½ says it.

export type DirectionQuestion = {
  /** NaN for none. */
  readonly scores: readonly number[]
  /** Of what the model said: whether it was the positive class; null for none. Empty where no column says it. */
  readonly said: readonly (boolean | null)[]
  /** The same of what was right. */
  readonly right: readonly (boolean | null)[]
}

const ofSaidMax = 0.05
const ofRightMax = 0.25
const rowsMin = 50

/** Whether the score is of the other class. False where nothing says so. */
export function isOfOtherClass({ scores, said, right }: DirectionQuestion): boolean {
  const bySaid = areaOf(scores, said)
  if (bySaid !== null) return bySaid < ofSaidMax
  return (areaOf(scores, right) ?? 1) < ofRightMax
}

/** Mann and Whitney, ties by half; null with fewer than `rowsMin` rows, or with one class alone. */
function areaOf(scores: readonly number[], answers: readonly (boolean | null)[]): number | null {
  const rows = scores
    .map((score, at) => ({ score, isYes: answers[at] ?? null }))
    .filter(({ score, isYes }) => Number.isFinite(score) && isYes !== null)
    .sort((a, b) => a.score - b.score)
  const yes = rows.filter(({ isYes }) => isYes === true).length
  if (rows.length < rowsMin || yes === 0 || yes === rows.length) return null
  let [below, area] = [0, 0]
  for (const tied of Map.groupBy(rows, ({ score }) => score).values()) {
    const own = tied.filter(({ isYes }) => isYes === true).length
    area += own * (below + (tied.length - own) / 2)
    below += tied.length - own
  }
  return area / (yes * (rows.length - yes))
}
