// Reviews: claimed, released, decided. When a person decided, the decision stands and its actions are queued.
//
// States of a row: open (no claim, or one that lapsed) → claimed → done. Done is the end: what comes after it on the log
// (a claim that raced the decision) changes nothing. So is the erasure of what a blind audit was to look at.

import { addAccuracyChanges } from './project-accuracy.ts'
import { queueActions } from './project-actions.ts'
import type { ProjectionBatch } from './projection-batch.ts'
import { rowsJson, shortName, storableTime } from './projection-rows.ts'
import type { RunSql } from './view-store.ts'

// `valid`: events after their review was opened. `live`: those up to the one that ended it.
const updateReviews = `
with x as (
  select * from jsonb_to_recordset($1::jsonb) as x(
    log_index bigint, decision uuid, event text, at timestamptz, by_key text, by_name text, until timestamptz,
    verdict text, reason text, agrees boolean)
), valid as (
  select x.* from x join review r on r.decision = x.decision and r.log_index < x.log_index and r.done_at is null
    and (r.lapsed_index is null or x.log_index < r.lapsed_index)
), done as (
  select distinct on (decision) * from valid where event = 'decided' order by decision, log_index
), live as (
  select v.*, d.log_index as done_index from valid v left join done d on d.decision = v.decision
  where d.log_index is null or v.log_index <= d.log_index
), latest as (
  select distinct on (decision) * from live order by decision, log_index desc
), claims as (
  select decision, count(*) filter (where event = 'claimed') as n from live group by decision
)
update review r set
  claims        = r.claims + c.n,
  claimed_by    = case when l.event = 'claimed' then l.by_key end,
  claimed_name  = case when l.event = 'claimed' then l.by_name end,
  claimed_until = case when l.event = 'claimed' then l.until end,
  done_at       = d.at,
  done_by       = d.by_key,
  done_name     = d.by_name,
  done_index    = d.log_index,
  verdict       = d.verdict,
  reason        = d.reason,
  agrees        = d.agrees
from claims c join latest l on l.decision = c.decision left join done d on d.decision = c.decision
where r.decision = c.decision
returning r.kind, r.done_index`

const settleDecisions = `
with x as (
  select * from jsonb_to_recordset($1::jsonb) as x(decision uuid, value jsonb)
), change as (
  select d.id, d.use_case, d.model_version, d.at, true as existed, d.value,
    d.final_value as old_final, d.label as old_label, x.value as new_final, d.label as new_label
  from decision d join x on x.decision = d.id
), settled as (
  update decision d set status = 'decided', final_value = x.value from x where d.id = x.decision
)
${addAccuracyChanges}`

export async function projectReviews(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const rows = [
    ...batch['review-claimed'].map(({ index, at, data }) => ({
      ...eventOf({ event: 'claimed', index, at, data }),
      until: storableTime(data.until),
    })),
    ...batch['review-released'].map(({ index, at, data }) => eventOf({ event: 'released', index, at, data })),
    ...batch['review-decided'].map(({ index, at, data }) => ({
      ...eventOf({ event: 'decided', index, at, data }),
      verdict: data.verdict,
      reason: shortName(data.reason),
      agrees: data.agrees,
    })),
  ]
  if (rows.length === 0) return
  const { rows: changed } = await run(updateReviews, [rowsJson(rows)])

  const kinds = new Map(changed.map((row) => [row['done_index'], row['kind']]))
  const ended = batch['review-decided'].filter(({ index }) => kinds.has(index))
  // An audit looks at what was already done: it changes neither the decision nor what follows from it.
  const settled = ended.filter(({ index }) => kinds.get(index) === 'decision')
  if (settled.length > 0) {
    const values = settled.map(({ data }) => ({ decision: data.decision, value: data.value }))
    await run(settleDecisions, [rowsJson(values)])
  }
  const actions = ended.flatMap(({ index, at, data }) =>
    data.actions.map((position) => ({ decision: data.decision, position, at, log_index: index })),
  )
  await queueActions(actions, run)
}

type ReviewEvent = {
  readonly event: 'claimed' | 'released' | 'decided'
  readonly index: number
  readonly at: string
  readonly data: { readonly decision: string; readonly by: { readonly key: string; readonly name: string } }
}

function eventOf({ event, index, at, data }: ReviewEvent) {
  return { log_index: index, decision: data.decision, event, at, by_key: data.by.key, by_name: data.by.name }
}
