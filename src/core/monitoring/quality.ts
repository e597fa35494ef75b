// Has the quality of a column got worse: nulls, wrong types, values out of range, categories never seen?
//
// Each is a share of rows, compared by a two-sample test that holds for rare events, corrected over all columns and rates
// (Benjamini-Hochberg), with a floor in points. What was unseen or out of range in the reference is nothing by construction, so
// there each row counts as if it had been left out: then a sample like the reference has the same share.

import { benjaminiHochberg } from '#core/stats/multiple-testing.ts'
import type { Share } from '#core/stats/difference-interval.ts'
import { testShares } from '#core/stats/two-shares.ts'
import { wilson } from '#core/stats/wilson.ts'
import type { ColumnQuality, QualityVerdict, RatePair } from './assessment.ts'
import type { ColumnCells, ColumnReference } from './column-cells.ts'
import type { ComparedColumn } from './drift.ts'

type QualitySetting = {
  readonly q: number
  /** Under this many rows a rate says nothing. */
  readonly rowsMin: number
  /** How far the live share must have moved. */
  readonly floors: { readonly warn: number; readonly act: number }
}

const qualitySetting: QualitySetting = { q: 0.01, rowsMin: 30, floors: { warn: 0.01, act: 0.05 } }

export type QualityRates = Pick<ColumnQuality, 'nullRate' | 'unseenRate' | 'outOfRangeRate' | 'typeErrorRate'>
type RateName = keyof QualityRates
const rateNames: readonly RateName[] = ['nullRate', 'unseenRate', 'outOfRangeRate', 'typeErrorRate']

/** In the order given. A rate that does not arise for a kind of column has null figures and `none`. */
export function judgeQuality(columns: readonly ComparedColumn[], setting = qualitySetting): QualityRates[] {
  const rates = columns.flatMap(({ reference, live }, column) =>
    rateNames.map((name) => ({
      column,
      name,
      reference: rateOf(name, reference, 'reference'),
      live: rateOf(name, { layout: reference.layout, cells: live }, 'live'),
    })),
  )
  const tested = rates.map((rate) => ({ ...rate, pValue: pValueOf(rate, setting) }))
  const able = tested.filter(({ pValue }) => pValue !== null)
  const qValues = benjaminiHochberg(able.map(({ pValue }) => pValue ?? 1))
  const qValueOf = new Map(able.map((rate, at) => [rate, qValues[at] ?? 1]))
  const judged = tested.map((rate) => judgeRate(rate, qValueOf.get(rate) ?? null, setting))
  const pick = (column: number, name: RateName) => judged[column * rateNames.length + rateNames.indexOf(name)] ?? none
  return columns.map((_, column) => ({
    nullRate: pick(column, 'nullRate'),
    unseenRate: pick(column, 'unseenRate'),
    outOfRangeRate: pick(column, 'outOfRangeRate'),
    typeErrorRate: pick(column, 'typeErrorRate'),
  }))
}

const none: RatePair = { reference: null, live: null, low: null, high: null, verdict: 'none' }

type Rate = { readonly name: RateName; readonly reference: Share | null; readonly live: Share | null }

/** Null where the question does not arise. */
function rateOf(name: RateName, { layout, cells }: ColumnReference, data: 'reference' | 'live'): Share | null {
  if (name === 'nullRate') return { hits: cells.nulls, n: cells.rows }
  if (name === 'typeErrorRate') return { hits: cells.invalid + cells.nonFinite, n: cells.rows - cells.nulls }
  if (name === 'outOfRangeRate') {
    return layout.kind === 'numeric' && layout.fineEdges.length > 0 ? outOfRange(cells, data) : null
  }
  if (layout.kind !== 'categorical' || layout.others === null) return null
  return { hits: cells.cells.at(-1) ?? 0, n: sum(cells.cells) }
}

/** Of the reference, its smallest and largest value would lie outside of the rest. */
function outOfRange({ fine }: ColumnCells, data: 'reference' | 'live'): Share {
  const n = sum(fine)
  return { hits: data === 'reference' ? Math.min(2, n) : (fine[0] ?? 0) + (fine.at(-1) ?? 0), n }
}

function pValueOf({ reference, live }: Rate, { rowsMin }: QualitySetting): number | null {
  if (reference === null || live === null || Math.min(reference.n, live.n) < rowsMin) return null
  return testShares(reference, live)
}

function judgeRate({ name, reference, live }: Rate, qValue: number | null, setting: QualitySetting): RatePair {
  if (reference === null || live === null) return none
  const interval = wilson(live.hits, live.n)
  const figures = {
    reference: reference.n === 0 ? null : reference.hits / reference.n,
    live: live.n === 0 ? null : live.hits / live.n,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  }
  if (qValue === null) return { ...figures, verdict: 'insufficient' }
  return { ...figures, verdict: verdictOf(name, (figures.live ?? 0) - (figures.reference ?? 0), { qValue, setting }) }
}

/** Fewer errors are good news; fewer nulls are worth a look, since somebody may have begun to fill them in. */
function verdictOf(
  name: RateName,
  moved: number,
  { qValue, setting: { q, floors } }: { readonly qValue: number; readonly setting: QualitySetting },
): QualityVerdict {
  if (qValue > q) return 'none'
  if (moved >= floors.act) return 'act'
  if (moved >= floors.warn) return 'warn'
  return name === 'nullRate' && -moved >= floors.act ? 'warn' : 'none'
}

function sum(counts: Float64Array): number {
  return counts.reduce((total, count) => total + count, 0)
}
