// Which columns have drifted: a test that says whether chance explains it, and an effect floor that says whether it matters.
//
// An alarm needs both: the two-sample test on fixed cells, held to a share q of false alarms over all columns of the evaluation
// (Benjamini-Hochberg), and a corrected PSI of at least the floor. The test alone would alarm on trifles when there are many rows,
// the effect alone on chance when there are few. Too few rows is `insufficient`, never `none`.
//
// Where cells have an order, a rank test is asked as well, and both go into the correction as tests of their own: the chi-square sees
// every kind of change, the rank test sees a shift of all values from fewer rows. The smaller q-value is the column's.

import { standardDeviation } from '#core/stats/moments.ts'
import { benjaminiHochberg } from '#core/stats/multiple-testing.ts'
import { wasserstein } from '#core/stats/ordered-distances.ts'
import type { ColumnDrift, DriftOverall, DriftVerdict, TextDrift } from './assessment.ts'
import { type CellDrift, cellDrift } from './cell-drift.ts'
import type { ColumnCells, ColumnReference } from './column-cells.ts'
import { textTables } from './text-drift.ts'

export type DriftSetting = {
  /** Share of false alarms among the alarms of one evaluation. */
  readonly q: number
  /** Rows (or texts) that either side needs. */
  readonly rowsMin: number
  /** Of the corrected PSI. */
  readonly floors: { readonly watch: number; readonly warn: number; readonly act: number }
}

export const driftSetting: DriftSetting = { q: 0.01, rowsMin: 200, floors: { watch: 0.02, warn: 0.1, act: 0.25 } }

/** The pilot's column, and live's counts in its layout. */
export type ComparedColumn = { readonly reference: ColumnReference; readonly live: ColumnCells }

/**
 * In the order given; columns and the features of texts are corrected together. Times and ids have no drift: null figures and
 * `none`. For a text column the figures are those of the feature that moved most, and `text` has them all.
 */
export function judgeDrift(columns: readonly ComparedColumn[], setting: DriftSetting = driftSetting): ColumnDrift[] {
  const tables = columns.map(tablesOf)
  const qValues = correctAll(tables.flat(), setting)
  return columns.map((column, at) => {
    const judged = (tables[at] ?? []).map((table) => judgeTable(table, qValues.get(table) ?? null, setting))
    return column.reference.layout.kind === 'text' ? textDrift(column, judged) : plainDrift(column, judged[0])
  })
}

/** One thing that is tested. `reference` and `live`: how many rows or texts. */
export type DriftTable = {
  readonly feature: TextDrift['feature'] | null
  readonly drift: CellDrift | null
  /** The reference's cells, for simulations, and how many of the first ascend; null for bigrams, which hang together. */
  readonly tested: { readonly counts: Float64Array; readonly ordered: number } | null
  readonly n: { readonly reference: number; readonly live: number }
  /** What a reader sees of the feature: a mean or a share. */
  readonly shown: { readonly reference: number | null; readonly live: number | null }
}
type JudgedTable = DriftTable & { readonly qValue: number | null; readonly verdict: DriftVerdict }

const nothingShown = { reference: null, live: null }

/** What is tested of a column: nothing of times and ids, one table of most, one per feature of texts. */
export function tablesOf({ reference, live }: ComparedColumn): readonly DriftTable[] {
  const { layout, cells } = reference
  if (layout.kind === 'datetime' || layout.kind === 'id') return []
  if (layout.kind === 'text') return textTables(layout, cells, live)
  const tested = { counts: testedCells(cells), ordered: layout.kind === 'numeric' ? cells.cells.length : 0 }
  const drift = cellDrift(tested.counts, testedCells(live), tested.ordered)
  return [{ feature: null, drift, tested, n: { reference: cells.rows, live: live.rows }, shown: nothingShown }]
}

/** The cells of the test: those of the layout, then what could not be read, then nulls. */
export function testedCells(cells: ColumnCells): Float64Array {
  return Float64Array.of(...cells.cells, cells.invalid + cells.nonFinite, cells.nulls)
}

/** Tests with too little data take no part: they could only dilute the others. */
function correctAll(tables: readonly DriftTable[], setting: DriftSetting): Map<DriftTable, number> {
  const able = tables.filter((table) => isEnough(table, setting))
  const qValues = smallestQValues(able.map(({ drift }) => drift))
  return new Map(able.map((table, at) => [table, qValues[at] ?? 1]))
}

/** Of each table's one or two tests, corrected over all tests of all tables. */
export function smallestQValues(drifts: readonly (Pick<CellDrift, 'pValue' | 'trendPValue'> | null)[]): number[] {
  const pValues = drifts.map((drift) => drift?.pValue ?? 1)
  const trends = drifts.flatMap((drift) => drift?.trendPValue ?? [])
  const qValues = benjaminiHochberg([...pValues, ...trends])
  let trendAt = pValues.length
  return drifts.map((drift, at) => {
    const ofTrend = drift !== null && drift.trendPValue !== null ? (qValues[trendAt++] ?? 1) : 1
    return Math.min(qValues[at] ?? 1, ofTrend)
  })
}

function isEnough({ n, drift }: DriftTable, setting: DriftSetting): boolean {
  return drift !== null && Math.min(n.reference, n.live) >= setting.rowsMin
}

function judgeTable(table: DriftTable, qValue: number | null, setting: DriftSetting): JudgedTable {
  return { ...table, qValue, verdict: qValue === null ? 'insufficient' : verdictOf(qValue, table.drift, setting) }
}

export function verdictOf(
  qValue: number,
  drift: Pick<CellDrift, 'psiCorrected'> | null,
  { q, floors }: DriftSetting,
): DriftVerdict {
  const effect = drift?.psiCorrected ?? 0
  if (qValue > q || effect < floors.watch) return 'none'
  return effect >= floors.act ? 'act' : effect >= floors.warn ? 'warn' : 'watch'
}

function plainDrift({ reference, live }: ComparedColumn, table: JudgedTable | undefined): ColumnDrift {
  const n = { reference: reference.cells.rows, live: live.rows }
  if (table === undefined) return { ...figuresOf(null), qValue: null, wassersteinSd: null, n, verdict: 'none' }
  return {
    ...figuresOf(table.drift),
    qValue: table.qValue,
    wassersteinSd: wassersteinSd({ reference, live }),
    n,
    verdict: table.verdict,
  }
}

function textDrift({ reference, live }: ComparedColumn, tables: readonly JudgedTable[]): ColumnDrift {
  const leading = tables.toSorted(
    (a, b) =>
      driftRank(b.verdict) - driftRank(a.verdict) || (b.drift?.psiCorrected ?? 0) - (a.drift?.psiCorrected ?? 0),
  )[0]
  return {
    ...figuresOf(leading?.drift ?? null),
    qValue: leading?.qValue ?? null,
    wassersteinSd: null,
    n: leading?.n ?? { reference: reference.cells.rows, live: live.rows },
    verdict: leading?.verdict ?? 'insufficient',
    text: tables.flatMap(({ feature, drift, qValue, shown, verdict }) =>
      feature === null ? [] : [{ feature, psiCorrected: drift?.psiCorrected ?? null, qValue, ...shown, verdict }],
    ),
  }
}

function figuresOf(drift: CellDrift | null) {
  return {
    statistic: drift?.statistic ?? null,
    df: drift?.df ?? null,
    pValue: drift?.pValue ?? null,
    psi: drift?.psi ?? null,
    psiCorrected: drift?.psiCorrected ?? null,
    jensenShannon: drift?.jensenShannon ?? null,
  }
}

/** Null for what has no order, and where the reference does not vary. */
function wassersteinSd({ reference, live }: ComparedColumn): number | null {
  const { layout, cells } = reference
  const sd = standardDeviation(cells.moments)
  // Of a constant the sums leave a rounding error, which is no measure of anything.
  const isConstant = cells.moments.min === cells.moments.max
  if (layout.kind !== 'numeric' || isConstant || sd === null || sd === 0 || live.moments.n === 0) return null
  const distance = wasserstein(
    { edges: layout.fineEdges, reference: cells.fine, live: live.fine },
    { low: Math.min(cells.moments.min, live.moments.min), high: Math.max(cells.moments.max, live.moments.max) },
  )
  const ratio = distance === null ? Number.NaN : distance / sd
  // Numbers beyond `numberMax` that somebody counted after all overflow.
  return Number.isFinite(ratio) ? ratio : null
}

const ranks: Readonly<Record<DriftVerdict, number>> = { none: 0, insufficient: 1, watch: 2, warn: 3, act: 4 }

/** Order of verdicts, worst last. Not knowing is worse than nothing found, and better than something found. */
export function driftRank(verdict: DriftVerdict): number {
  return ranks[verdict]
}

/** Over all columns: the worst of them. */
export function overallDrift(
  columns: readonly ColumnDrift[],
  falseAlarmDaysPerMonth: DriftOverall['falseAlarmDaysPerMonth'],
  { q, floors, rowsMin }: DriftSetting = driftSetting,
): DriftOverall {
  const worst = columns.toSorted((a, b) => driftRank(b.verdict) - driftRank(a.verdict))[0]
  return {
    columns: columns.length,
    drifted: columns.filter(({ verdict }) => driftRank(verdict) >= driftRank('watch')).length,
    verdict: worst?.verdict ?? 'insufficient',
    falseAlarmDaysPerMonth,
    method:
      `Two-sample chi-square test on cells fixed from the reference, with a rank test beside it for numbers, ` +
      `Benjamini-Hochberg at q = ${q} over all tests of all columns, ` +
      `and a population stability index, corrected for sample size, of at least ${floors.watch} (watch), ` +
      `${floors.warn} (warn) or ${floors.act} (act); at least ${rowsMin} rows on both sides.`,
  }
}
