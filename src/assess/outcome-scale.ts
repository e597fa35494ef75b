// Where the cells of scores and of predicted numbers lie, from the pilot.

import type { ErrorScale } from '#core/monitoring/error-cells.ts'
import { isMeasurable } from '#core/monitoring/read-value.ts'
import { scoreScale } from '#core/monitoring/scored-scale.ts'
import { chooseSegments } from './choose-segments.ts'
import { inputColumns } from './inputs.ts'
import type { LaidColumn } from './lay-out.ts'
import { readNumber } from './read-number.ts'
import type { BothTables, OpenedTable } from './read-both.ts'
import type { OutcomeScale } from './outcome-counts.ts'
import type { OutcomePlan } from './outcome-plan.ts'
import { columnsPerPass } from './sample-table.ts'
import { canonicalLabel } from './task.ts'

/** `columns`: those that are in both files. */
export function outcomeScale(
  plan: OutcomePlan,
  { reference, forms, roles }: BothTables,
  columns: readonly LaidColumn[],
): OutcomeScale {
  const { task } = plan
  const laidOf = (name: string | null) => columns.find((column) => column.name === name)
  const values = (name: string | null): readonly (string | null)[] => columnOf(reference, name)
  const numbers = (name: string | null) =>
    values(name)
      .map((value) => readNumber(value, forms.get(name ?? '')))
      .map((number) => (isMeasurable(number) ? number : Number.NaN))
  if (task.kind === 'regression') {
    const scale = errorScale(numbers(roles.target), laidOf(roles.prediction))
    const segments = chooseSegments({
      inputs: inputColumns(columns.slice(0, columnsPerPass), roles),
      columns,
      scale,
      predictions: numbers(roles.prediction),
      labels: numbers(roles.target),
      valuesOf: values,
    })
    return { kind: 'regression', scale, segments }
  }
  const ofFile = numbers(roles.score)
  const scores = plan.isScoreOfOther ? ofFile.map((score) => 1 - score) : ofFile
  const labels = values(roles.target).map((label) => (label === null ? null : canonicalLabel(label)))
  const isBinary = task.kind === 'binary'
  const points = scores.map((score, at) => ({
    score,
    n: 1,
    positive: isBinary && labels[at] === task.positive ? 1 : 0,
  }))
  const known = laidOf(roles.score)?.range
  const range = known && plan.isScoreOfOther ? { min: 1 - known.max, max: 1 - known.min } : known
  const found = scoreScale(points)
  const scale = found === undefined ? { edges: [], min: 0, max: 1 } : { ...found, ...range }
  if (task.kind === 'multiclass') return { kind: 'multiclass', scale, classes: task.classes }
  return { kind: 'binary', scale, positive: task.classes.indexOf(task.positive) }
}

export function columnOf({ table, sample }: OpenedTable, name: string | null): readonly (string | null)[] {
  return sample.values[table.columns.findIndex((column) => column.name === name)] ?? []
}

function errorScale(labels: readonly number[], laid: LaidColumn | undefined): ErrorScale {
  const known = labels.filter((label) => !Number.isNaN(label))
  const offset = known.length === 0 ? 0 : known.reduce((sum, label) => sum + label, 0) / known.length
  const layout = laid?.reference.layout
  const edges = layout?.kind === 'numeric' ? layout.edges : []
  return { edges, ...(laid?.range ?? { min: -Infinity, max: Infinity }), offset }
}
