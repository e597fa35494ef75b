// Every column against the pilot: drift, quality, chunk by chunk, and what a chart needs. All columns that were asked about are judged
// in one evaluation, the target, the prediction and the score too.

import type { ColumnAssessment, ColumnChunk, DriftOverall, Role } from '#core/monitoring/assessment.ts'
import { falseAlarmDays } from '#core/monitoring/calm.ts'
import type { ColumnCells, ColumnReference } from '#core/monitoring/column-cells.ts'
import { mergeCells } from '#core/monitoring/column-layout.ts'
import { judgeChunks, type ChunkDrift } from '#core/monitoring/drift-chunks.ts'
import { judgeDrift, overallDrift } from '#core/monitoring/drift.ts'
import { judgeQuality } from '#core/monitoring/quality.ts'
import type { Counted } from './count-both.ts'
import { spanOf } from './chunk-span.ts'
import { cellLabels } from './cell-labels.ts'
import type { UnseenFacts } from './unseen-values.ts'

export type ColumnsJudged = { readonly columns: readonly ColumnAssessment[]; readonly drift: DriftOverall }

/** Seeds are fixed: the same files always give the same figures. */
const seed = 20_261_121
/** Cells of a chart; columns beyond these many are shown without. */
const chartsMax = 400

export function judgeColumns(
  counted: Counted,
  roleOf: ReadonlyMap<string, Role>,
  facts: ReadonlyMap<string, UnseenFacts>,
): ColumnsJudged {
  const { columns, live } = counted
  const all = columns.map(({ reference }, at): Compared => {
    const chunks = live.counts.columns[at] ?? []
    return { reference, live: chunks.reduce(mergeCells), chunks }
  })
  const labels = new Set(columns.flatMap(({ name }, at) => (roleOf.get(name) === 'target' ? [at] : [])))
  // A label that has not come yet is no other label: only those that are known are compared.
  const known = all.map((cells, at) => (labels.has(at) ? labelled(cells) : cells))
  const drifts = judgeDrift(known)
  const quality = judgeQuality(all)
  const chunks = judgeChunks(known)
  const assessed = columns.flatMap((column, at): ColumnAssessment[] => {
    const [drift, rates, cells] = [drifts[at], quality[at], known[at]]
    if (drift === undefined || rates === undefined || cells === undefined) return []
    const { unseen, distinct } = facts.get(column.name) ?? { unseen: [], distinct: 0 }
    const nullRate = labels.has(at) ? { ...rates.nullRate, verdict: 'none' as const } : rates.nullRate
    return [
      {
        name: column.name,
        kind: column.form.kind,
        role: roleOf.get(column.name) ?? null,
        drift,
        quality: { ...rates, nullRate, distinct: { reference: column.distinct, live: distinct }, unseen },
        chunks: (chunks[at] ?? []).map((chunk, index) => chunkOf(counted, chunk, index)),
        cells: at < chartsMax ? chartCells(cells) : [],
      },
    ]
  })
  // Times and ids are not tested and so cannot alarm.
  const tested = columns
    .map((column, at) => ({ column, at }))
    .filter(({ column: { form } }) => form.kind !== 'datetime' && form.kind !== 'id')
  const calm = falseAlarmDays({
    columns: tested.map(({ column }) => column.reference),
    rowsPerDay: rowsPerDay(counted),
    seed,
  })
  return {
    columns: assessed,
    drift: overallDrift(
      tested.flatMap(({ at }) => drifts[at] ?? []),
      calm,
    ),
  }
}

function chunkOf(counted: Counted, drift: ChunkDrift, index: number): ColumnChunk {
  return { index, ...spanOf(counted.live, index), ...drift }
}

/** A day's rows where there is time, else a chunk's. */
function rowsPerDay({ live: { counts, times } }: Counted): number {
  if (times !== null && times.days.length > 0) return Math.round(counts.rows / times.days.length)
  return Math.round(counts.rows / Math.max(1, counts.chunkRows.length))
}

type Compared = {
  readonly reference: ColumnReference
  readonly live: ColumnCells
  readonly chunks: readonly ColumnCells[]
}

function labelled({ reference: { layout, cells }, live, chunks }: Compared): Compared {
  const known = (some: ColumnCells): ColumnCells => ({ ...some, rows: some.rows - some.nulls, nulls: 0 })
  return { reference: { layout, cells: known(cells) }, live: known(live), chunks: chunks.map(known) }
}

function chartCells({ reference: { layout, cells: reference }, live }: Compared): ColumnAssessment['cells'] {
  if (layout.kind === 'id' || layout.kind === 'datetime') return []
  if (layout.kind === 'text') {
    const [before, after] = [reference.text?.length, live.text?.length]
    return cellLabels(layout.length).map((label, at) => ({
      label: `${label} characters`,
      reference: before?.[at] ?? 0,
      live: after?.[at] ?? 0,
    }))
  }
  const cells = cellLabels(layout).map((label, at) => ({
    label,
    reference: reference.cells[at] ?? 0,
    live: live.cells[at] ?? 0,
  }))
  const rest = [
    { label: 'unreadable', reference: reference.invalid + reference.nonFinite, live: live.invalid + live.nonFinite },
    { label: 'empty', reference: reference.nulls, live: live.nulls },
  ]
  return [...cells, ...rest].filter(({ reference: before, live: after }) => before + after > 0)
}
