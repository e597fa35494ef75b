// Distances that know the order of the cells: Wasserstein (earth mover's) and Kolmogorov-Smirnov, from counts between edges.
//
// Between two edges a value may lie anywhere, so each distribution function is drawn as a straight line there. Wasserstein-1 is
// the area between the two (Vallender, Theory Probab. Appl. 18 (1973) 784–786), KS the largest gap, which lines take at an edge.
// KS from cells can only be too small, by at most the mass of one cell.

export type OrderedCells = {
  /** cells.length − 1 ascending edges; cell 0 lies below the first, the last cell from the last on. */
  readonly edges: readonly number[]
  readonly reference: ArrayLike<number>
  readonly live: ArrayLike<number>
}

/**
 * In the unit of the values. `low` and `high`: smallest and largest value of both samples, where the outer cells end. Null when
 * either sample is empty. Errors: RangeError when cells and edges do not fit.
 */
export function wasserstein(
  cells: OrderedCells,
  range: { readonly low: number; readonly high: number },
): number | null {
  const steps = cumulativeGaps(cells)
  if (steps === null) return null
  const first = cells.edges[0] ?? range.low
  const last = cells.edges.at(-1) ?? range.high
  const bounds = [Math.min(range.low, first), ...cells.edges, Math.max(range.high, last)]
  let area = 0
  let before = 0
  for (const [cell, gap] of steps.entries()) {
    const width = (bounds[cell + 1] ?? 0) - (bounds[cell] ?? 0)
    area += width * meanOfAbsoluteLine(before, gap)
    before = gap
  }
  return area
}

/** Of the distribution functions at the edges, in [0,1]. Null when either sample is empty. */
export function kolmogorovSmirnov(cells: OrderedCells): number | null {
  const steps = cumulativeGaps(cells)
  return steps === null ? null : steps.reduce((most, gap) => Math.max(most, Math.abs(gap)), 0)
}

/** At the upper end of each cell: live's distribution function less the reference's. The last is 0. */
function cumulativeGaps({ edges, reference, live }: OrderedCells): number[] | null {
  if (reference.length !== edges.length + 1 || live.length !== edges.length + 1) {
    throw new RangeError(`ordered cells: ${reference.length} and ${live.length} cells for ${edges.length} edges`)
  }
  const sum = (counts: ArrayLike<number>) => Array.from(counts).reduce((total, count) => total + count, 0)
  const m = sum(reference)
  const n = sum(live)
  if (n === 0 || m === 0) return null
  const gaps: number[] = []
  let p = 0
  let q = 0
  for (let cell = 0; cell <= edges.length; cell++) {
    p += live[cell] ?? 0
    q += reference[cell] ?? 0
    gaps.push(cell === edges.length ? 0 : p / n - q / m)
  }
  return gaps
}

/** Mean of |line from a to b|: where it crosses 0 there are two triangles. */
function meanOfAbsoluteLine(a: number, b: number): number {
  if (a * b >= 0) return (Math.abs(a) + Math.abs(b)) / 2
  return (a * a + b * b) / (2 * (Math.abs(a) + Math.abs(b)))
}
