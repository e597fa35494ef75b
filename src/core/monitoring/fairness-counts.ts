// What is counted of each group of a protected attribute. Additive.

export type GroupCounts = {
  readonly column: string
  readonly group: string
  /** Rows with a prediction. */
  readonly n: number
  /** Of them predicted positive. */
  readonly selected: number
  /** Rows with a prediction and a known label, by both. */
  readonly tp: number
  readonly fp: number
  readonly fn: number
  readonly tn: number
}

/** Errors: RangeError for different groups. */
export function mergeGroupCounts(a: GroupCounts, b: GroupCounts): GroupCounts {
  if (a.column !== b.column || a.group !== b.group) throw new RangeError('counts of different groups cannot be added')
  return {
    column: a.column,
    group: a.group,
    n: a.n + b.n,
    selected: a.selected + b.selected,
    tp: a.tp + b.tp,
    fp: a.fp + b.fp,
    fn: a.fn + b.fn,
    tn: a.tn + b.tn,
  }
}
