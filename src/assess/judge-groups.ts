// Counts the groups that somebody asked to compare, and has them judged: in live where there are answers, else in the pilot.

import type { FairnessRow } from '#core/monitoring/assessment.ts'
import type { GroupCounts } from '#core/monitoring/fairness-counts.ts'
import { judgeFairness } from '#core/monitoring/fairness.ts'
import { cellLabels } from './cell-labels.ts'
import { rowInvalid, rowNull } from './count-column.ts'
import type { Counted } from './count-both.ts'
import type { KeptRows } from './kept-rows.ts'
import type { LaidColumn } from './lay-out.ts'
import type { Roles } from './roles.ts'

/** Numbers are compared in this many bands of about as many rows. */
const bandsMax = 4
/** Below this a file is not judged at all. */
const rowsMin = 30

export function judgeGroups(counted: Counted, roles: Roles): { rows: FairnessRow[]; notes: string[] } {
  const { outcome, columns } = counted
  if (roles.groups.length === 0) return { rows: [], notes: [] }
  const positive = positiveOf(counted)
  if (outcome === null || positive === null) {
    return {
      rows: [],
      notes: ['Groups are not compared: name the decision that is good for a person with --target and --positive.'],
    }
  }
  const missing = roles.groups.filter((names) => names.some((name) => !columns.some((column) => column.name === name)))
  const notes = missing.map((names) => `Groups by ${names.join(' and ')} are not compared: not in both files.`)
  const groups = roles.groups.filter((names) => !missing.includes(names))
  const byDecision = roles.prediction !== null || outcome.plan.decidesByScore
  if (!byDecision)
    notes.push(`No column says what a model decided, so groups are compared by what was recorded in “${roles.target}”.`)
  const rows = (['reference', 'live'] as const).flatMap((data) => {
    const { kept } = counted[data].counts
    const known = byDecision ? kept.prediction : kept.label
    if (known.subarray(0, kept.size).filter((value) => value >= 0).length < rowsMin) return []
    if (kept.step > 1)
      notes.push(`Groups of the ${data === 'live' ? 'live data' : 'pilot'} are compared on every ${kept.step}th row.`)
    return judgeFairness(
      groups.flatMap((names) => countGroups({ names, columns, kept, positive, byDecision })),
      data,
    )
  })
  return { rows, notes }
}

function positiveOf({ outcome }: Counted): number | null {
  const task = outcome?.plan.task
  if (task === undefined || task.kind === 'regression' || task.positive === null) return null
  return task.classes.indexOf(task.positive)
}

type GroupQuestion = {
  readonly names: readonly string[]
  readonly columns: readonly LaidColumn[]
  readonly kept: KeptRows
  readonly positive: number
  readonly byDecision: boolean
}

function countGroups({ names, columns, kept, positive, byDecision }: GroupQuestion): GroupCounts[] {
  const parts = names.map((name) => {
    const at = columns.findIndex((column) => column.name === name)
    return { codes: kept.codes[at], labels: groupLabels(columns[at]) }
  })
  const counts = new Map<string, { n: number; selected: number; tp: number; fp: number; fn: number; tn: number }>()
  for (let row = 0; row < kept.size; row += 1) {
    const [label, prediction] = [kept.label[row] ?? -1, kept.prediction[row] ?? -1]
    const decided = byDecision ? prediction : label
    if (!(decided >= 0)) continue
    const group = parts.map(({ codes, labels }) => labels[codes?.[row] ?? rowNull] ?? 'unreadable').join(' · ')
    const own = counts.get(group) ?? { n: 0, selected: 0, tp: 0, fp: 0, fn: 0, tn: 0 }
    counts.set(group, own)
    own.n += 1
    const isYes = decided === positive
    if (isYes) own.selected += 1
    if (!byDecision || !(label >= 0)) continue
    if (label === positive) own[isYes ? 'tp' : 'fn'] += 1
    else own[isYes ? 'fp' : 'tn'] += 1
  }
  return Array.from(counts, ([group, own]) => ({ column: names.join(' · '), group, ...own })).sort((a, b) => b.n - a.n)
}

/** By row code. */
function groupLabels(column: LaidColumn | undefined): string[] {
  const layout = column?.reference.layout
  const labels: string[] = []
  if (layout?.kind === 'categorical') {
    for (const [code, label] of [...layout.labels, 'other values', 'values new in live'].entries()) labels[code] = label
  } else if (layout?.kind === 'boolean') labels.push('false', 'true')
  else if (layout?.kind === 'numeric')
    labels.push(...bandLabels(cellLabels(layout), layout.edges, column?.reference.cells.cells ?? []))
  labels[rowNull] = 'empty'
  labels[rowInvalid] = 'unreadable'
  return labels
}

/** Neighbouring cells together until each band has its share of the pilot's rows. */
function bandLabels(cells: readonly string[], edges: readonly number[], counts: ArrayLike<number>): string[] {
  if (cells.length <= bandsMax + 2) return [...cells]
  const total = Array.from(counts).reduce((sum, n) => sum + n, 0)
  const bands: { from: number; to: number }[] = []
  let [from, before] = [0, 0]
  for (let cell = 0; cell < cells.length; cell += 1) {
    before += counts[cell] ?? 0
    if (before < ((bands.length + 1) * total) / bandsMax && cell < cells.length - 1) continue
    bands.push({ from, to: cell })
    from = cell + 1
  }
  const show = (edge: number | undefined) => String(Number((edge ?? 0).toPrecision(5)))
  return bands.flatMap((band) => {
    const [low, high] = [edges[band.from - 1], edges[band.to]]
    const label =
      low === undefined ? `< ${show(high)}` : high === undefined ? `≥ ${show(low)}` : `${show(low)} to ${show(high)}`
    return Array.from({ length: band.to - band.from + 1 }, () => label)
  })
}
