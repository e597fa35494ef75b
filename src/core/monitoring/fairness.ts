// Whether groups are treated alike, by three states: it fails only when it is shown to, passes only when it is shown to, and says
// otherwise that there is not enough data. A ratio of rates from small groups violates four fifths by chance alone.
//
// Ratio of the selection rate to that of the highest-rate group that is large enough, with its score interval: fail below 0.8 with
// the whole interval, pass at or above 0.8 with the whole interval (four-fifths rule, 29 CFR 1607.4(D)). Differences of TPR and FPR to
// the same group (Newcombe): fail beyond 0.1 with the whole interval. A fail also has to survive Benjamini-Hochberg over all groups
// and metrics looked at.
//
// Large enough: with K groups of equal rate p and n rows each, the logarithms of the rates range over less than q·√((1−p)/(n p)) in
// 95 % of cases, q the studentized range of K; so n ≥ q² (1−p) / (p ln²0.8) keeps chance below 5 %. Nothing at all is said under 30
// rows or five expected events.

import normalQuantile from '@stdlib/stats-base-dists-normal-quantile'
import { chiSquareTail } from '#core/stats/chi-square.ts'
import { newcombe, type Share } from '#core/stats/difference-interval.ts'
import { benjaminiHochberg } from '#core/stats/multiple-testing.ts'
import { ratioScore } from '#core/stats/ratio-interval.ts'
import type { Estimate, FairnessRow } from './assessment.ts'
import type { GroupCounts } from './fairness-counts.ts'
import { rate, unknown } from './performance-values.ts'

const fourFifths = 0.8
const tolerance = 0.1
const rowsMin = 30
const eventsMin = 5

/** Rows in the order of columns and groups given. `groups` of all columns, so that all looks are counted. */
export function judgeFairness(groups: readonly GroupCounts[], data: FairnessRow['data']): FairnessRow[] {
  const columns = Map.groupBy(groups, ({ column }) => column)
  const candidates = [...columns.values()].flatMap((column) => column.map((group) => examine(group, column)))
  const looks = candidates.flatMap(({ claims }) => claims)
  const qValues = benjaminiHochberg(looks.map(({ pValue }) => pValue))
  return candidates.map((candidate) => {
    const failed = candidate.claims.filter(
      (claim) => claim.outside && (qValues[looks.indexOf(claim)] as number) <= 0.05,
    )
    return { ...candidate.row, data, ...verdictOf(candidate, failed) }
  })
}

type Claim = {
  readonly what: string
  /** The whole interval lies where the group is treated worse than allowed. */
  readonly outside: boolean
  readonly pValue: number
}
type Candidate = {
  readonly row: Omit<FairnessRow, 'data' | 'verdict' | 'why'>
  readonly claims: readonly Claim[]
  /** In words, where no verdict is possible. */
  readonly tooSmall: string | null
}

function examine(group: GroupCounts, column: readonly GroupCounts[]): Candidate {
  const overall = total(column)
  const base = baseGroup(column, overall)
  const selection = selectionOf(group)
  const shown = (share: Share, of: Share) => (isShown(share, of) ? rate(share.hits, share.n) : unknown)
  const isBase = base === group
  const ratio =
    base === undefined || !isShown(selection, selectionOf(overall)) ? undefined : ratioOf(selection, selectionOf(base))
  const needed = rowsNeeded(column.length, selectionOf(overall))
  return {
    row: {
      column: group.column,
      group: group.group,
      n: group.n,
      selectionRate: shown(selection, selectionOf(overall)),
      tpr: shown(tprOf(group), tprOf(overall)),
      fpr: shown(fprOf(group), fprOf(overall)),
      ratio: isBase ? { value: 1, low: null, high: null } : (ratio?.estimate ?? unknown),
      comparedTo: base === undefined || isBase ? null : base.group,
    },
    claims: base === undefined || isBase || group.n < needed ? [] : claimsOf(group, base, overall),
    tooSmall: group.n < needed ? `${group.n} rows; below ${needed} chance alone breaks four fifths too often` : null,
  }
}

function verdictOf(
  { row, claims, tooSmall }: Candidate,
  failed: readonly Claim[],
): Pick<FairnessRow, 'verdict' | 'why'> {
  if (failed.length > 0) return { verdict: 'fail', why: `${failed.map(({ what }) => what).join('; ')}.` }
  if (tooSmall !== null) return { verdict: 'insufficient', why: `Too few: ${tooSmall}.` }
  if (row.comparedTo === null && row.ratio.value === 1) {
    return {
      verdict: 'pass',
      why: 'The highest rate of all groups that are large enough; the others are compared to it.',
    }
  }
  const { low, high } = row.ratio
  if (claims.length === 0 || low === null || high === null)
    return { verdict: 'insufficient', why: 'Nothing large enough to compare to.' }
  if (low >= fourFifths)
    return {
      verdict: 'pass',
      why: `At least ${low.toFixed(2)} of the rate of ${row.comparedTo}, with 95 % confidence.`,
    }
  return {
    verdict: 'insufficient',
    why: `Between ${low.toFixed(2)} and ${high.toFixed(2)} of the rate of ${row.comparedTo}: more rows are needed to tell which side of 0.8.`,
  }
}

/** The highest-rate group that is large enough. */
function baseGroup(column: readonly GroupCounts[], overall: GroupCounts): GroupCounts | undefined {
  const needed = rowsNeeded(column.length, selectionOf(overall))
  const large = column.filter((group) => group.n >= needed && isShown(selectionOf(group), selectionOf(overall)))
  return large.sort((a, b) => b.selected / b.n - a.selected / a.n)[0]
}

function claimsOf(group: GroupCounts, base: GroupCounts, overall: GroupCounts): Claim[] {
  const ratio = ratioOf(selectionOf(group), selectionOf(base))
  const claims: Claim[] = []
  if (ratio !== undefined) {
    const { value, high } = ratio.estimate
    const text = `Selected at ${value?.toFixed(2)} of the rate of ${base.group}, at most ${high?.toFixed(2)}`
    claims.push({ what: text, outside: high !== null && high < fourFifths, pValue: ratio.pValue })
  }
  for (const [name, of] of [
    ['TPR', tprOf],
    ['FPR', fprOf],
  ] as const) {
    const [own, other] = [of(group), of(base)]
    const between = isShown(own, of(overall)) && isShown(other, of(overall)) ? newcombe(own, other) : undefined
    if (between === undefined) continue
    const gap = own.hits / own.n - other.hits / other.n
    const variance = [own, other].reduce((sum, { hits, n }) => sum + ((hits / n) * (1 - hits / n)) / n, 0)
    claims.push({
      what: `${name} is ${Math.abs(gap).toFixed(2)} ${gap < 0 ? 'below' : 'above'} that of ${base.group}`,
      outside: between.low > tolerance || between.high < -tolerance,
      pValue: tail(Math.abs(gap) - tolerance, variance),
    })
  }
  return claims
}

function ratioOf(own: Share, base: Share): { readonly estimate: Estimate; readonly pValue: number } | undefined {
  const interval = ratioScore(own, base)
  if (interval === undefined || base.hits === 0) return undefined
  const value = own.hits / own.n / (base.hits / base.n)
  const finite = (x: number) => (Number.isFinite(x) ? x : null)
  // On the logarithm, half a hit added so that no selection at all has a p-value too.
  const variance = [own, base].reduce((sum, { hits, n }) => sum + 1 / (hits + 0.5) - 1 / (n + 0.5), 0)
  const distance =
    Math.log(fourFifths) - Math.log((own.hits + 0.5) / (own.n + 0.5) / ((base.hits + 0.5) / (base.n + 0.5)))
  return {
    estimate: { value, low: finite(interval.low), high: finite(interval.high) },
    pValue: tail(distance, variance),
  }
}

/** Two-sided p-value of a distance in the wrong direction; 1 in the right one. */
function tail(distance: number, variance: number): number {
  if (distance <= 0) return 1
  return variance === 0 ? Number.MIN_VALUE : chiSquareTail(distance ** 2 / variance, 1)
}

function isShown(own: Share, overall: Share): boolean {
  if (own.n < rowsMin || overall.n === 0) return false
  const expected = (own.n * overall.hits) / overall.n
  return Math.min(expected, own.n - expected) >= eventsMin
}

/** Upper 5 % points of the range of K standard normals, K = 2 … 10; beyond, Bonferroni over pairs, which is a little more. */
const rangePoints = [2.772, 3.314, 3.633, 3.858, 4.03, 4.17, 4.286, 4.387, 4.474]

function rowsNeeded(groups: number, { hits, n }: Share): number {
  if (groups < 2 || n === 0 || hits === 0) return rowsMin
  const q = rangePoints[groups - 2] ?? Math.SQRT2 * normalQuantile(1 - 0.05 / (groups * (groups - 1)), 0, 1)
  const p = hits / n
  return Math.max(rowsMin, Math.ceil((q ** 2 * (1 - p)) / (p * Math.log(fourFifths) ** 2)))
}

const selectionOf = ({ selected, n }: GroupCounts): Share => ({ hits: selected, n })
const tprOf = ({ tp, fn }: GroupCounts): Share => ({ hits: tp, n: tp + fn })
const fprOf = ({ fp, tn }: GroupCounts): Share => ({ hits: fp, n: fp + tn })

function total(column: readonly GroupCounts[]): GroupCounts {
  const sum = { column: '', group: '', n: 0, selected: 0, tp: 0, fp: 0, fn: 0, tn: 0 }
  for (const group of column) {
    for (const key of ['n', 'selected', 'tp', 'fp', 'fn', 'tn'] as const) sum[key] += group[key]
  }
  return sum
}
