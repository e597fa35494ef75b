// Where the loss between pilot and live comes from, as far as labelled rows of both can tell. Every row is in one segment, so the parts
// add up exactly. With a0, a1 a segment's share in pilot and live, e0, e1 its mean loss and L0 the pilot's:
//
//   live − pilot = Σ [a1(e1 − L0) − a0(e0 − L0)]
//
// Ordinary rows, of segments that the pilot knew, segment by segment:
//   mix       (a1 − a0)(e0 − L0): more of what was hard already
//   labels    a1 [Σ_y π1(y) e0(y) − e0]: other true classes within the same segment
//   the rest  a1 [e1 − Σ_y π1(y) e0(y)]: the same inputs and classes, but more errors
// Rows with a cause of their own (unseen labels, words or values, nulls, out of range), and a mix that the pilot hardly had:
//   the cause a1(e1 − L0 − R) − a0(e0 − L0), what would be gained if those rows did as the others do
//   the rest  a1 R, with R what ordinary live rows lose for the rest, per row, at least 0: had they no cause, they would lose that, too
// Where nearly all live rows have a cause, R is not known, and all goes to the rest: a cause that every row has explains nothing.
// The order matters where causes overlap: what the mix explains is not given to the labels. Intervals: 400 Poisson bootstraps of the cells.

import { type Random, seededRandom } from '#core/stats/random.ts'
import type { Attribution, Estimate } from './assessment.ts'
import { type AttributionCause, attributionCauses, type AttributionSegment } from './attribution-counts.ts'
import { around, rate, unknown } from './performance-values.ts'
import { type Losses, noLosses, sumLosses } from './slice-counts.ts'

export type AttributionInput = {
  readonly metric: Attribution['metric']
  readonly segments: readonly AttributionSegment[]
  readonly seed: number
}

const draws = 400
const labelsMin = 100
/** A segment (or a class within it) with fewer labelled pilot rows has no mean loss of its own. */
const pilotRowsMin = 20
/** With fewer ordinary live rows nothing says what rows with a cause would lose without it. */
const ordinaryRowsMin = 50

type Part = Exclude<AttributionCause, 'mix'> | 'mix' | 'labels' | 'rest'

/** Null with fewer than 100 labelled rows on either side. Losses are in points of accuracy, or in units of MAE; positive: worse live. */
export function attributeLoss({ metric, segments, seed }: AttributionInput): Attribution | null {
  const { reference, live } = totalsOf(segments)
  if (reference.known < labelsMin || live.known < labelsMin) return null
  const parts = decompose(segments)
  const random = seededRandom(seed)
  const drawn = Array.from({ length: draws }, () =>
    decompose(segments.map((segment) => resample(segment, random, metric))),
  )
  const loss = interval(sumOf(parts), drawn.map(sumOf))
  const isLoss = loss.low !== null && loss.low > 0
  const estimateOf = (part: Part) =>
    interval(
      parts.get(part) ?? 0,
      drawn.map((draw) => draw.get(part) ?? 0),
    )
  const shareOf = (part: Part) => (isLoss ? (parts.get(part) ?? 0) / (loss.value as number) : null)
  const hasOrdinary = liveRowsOf(split(segments).ordinary) >= ordinaryRowsMin
  const causes = hasOrdinary ? [...attributionCauses, 'labels' as const].filter((cause) => parts.has(cause)) : []
  return {
    metric,
    reference: performanceOf(reference, metric),
    live: performanceOf(live, metric),
    loss,
    parts: causes
      .map((cause) => ({
        cause,
        share: shareOf(cause),
        loss: estimateOf(cause),
        message: messageOf(cause, segments, live),
      }))
      .sort((a, b) => (b.loss.value ?? 0) - (a.loss.value ?? 0)),
    unexplained: {
      share: hasOrdinary ? shareOf('rest') : isLoss ? 1 : null,
      message: hasOrdinary ? restOf(estimateOf('rest'), segments) : nothingOrdinary,
    },
  }
}

type Totals = { readonly reference: Losses; readonly live: Losses; readonly overall: number }
type Segment = { readonly cells: readonly AttributionSegment[]; readonly before: Losses; readonly after: Losses }

function decompose(segments: readonly AttributionSegment[]): ReadonlyMap<Part, number> {
  const { reference, live } = totalsOf(segments)
  const totals = { reference, live, overall: reference.loss / reference.known }
  const parts = new Map<Part, number>()
  const add = (part: Part, loss: number) => parts.set(part, (parts.get(part) ?? 0) + loss)
  const { ordinary, special } = split(segments)
  for (const segment of ordinary) addOrdinary(segment, totals, add)
  const rows = liveRowsOf(ordinary)
  const rest = rows < ordinaryRowsMin ? null : Math.max(0, ((parts.get('rest') ?? 0) * live.known) / rows)
  for (const { cells, before, after } of special) {
    const term = excess(after, live.known, totals.overall) - excess(before, reference.known, totals.overall)
    if (rest === null) {
      add('rest', term)
      continue
    }
    const usual = (after.known / live.known) * rest
    add((cells[0] as AttributionSegment).cause, term - usual)
    add('rest', usual)
  }
  return parts
}

function liveRowsOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { after }) => sum + after.known, 0)
}

/** Segments of the mix that the pilot knew, and all others. */
function split(segments: readonly AttributionSegment[]): { ordinary: Segment[]; special: Segment[] } {
  const [ordinary, special]: [Segment[], Segment[]] = [[], []]
  for (const [, cells] of Map.groupBy(segments, ({ cause, segment }) => `${cause}\t${segment}`)) {
    const { reference: before, live: after } = totalsOf(cells)
    const isOrdinary = cells[0]?.cause === 'mix' && before.known >= pilotRowsMin
    ;(isOrdinary ? ordinary : special).push({ cells, before, after })
  }
  return { ordinary, special }
}

function addOrdinary(
  { cells, before, after }: Segment,
  { reference, live, overall }: Totals,
  add: (part: Part, loss: number) => void,
): void {
  const term = excess(after, live.known, overall) - excess(before, reference.known, overall)
  const usual = before.loss / before.known
  const mix = (after.known / live.known - before.known / reference.known) * (usual - overall)
  const labels = cells.length > 1 ? labelShift(cells, usual) / live.known : 0
  add('mix', mix)
  if (cells.length > 1) add('labels', labels)
  add('rest', term - mix - labels)
}

function totalsOf(segments: readonly AttributionSegment[]): Omit<Totals, 'overall'> {
  return {
    reference: total(segments.map((segment) => segment.reference)),
    live: total(segments.map((segment) => segment.live)),
  }
}

/** Σ over live rows of what their class usually loses in this segment, less what the segment usually loses. */
function labelShift(cells: readonly AttributionSegment[], usual: number): number {
  return cells.reduce((sum, { reference, live }) => {
    const own = reference.known >= pilotRowsMin ? reference.loss / reference.known : usual
    return sum + live.known * (own - usual)
  }, 0)
}

/** a(e − L0): the loss beyond the pilot's average, per row of all. */
function excess({ known, loss }: Losses, rows: number, overall: number): number {
  return rows === 0 ? 0 : (loss - known * overall) / rows
}

function resample(segment: AttributionSegment, random: Random, metric: Attribution['metric']): AttributionSegment {
  const again = (losses: Losses) =>
    metric === 'accuracy' ? resampleErrors(losses, random) : resampleAmounts(losses, random)
  return { ...segment, reference: again(segment.reference), live: again(segment.live) }
}

function resampleErrors({ known, loss }: Losses, random: Random): Losses {
  const wrong = random.poisson(loss)
  const right = random.poisson(Math.max(0, known - loss))
  return { n: wrong + right, known: wrong + right, loss: wrong, lossSquares: wrong }
}

/** Poisson(1) weights on amounts: the sum has variance Σ loss² and covariance Σ loss with the weight of all rows. */
function resampleAmounts({ known, loss, lossSquares }: Losses, random: Random): Losses {
  if (known === 0) return noLosses
  const weight = random.poisson(known)
  const spread = Math.max(0, lossSquares - loss ** 2 / known)
  const drawn = (loss / known) * weight + Math.sqrt(spread) * random.normal()
  return { n: weight, known: weight, loss: Math.max(0, drawn), lossSquares }
}

function interval(value: number, drawn: readonly number[]): Estimate {
  const sorted = drawn.filter(Number.isFinite).sort((a, b) => a - b)
  if (!Number.isFinite(value) || sorted.length === 0) return unknown
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number
  return { value, low: Math.min(value, at(0.025)), high: Math.max(value, at(0.975)) }
}

function performanceOf({ known, loss, lossSquares }: Losses, metric: Attribution['metric']): Estimate {
  if (metric === 'accuracy') return rate(known - loss, known)
  return around(loss / known, Math.max(0, lossSquares / known - (loss / known) ** 2) / (known - 1), { low: 0 })
}

function total(losses: readonly Losses[]): Losses {
  return losses.reduce(sumLosses, noLosses)
}

function sumOf(parts: ReadonlyMap<Part, number>): number {
  return [...parts.values()].reduce((sum, part) => sum + part, 0)
}

const words: Readonly<Record<Exclude<Part, 'rest' | 'mix' | 'labels'>, string>> = {
  'unseen-labels': 'a right answer that the pilot never had',
  'unseen-words': 'words that the pilot never had',
  'unseen-values': 'values that the pilot never had',
  nulls: 'missing values',
  'out-of-range': 'values outside the range of the pilot',
}

function messageOf(cause: Exclude<Part, 'rest'>, segments: readonly AttributionSegment[], live: Losses): string {
  if (cause === 'labels')
    return 'Other true answers are more frequent than in the pilot, among cases that look the same.'
  const own = total(segments.filter((segment) => segment.cause === cause).map((segment) => segment.live))
  if (cause === 'mix') return 'More of the cases that were hard already, or of a kind that the pilot hardly had.'
  const names = [
    ...new Set(
      segments.filter((segment) => segment.cause === cause && segment.live.n > 0).map(({ segment }) => segment),
    ),
  ]
  const where = names
    .filter((name) => name !== '')
    .slice(0, 3)
    .join(', ')
  return `Cases with ${words[cause]}${where === '' ? '' : ` (${where})`}: ${percent(own.known / live.known)} of the labelled live rows.`
}

const nothingOrdinary =
  'Nearly all live cases are of a kind that the pilot did not have, so nothing tells whether that is why the model does otherwise.'

function restOf(rest: Estimate, segments: readonly AttributionSegment[]): string {
  const hasClasses = segments.some(({ label }) => label !== '')
  const same = hasClasses ? 'the same inputs and true answers' : 'the same inputs'
  if (rest.value === null || rest.low === null || rest.high === null || (rest.low <= 0 && rest.high >= 0)) {
    return `Beyond these causes nothing is shown: for ${same} the model does as in the pilot, as far as these rows can tell.`
  }
  const direction = rest.value > 0 ? 'worse' : 'better'
  return `For ${same} the model does ${direction} than in the pilot. Whether the world has changed, labels are made otherwise, or something matters that is not in the data, these data cannot tell apart.`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`
}
