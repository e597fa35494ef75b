// Gathers what findings are made from beside the assessment itself.

import { cellOf } from '#core/monitoring/cell-of.ts'
import { shareEdges } from '#core/monitoring/text-cells.ts'
import { scopePerformance, weightedF1 } from '#core/monitoring/class-performance.ts'
import type { ColumnCells } from '#core/monitoring/column-cells.ts'
import { mergeCells } from '#core/monitoring/column-layout.ts'
import { testShares } from '#core/stats/two-shares.ts'
import type { Counted } from './count-both.ts'
import { findLeaks, type Leak } from './find-leaks.ts'
import type { FindingInput, ScopeFigures } from './findings/evidence.ts'
import { inputColumns } from './inputs.ts'
import { columnOf } from './outcome-scale.ts'
import type { OutcomeCounts } from './outcome-counts.ts'
import { sumClasses } from './sum-classes.ts'
import type { BothTables } from './read-both.ts'
import { readNumber } from './read-number.ts'
import type { Roles } from './roles.ts'
import type { TableFacts } from './table-facts.ts'

export type GatherQuestion = {
  readonly assessment: FindingInput['assessment']
  readonly facts: TableFacts
  readonly counted: Counted
  readonly both: BothTables
}

export function findingInput({ assessment, facts, counted, both }: GatherQuestion): FindingInput {
  const [reference, live] = [counted.reference.counts.outcome, counted.live.counts.outcome]
  return {
    assessment,
    facts,
    leaks: leaksOf(counted, both),
    // A target is not expected live: it may come later or never.
    onlyReference: both.onlyReference.filter((name) => name !== both.roles.target),
    onlyLive: both.onlyLive,
    newLabels: newLabels(counted, both.roles),
    farTexts: farTexts(counted),
    scores: {
      outside: (reference?.scoresOutside ?? 0) + (live?.scoresOutside ?? 0),
      n: (reference?.scores ?? 0) + (live?.scores ?? 0),
    },
    majority: majorityOf(counted),
    singleClass: singleClass(counted),
    realised: { reference: sum(reference?.labels) > 0, live: hasLabels(assessment, sum(live?.labels)) },
  }
}

function hasLabels({ performance }: FindingInput['assessment'], classes: number): boolean {
  return classes > 0 || (performance?.live.realised ?? null) !== null
}

function leaksOf(counted: Counted, both: BothTables): Leak[] {
  const { outcome, columns, reference } = counted
  const { target } = both.roles
  if (outcome === null || target === null) return []
  const inputs = inputColumns(columns, both.roles)
  const isNumber = outcome.plan.task.kind === 'regression'
  const numbers = (name: string) =>
    columnOf(both.reference, name).map((value) => readNumber(value, both.forms.get(name)))
  return findLeaks({
    inputs,
    reference: reference.counts.kept,
    classes: outcome.plan.task.kind === 'regression' ? null : outcome.plan.task.classes.length,
    numbers: new Map(isNumber ? inputs.map(({ name }) => [name, numbers(name)]) : []),
    target: isNumber ? numbers(target) : [],
  })
}

/** Labels of live that no row of the pilot has; where live has none, answers of the model that the pilot does not have. */
function newLabels({ outcome, reference, live }: Counted, { target, prediction }: Roles): FindingInput['newLabels'] {
  const task = outcome?.plan.task
  const [before, after] = [reference.counts.outcome, live.counts.outcome]
  if (task === undefined || task.kind === 'regression' || before === null || after === null) return null
  for (const [column, known, now] of [
    [target, before.labels, after.labels],
    [prediction, before.predictions, after.predictions],
  ] as const) {
    const rows = sum(now)
    if (column === null || rows === 0 || sum(known) === 0) continue
    // What is right decides, where it is known: an answer that the model gives for the first time may be right.
    const fresh = task.classes
      .map((label, at) => ({ label, n: (known[at] ?? 0) === 0 ? (now[at] ?? 0) : 0 }))
      .filter(({ n }) => n > 0)
      .sort((a, b) => b.n - a.n)
    if (fresh.length === 0) return null
    const labels = fresh.map(({ label }) => label)
    const scope = column === target ? scopeFigures(after, new Set(labels)) : null
    return { column, labels: labels.slice(0, 20), n: fresh.reduce((all, { n }) => all + n, 0), rows, scope }
  }
  return null
}

/** Null without answers of the model. */
function scopeFigures({ performance, answered }: OutcomeCounts, outOfScope: ReadonlySet<string>): ScopeFigures | null {
  if (performance.kind !== 'multiclass' || sum(answered) === 0) return null
  const cells = sumClasses(performance.chunks)
  return { ...scopePerformance(cells, outOfScope), weightedF1: weightedF1(cells) }
}

/** The pilot's most frequent label. */
function majorityOf({ outcome, reference }: Counted): string | null {
  const task = outcome?.plan.task
  const labels = reference.counts.outcome?.labels
  if (task === undefined || task.kind === 'regression' || labels === undefined || sum(labels) === 0) return null
  return task.classes[labels.indexOf(Math.max(...labels))] ?? null
}

function sum(values: Float64Array | undefined): number {
  return (values ?? new Float64Array()).reduce((total, n) => total + n, 0)
}

/** Texts of which more than half of the words are unknown. */
const farFrom = cellOf(shareEdges, 0.5)
const farFloor = 0.02

function farTexts({ columns, live }: Counted): FindingInput['farTexts'] {
  for (const [at, { name, reference }] of columns.entries()) {
    if (reference.layout.kind !== 'text') continue
    const after = (live.counts.columns[at] ?? []).reduce(mergeCells)
    const [before, now] = [farShare(reference.cells), farShare(after)]
    if (before.n === 0 || now.n === 0) continue
    const moved = now.hits / now.n - before.hits / before.n
    if (moved < farFloor || (testShares(before, now) ?? 1) > 0.001) continue
    return { column: name, live: now.hits / now.n, reference: before.hits / before.n, rows: now.n }
  }
  return null
}

function farShare({ text }: ColumnCells): { hits: number; n: number } {
  const cells = text?.unseenWords ?? new Float64Array()
  const total = cells.reduce((sum, n) => sum + n, 0)
  return { hits: cells.subarray(farFrom).reduce((sum, n) => sum + n, 0), n: total }
}

function singleClass({ outcome, reference, live }: Counted): FindingInput['singleClass'] {
  const task = outcome?.plan.task
  if (task === undefined || task.kind === 'regression') return null
  for (const [data, { counts }] of [
    ['reference', reference],
    ['live', live],
  ] as const) {
    const labels = [...(counts.outcome?.labels ?? [])]
    const n = labels.reduce((sum, one) => sum + one, 0)
    const only = labels.findIndex((one) => one === n)
    if (n >= 30 && only !== -1) return { data, label: task.classes[only] ?? '', n }
  }
  return null
}
