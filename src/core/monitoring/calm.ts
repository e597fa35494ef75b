// How many false alarms a setting gives: simulated, since the floor, the correction over columns and the pooling of rare cells
// together have no formula. Nothing drifts in the simulation, so every day with an alarm is a false one.

import { meanInterval } from '#core/stats/mean-interval.ts'
import { momentsOf } from '#core/stats/moments.ts'
import { poissonBootstrap, type Random, seededRandom } from '#core/stats/random.ts'
import type { DriftOverall } from './assessment.ts'
import { cellDrift } from './cell-drift.ts'
import type { ColumnReference } from './column-cells.ts'
import { driftSetting, smallestQValues, tablesOf, verdictOf } from './drift.ts'

export type CalmQuestion = {
  /** What is drawn from: the cells of each. Times and ids take no part. */
  readonly columns: readonly ColumnReference[]
  /** Windows with fewer rows than the setting needs are widened to that, so fewer counts as that many. */
  readonly rowsPerDay: number
  readonly seed: number
}

const daysPerMonth = 30
const monthsMax = 60
const monthsMin = 8
/** Cell draws to spend, at most about two seconds. Many columns give fewer months and a wider interval, which is shown. */
const drawsMax = 1_000_000

/**
 * Days of 30 with at least one alarm, mean over simulated months with its 95 % interval. A month has one reference, drawn like
 * everything else: it is never the truth itself, and that is part of the alarms. Poisson counts: the number of rows varies too.
 */
export function falseAlarmDays(question: CalmQuestion, setting = driftSetting): DriftOverall['falseAlarmDaysPerMonth'] {
  const tables = question.columns.flatMap(drawnTables)
  if (tables.length === 0) return { value: 0, low: 0, high: 0 }
  const drawsPerMonth = tables.reduce((sum, { shares }) => sum + shares.length, 0) * daysPerMonth
  const months = Math.max(monthsMin, Math.min(monthsMax, Math.floor(drawsMax / drawsPerMonth)))
  const random = seededRandom(question.seed)
  const rows = Math.max(question.rowsPerDay, setting.rowsMin)
  const days = momentsOf(Array.from({ length: months }, () => alarmDays(tables, { random, rows, setting })))
  const interval = meanInterval(days)
  return {
    value: days.mean,
    low: Math.max(0, interval?.low ?? 0),
    high: Math.min(daysPerMonth, interval?.high ?? daysPerMonth),
  }
}

type DrawnTable = {
  readonly shares: Float64Array
  /** How many of the first cells ascend. */
  readonly ordered: number
  readonly referenceRows: number
}
type Month = { readonly random: Random; readonly rows: number; readonly setting: typeof driftSetting }

function alarmDays(tables: readonly DrawnTable[], { random, rows, setting }: Month): number {
  const draw = (shares: Float64Array, n: number) =>
    poissonBootstrap(
      shares.map((share) => share * n),
      random,
    )
  const references = tables.map(({ shares, referenceRows }) => draw(shares, Math.max(referenceRows, setting.rowsMin)))
  let days = 0
  for (let day = 0; day < daysPerMonth; day++) {
    const drifts = tables.map(({ shares, ordered }, at) =>
      cellDrift(references[at] ?? new Float64Array(shares.length), draw(shares, rows), ordered),
    )
    const qValues = smallestQValues(drifts)
    if (drifts.some((drift, at) => verdictOf(qValues[at] ?? 1, drift, setting) !== 'none')) days++
  }
  return days
}

/** Tables with one cell cannot alarm. */
function drawnTables(reference: ColumnReference): DrawnTable[] {
  return tablesOf({ reference, live: reference.cells }).flatMap(({ tested }) => {
    if (tested === null || tested.counts.filter((count) => count > 0).length < 2) return []
    const total = tested.counts.reduce((sum, count) => sum + count, 0)
    const shares = tested.counts.map((count) => count / total)
    return [{ shares, ordered: tested.ordered, referenceRows: total }]
  })
}
