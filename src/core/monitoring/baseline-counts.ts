// What is counted to compare a model with the simplest rivals on the same rows. Additive.

/** For classes: labelled rows on which the rival has an answer. */
export type RivalCounts = {
  readonly n: number
  readonly modelRight: number
  readonly rivalRight: number
  readonly bothRight: number
}

/** For numbers: labelled rows on which the rival has an answer. */
export type RivalErrors = {
  readonly n: number
  /** Σ|error| of the model and of the rival. */
  readonly modelAbsolute: number
  readonly rivalAbsolute: number
  /** Σ|error|² of each, and Σ(|model's error| − |rival's error|)². */
  readonly modelSquares: number
  readonly rivalSquares: number
  readonly differenceSquares: number
}

export function mergeRivalCounts(a: RivalCounts, b: RivalCounts): RivalCounts {
  return {
    n: a.n + b.n,
    modelRight: a.modelRight + b.modelRight,
    rivalRight: a.rivalRight + b.rivalRight,
    bothRight: a.bothRight + b.bothRight,
  }
}

export function mergeRivalErrors(a: RivalErrors, b: RivalErrors): RivalErrors {
  return {
    n: a.n + b.n,
    modelAbsolute: a.modelAbsolute + b.modelAbsolute,
    rivalAbsolute: a.rivalAbsolute + b.rivalAbsolute,
    modelSquares: a.modelSquares + b.modelSquares,
    rivalSquares: a.rivalSquares + b.rivalSquares,
    differenceSquares: a.differenceSquares + b.differenceSquares,
  }
}
