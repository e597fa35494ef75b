// What is counted to find how much can be decided without a person: rows and errors by the model's confidence in its own answer
// (for yes/no: the score when it said yes, 1 − score when it said no). Additive.

/** Lower bounds of the cells, and the thresholds that are looked at: steps of .005, finer near 1 where many models crowd. */
export const confidenceThresholds: readonly number[] = [
  ...Array.from({ length: 199 }, (_, i) => (i * 5) / 1000),
  ...Array.from({ length: 10 }, (_, i) => (990 + i) / 1000),
  ...Array.from({ length: 9 }, (_, i) => (9991 + i) / 10000),
].sort((a, b) => a - b)

/** In the order of `confidenceThresholds`; a confidence equal to a threshold is in the cell that begins there. */
export type AutomationCells = {
  readonly n: Float64Array
  readonly known: Float64Array
  /** Of the rows whose label is known: those where the model was wrong. */
  readonly errors: Float64Array
  /** Rows without a confidence: never automatic. */
  without: number
}

export function emptyAutomationCells(): AutomationCells {
  const zeros = () => new Float64Array(confidenceThresholds.length)
  return { n: zeros(), known: zeros(), errors: zeros(), without: 0 }
}

export type AutomationCount = {
  /** Index of the cell; null: without a confidence. */
  readonly cell: number | null
  readonly n: number
  readonly known: number
  readonly errors: number
}

/** Adds counted rows, in place. */
export function addAutomationCount(cells: AutomationCells, count: AutomationCount): void {
  if (count.cell === null) {
    cells.without += count.n
    return
  }
  if (!(count.cell >= 0 && count.cell < cells.n.length)) throw new RangeError(`automation cells: no cell ${count.cell}`)
  for (const field of ['n', 'known', 'errors'] as const) {
    cells[field][count.cell] = (cells[field][count.cell] as number) + count[field]
  }
}

/** A new sum of both. */
export function mergeAutomationCells(a: AutomationCells, b: AutomationCells): AutomationCells {
  const add = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + (y[i] as number))
  return {
    n: add(a.n, b.n),
    known: add(a.known, b.known),
    errors: add(a.errors, b.errors),
    without: a.without + b.without,
  }
}
