// Decisions: the row, the day's counts, the review and the actions that follow at once.

import { addAccuracyChanges } from './project-accuracy.ts'
import { queueActions, type QueuedAction } from './project-actions.ts'
import type { ProjectionBatch } from './projection-batch.ts'
import { rowsJson, shortName, storableTime } from './projection-rows.ts'
import type { RunSql } from './view-store.ts'

const insertDecisions = `
with x as (
  select * from jsonb_to_recordset($1::jsonb) as x(
    log_index bigint, id uuid, use_case text, revision integer, origin text, at timestamptz, status text, route text,
    reason text, arm text, model_name text, model_version text, confidence float8, value jsonb, final_value jsonb,
    duration_ms real, review_kind text, due_at timestamptz)
), decided as (
  insert into decision (
    log_index, id, use_case, revision, origin, at, status, route, reason, arm, model_name, model_version, confidence,
    value, final_value, duration_ms)
  select
    log_index, id, use_case, revision, origin, at, status, route, reason, arm, model_name, model_version, confidence,
    value, final_value, duration_ms
  from x
), counted as (
  insert into decision_count (use_case, day, route, reason, arm, n)
  select use_case, (at at time zone 'UTC')::date, route, reason, arm, count(*) from x group by 1, 2, 3, 4, 5
  on conflict (use_case, day, route, reason, arm) do update set n = decision_count.n + excluded.n
), opened as (
  insert into review (decision, use_case, kind, log_index, opened_at, due_at, claims)
  select id, use_case, review_kind, log_index, at, due_at, 0 from x where review_kind is not null
), change as (
  select use_case, model_version, at, false as existed, value, null::jsonb as old_final, null::jsonb as old_label,
    final_value as new_final, null::jsonb as new_label
  from x
)
${addAccuracyChanges}`

export async function projectDecisions(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const recorded = batch['decision-recorded']
  if (recorded.length === 0) return
  const actions: QueuedAction[] = []
  const rows = recorded.map((entry) => {
    for (const position of entry.data.actions) {
      actions.push({ decision: entry.id, position, at: entry.at, log_index: entry.index })
    }
    return rowOf(entry)
  })
  await run(insertDecisions, [rowsJson(rows)])
  await queueActions(actions, run)
}

function rowOf({ index, id, at, data }: ProjectionBatch['decision-recorded'][number]): object {
  const { model, review } = data
  return {
    log_index: index,
    id,
    use_case: data.useCase,
    revision: data.revision,
    origin: data.origin,
    at,
    status: data.status,
    route: data.route,
    reason: shortName(data.reason),
    arm: data.arm,
    model_name: shortName(model?.name ?? null),
    model_version: shortName(model?.version ?? null),
    confidence: data.confidence,
    value: data.value,
    final_value: data.status === 'decided' ? data.value : null,
    duration_ms: durationMs(data.steps),
    review_kind: review?.kind ?? null,
    due_at: review?.dueAt ? storableTime(review.dueAt) : null,
  }
}

/** Wall time of all steps, to the microsecond. */
export function durationMs(steps: readonly { readonly ms: number }[]): number {
  return Math.round(steps.reduce((sum, { ms }) => sum + ms, 0) * 1000) / 1000
}
