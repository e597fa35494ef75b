// Outcomes: what turned out later. A label goes to its decision; a new label for the same decision replaces the old.

import { addAccuracyChanges } from './project-accuracy.ts'
import type { ProjectionBatch } from './projection-batch.ts'
import { rowsJson, storableTime } from './projection-rows.ts'
import type { RunSql } from './view-store.ts'

const insertOutcomes = `
insert into outcome (log_index, decision, use_case, label, kpi, at, recorded_at)
select log_index, decision, use_case, label, kpi, at, recorded_at
from jsonb_to_recordset($1::jsonb) as x(
  log_index bigint, decision uuid, use_case text, label jsonb, kpi jsonb, at timestamptz, recorded_at timestamptz)`

const setLabels = `
with x as (
  select distinct on (o.decision) o.decision, o.label, o.at
  from outcome o join decision d on d.id = o.decision and d.log_index < o.log_index
  where o.log_index between $1 and $2 and o.label is not null
  order by o.decision, o.log_index desc
), change as (
  select d.use_case, d.model_version, d.at, true as existed, d.value,
    d.final_value as old_final, d.label as old_label, d.final_value as new_final, x.label as new_label
  from decision d join x on x.decision = d.id
), labelled as (
  update decision d set label = x.label, label_at = x.at from x where d.id = x.decision
)
${addAccuracyChanges}`

export async function projectOutcomes(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const recorded = batch['outcome-recorded']
  const [first, last] = [recorded[0], recorded.at(-1)]
  if (!first || !last) return
  const rows = recorded.map(({ index, at, data }) => ({
    log_index: index,
    decision: data.decision,
    use_case: data.useCase,
    label: data.label,
    kpi: data.kpi,
    at: storableTime(data.at),
    recorded_at: at,
  }))
  await run(insertOutcomes, [rowsJson(rows)])
  if (recorded.some(({ data }) => data.label !== null)) await run(setLabels, [first.index, last.index])
}
