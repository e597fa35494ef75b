// The small groups of rows, named by one or two conditions, where the model is worst.
//
// Stepwise, so that each is told once: the group that stands out most is taken first; then all groups are compared with what they
// would lose by overlapping with those taken already, and so on until nothing stands out. At each step every group that was looked at
// counts (Benjamini-Hochberg over all at 5 %), with a floor on what matters and on size: a thousand looks do not make a story.
// How much two groups overlap is counted where somebody counts it; else it is known where one holds the other or they exclude each
// other, and taken as if their remaining conditions were independent where not.
//
// Tests, one-sided: for classes the exact binomial tail, since a group of 40 rows is far from normal; for numbers Student's t.

import betainc from '@stdlib/math-base-special-betainc'
import { benjaminiHochberg } from '#core/stats/multiple-testing.ts'
import { z95 } from '#core/stats/wilson.ts'
import type { Estimate, Slice } from './assessment.ts'
import { around, rate } from './performance-values.ts'
import { type Losses, type SliceCondition, type SliceCounts } from './slice-counts.ts'

export type SliceInput = {
  /** Every group that was counted: all are looks. */
  readonly slices: readonly SliceCounts[]
  /** All rows. */
  readonly total: { readonly reference: Losses; readonly live: Losses }
  /** Where the labels are that are judged. */
  readonly data: Slice['data']
  readonly metric: Slice['metric']
  /** Of each group, the share of its labelled rows that are in the one that was taken. */
  readonly overlaps?: (taken: SliceCounts) => ReadonlyMap<SliceCounts, number>
}

const labelsMin = 30
/** Below five rows lost (or kept) a rate says little. */
const eventsMin = 5
const qMax = 0.05
/** Accuracy lower by this, or MAE higher by this share of that of the others. */
const matters = { accuracy: 0.05, mae: 0.2 } as const
const shownMax = 10

/** Worst first, by how much worse at least: the lower end of the difference to all other rows. */
export function findSlices({ slices, total, data, metric, overlaps }: SliceInput): Slice[] {
  const whole = total[data]
  const looks = slices
    .map((counts) => ({ counts, own: counts[data], rest: less(whole, counts[data]) }))
    .filter(({ own, rest }) => own.known >= labelsMin && rest.known >= labelsMin)
  const taken: Taken[] = []
  while (taken.length < shownMax) {
    const next = standsOutMost(looks, taken, metric)
    if (next === undefined) break
    taken.push({ ...next, overlaps: overlaps?.(next.look.counts) })
  }
  return taken
    .map(({ look, qValue }) => ({ look, qValue, atLeast: atLeastWorse(look) }))
    .sort((a, b) => b.atLeast - a.atLeast)
    .map(({ look: { counts, own, rest }, qValue }) => ({
      where: inWords(counts.conditions),
      conditions: counts.conditions,
      shareReference: rate(counts.reference.n, total.reference.n),
      shareLive: rate(counts.live.n, total.live.n),
      data,
      n: own.known,
      metric,
      performance: performanceOf(own, metric),
      rest: performanceOf(rest, metric),
      qValue,
    }))
}

type Look = { readonly counts: SliceCounts; readonly own: Losses; readonly rest: Losses }
type Found = {
  readonly look: Look
  readonly qValue: number
  /** Mean loss beyond what was expected when it was taken. */
  readonly excess: number
}
type Taken = Found & { readonly overlaps: ReadonlyMap<SliceCounts, number> | undefined }

function standsOutMost(looks: readonly Look[], taken: readonly Taken[], metric: Slice['metric']): Found | undefined {
  const singles = new Map(
    looks
      .filter(({ counts }) => counts.conditions.length === 1)
      .map((look) => [nameOf(look.counts.conditions), look.own.known]),
  )
  const tests = looks.map((look) => {
    const expected = expectedLoss(look, taken, singles)
    const excess = look.own.loss / look.own.known - expected
    const pValue = metric === 'accuracy' ? binomialTail(look, expected) : studentTail(look, expected)
    return { look, excess, expected, pValue }
  })
  const qValues = benjaminiHochberg(tests.map(({ pValue }) => pValue))
  return tests
    .map((test, i) => ({ ...test, qValue: qValues[i] as number }))
    .filter(({ look, excess, expected, qValue }) => {
      if (qValue > qMax || taken.some((other) => other.look === look)) return false
      // Beyond what other groups explain, and plainly: a reader compares it with all others.
      const plain = look.own.loss / look.own.known - look.rest.loss / look.rest.known
      if (metric === 'mae')
        return Math.min(excess / expected, (plain * look.rest.known) / look.rest.loss) >= matters.mae
      return Math.min(excess, plain) >= matters.accuracy && look.own.loss >= eventsMin
    })
    .sort((a, b) => a.pValue - b.pValue || b.excess * b.look.own.known - a.excess * a.look.own.known)[0]
}

/** The mean loss of rows like these, were it not for what is special of this group itself: that of all others and of the groups taken. */
function expectedLoss(
  { own, rest, counts }: Look,
  taken: readonly Taken[],
  singles: ReadonlyMap<string, number>,
): number {
  const all = own.known + rest.known
  const shareOf = ({ conditions }: SliceCounts, of: Taken) => {
    const counted = of.overlaps?.get(counts)
    if (counted !== undefined) return counted
    const missing = of.look.counts.conditions.filter(
      (wanted) => !conditions.some((given) => sameCondition(given, wanted)),
    )
    if (missing.length === 0) return 1
    if (missing.some((wanted) => conditions.some(({ column }) => column === wanted.column))) return 0
    const given = of.look.counts.conditions.filter((wanted) => !missing.includes(wanted))
    const among = given.length === 0 ? all : (singles.get(nameOf(given)) ?? all)
    return of.look.own.known / among
  }
  const explained = taken.reduce((sum, of) => sum + of.excess * of.look.own.known, 0)
  const mine = taken.reduce((sum, of) => sum + of.excess * shareOf(counts, of), 0)
  // What the groups taken explain of the others' loss is not the others' usual loss.
  return Math.max(0, (rest.loss - explained + mine * own.known) / rest.known) + mine
}

/** P(at least k of n wrong) = I_p(k, n − k + 1), exact far into the tail; the group's own rows are in the pooled rate p. */
function binomialTail({ own, rest }: Look, expected: number): number {
  if (own.loss === 0) return 1
  const pooled = Math.min(1, (expected * rest.known + own.loss) / (own.known + rest.known))
  return Math.min(1, betainc(pooled, own.loss, own.known - own.loss + 1))
}

function studentTail({ own, rest }: Look, expected: number): number {
  const difference = own.loss / own.known - expected
  const variance = varianceOf(own) / (own.known - 1) + varianceOf(rest) / (rest.known - 1)
  if (variance === 0) return difference > 0 ? 0 : 1
  const df = own.known - 1
  const tail = betainc(df / (df + difference ** 2 / variance), df / 2, 0.5) / 2
  return difference > 0 ? tail : 1 - tail
}

function atLeastWorse({ own, rest }: Look): number {
  const variance = varianceOf(own) / own.known + varianceOf(rest) / rest.known
  return own.loss / own.known - rest.loss / rest.known - z95 * Math.sqrt(variance)
}

function sameCondition(a: SliceCondition, b: SliceCondition): boolean {
  return a.column === b.column && a.is === b.is
}

function varianceOf({ known, loss, lossSquares }: Losses): number {
  return Math.max(0, lossSquares / known - (loss / known) ** 2)
}

function performanceOf(losses: Losses, metric: Slice['metric']): Estimate {
  if (metric === 'accuracy') return rate(losses.known - losses.loss, losses.known)
  return around(losses.loss / losses.known, varianceOf(losses) / Math.max(1, losses.known - 1), { low: 0 })
}

function less(all: Losses, part: Losses): Losses {
  return {
    n: all.n - part.n,
    known: all.known - part.known,
    loss: all.loss - part.loss,
    lossSquares: all.lossSquares - part.lossSquares,
  }
}

function nameOf(conditions: readonly SliceCondition[]): string {
  const names = conditions.map(({ column, is }) => JSON.stringify([column, is]))
  return names.toSorted((a, b) => (a < b ? -1 : 1)).join(' ')
}

function inWords(conditions: readonly SliceCondition[]): string {
  return conditions.map(({ column, is }) => `${column} ${is}`).join(' and ')
}
