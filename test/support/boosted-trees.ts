// Gradient boosting over small regression trees (J. Friedman, Ann. Stat. 29 (2001) 1189–1232), so that tests on public data have the
// kind of model that their published figures were made with. Deterministic: no row and no column is left to chance.

export type BoostOptions = {
  /** Of numbers: squares. Of 0 and 1: logistic, and the answers are probabilities. */
  readonly loss: 'squares' | 'logistic'
  readonly trees?: number
  readonly depth?: number
  readonly rate?: number
  readonly leafRowsMin?: number
}

/** A row's features, in the order in which they were trained; NaN for what is missing, which counts as smallest. */
export type Row = readonly number[]

type Tree =
  | { readonly value: number }
  | { readonly feature: number; readonly edge: number; readonly below: Tree; readonly above: Tree }

const binsMax = 64

/** Learns from all rows given. What comes back answers one row. */
export function boostTrees(
  rows: readonly Row[],
  targets: readonly number[],
  options: BoostOptions,
): (row: Row) => number {
  const { loss, trees = 100, depth = 3, rate = 0.1, leafRowsMin = 20 } = options
  const link = loss === 'logistic' ? (raw: number) => 1 / (1 + Math.exp(-raw)) : (raw: number) => raw
  const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length
  const start = loss === 'logistic' ? Math.log(mean / (1 - mean)) : mean
  const binned = binColumns(rows)
  const raw = new Float64Array(rows.length).fill(start)
  const grown: Tree[] = []
  for (let round = 0; round < trees; round += 1) {
    const said = Float64Array.from(raw, link)
    // The slope of the loss, and how fast it changes: a leaf moves by their ratio.
    const slopes = said.map((value, at) => (targets[at] ?? 0) - value)
    const bends = loss === 'logistic' ? said.map((value) => value * (1 - value)) : said.map(() => 1)
    const all = Int32Array.from(rows, (_, at) => at)
    const tree = growTree({ ...binned, slopes, bends, rate, leafRowsMin }, all, depth)
    grown.push(tree)
    for (const [at, row] of rows.entries()) raw[at] = (raw[at] ?? 0) + follow(tree, row)
  }
  return (row) => link(grown.reduce((sum, tree) => sum + follow(tree, row), start))
}

function follow(tree: Tree, row: Row): number {
  let at = tree
  while (!('value' in at)) at = isBelow(row[at.feature], at.edge) ? at.below : at.above
  return at.value
}

/** Not a number is below every edge. */
function isBelow(value: number | undefined, edge: number): boolean {
  return !((value ?? Number.NaN) >= edge)
}

type Binned = { readonly edges: readonly (readonly number[])[]; readonly bins: readonly Uint8Array[] }

function binColumns(rows: readonly Row[]): Binned {
  const width = rows[0]?.length ?? 0
  const edges = Array.from({ length: width }, (_, feature) => {
    const values = rows.map((row) => row[feature] ?? Number.NaN).filter(Number.isFinite)
    const sorted = values.sort((a, b) => a - b)
    const cuts = Array.from(
      { length: binsMax - 1 },
      (__, cut) => sorted[Math.floor(((cut + 1) * sorted.length) / binsMax)],
    )
    return [...new Set(cuts.filter((cut) => cut !== undefined))].filter((cut) => cut > (sorted[0] ?? cut))
  })
  const bins = edges.map((cuts, feature) =>
    Uint8Array.from(rows, (row) => cuts.filter((cut) => !isBelow(row[feature], cut)).length),
  )
  return { edges, bins }
}

type Growing = Binned & {
  readonly slopes: Float64Array
  readonly bends: Float64Array
  readonly rate: number
  readonly leafRowsMin: number
}

function growTree(growing: Growing, rows: Int32Array, depth: number): Tree {
  const [slope, bend] = sums(growing, rows)
  const leaf = { value: (growing.rate * slope) / Math.max(1e-9, bend) }
  const split = depth === 0 ? undefined : bestSplit(growing, rows)
  if (split === undefined) return leaf
  const { feature, bin, edge } = split
  const isLow = (row: number) => (growing.bins[feature]?.[row] ?? 0) <= bin
  return {
    feature,
    edge,
    below: growTree(growing, rows.filter(isLow), depth - 1),
    above: growTree(
      growing,
      rows.filter((row) => !isLow(row)),
      depth - 1,
    ),
  }
}

function sums({ slopes, bends }: Growing, rows: Int32Array): [slope: number, bend: number] {
  let [slope, bend] = [0, 0]
  for (const row of rows) {
    slope += slopes[row] ?? 0
    bend += bends[row] ?? 0
  }
  return [slope, bend]
}

/** The cut after a bin that lowers the loss most, with enough rows on both sides. */
function bestSplit(growing: Growing, rows: Int32Array) {
  const [slope, bend] = sums(growing, rows)
  const gainOf = (s: number, b: number) => (s * s) / Math.max(1e-9, b)
  let best: { feature: number; bin: number; edge: number; gain: number } | undefined
  for (const [feature, bins] of growing.bins.entries()) {
    const cuts = growing.edges[feature] ?? []
    const [s, b, n] = [0, 1, 2].map(() => new Float64Array(cuts.length + 1)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    for (const row of rows) {
      const bin = bins[row] ?? 0
      s[bin] = (s[bin] ?? 0) + (growing.slopes[row] ?? 0)
      b[bin] = (b[bin] ?? 0) + (growing.bends[row] ?? 0)
      n[bin] = (n[bin] ?? 0) + 1
    }
    let [sLow, bLow, nLow] = [0, 0, 0]
    for (const [bin, edge] of cuts.entries()) {
      sLow += s[bin] ?? 0
      bLow += b[bin] ?? 0
      nLow += n[bin] ?? 0
      if (nLow < growing.leafRowsMin || rows.length - nLow < growing.leafRowsMin) continue
      const gain = gainOf(sLow, bLow) + gainOf(slope - sLow, bend - bLow) - gainOf(slope, bend)
      if (gain > (best?.gain ?? 1e-12)) best = { feature, bin, edge, gain }
    }
  }
  return best
}
