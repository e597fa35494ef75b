// How much was lost on a set of rows: for slices and for the attribution of a loss. Additive.

export type Losses = {
  /** Rows. */
  readonly n: number
  /** Rows whose label is known; the sums below are over these. */
  readonly known: number
  /** Σ loss: 1 for a wrong class, |error| for a number. */
  readonly loss: number
  /** Σ loss²; for classes the same as `loss`. */
  readonly lossSquares: number
}

export const noLosses: Losses = { n: 0, known: 0, loss: 0, lossSquares: 0 }

export function sumLosses(a: Losses, b: Losses): Losses {
  return { n: a.n + b.n, known: a.known + b.known, loss: a.loss + b.loss, lossSquares: a.lossSquares + b.lossSquares }
}

export type SliceCondition = {
  readonly column: string
  /** The value, or a range of reference cells in words: `> 320`, `12 to 48`, `is missing`, `= "mail"`. */
  readonly is: string
}

/** Counts of all rows for which one or two conditions hold. */
export type SliceCounts = {
  readonly conditions: readonly SliceCondition[]
  readonly reference: Losses
  readonly live: Losses
}
