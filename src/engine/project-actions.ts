// Actions: queued by a decision or by a person's decision, then delivered, tried again, given up, replayed.
//
// Every event about an action says the whole new state, so of several in a batch the last one counts.

import type { ProjectionBatch } from './projection-batch.ts'
import { rowsJson, storableTime } from './projection-rows.ts'
import type { RunSql } from './view-store.ts'

export type QueuedAction = {
  readonly decision: string
  readonly position: number
  /** When and by which entry it was queued. */
  readonly at: string
  readonly log_index: number
}

const insertActions = `
insert into action (id, decision, use_case, position, revision, status, attempts, next_at, queued_at, log_index)
select d.id || '.' || x.position, d.id, d.use_case, x.position, d.revision, 'queued', 0, x.at, x.at, x.log_index
from jsonb_to_recordset($1::jsonb) as x(decision uuid, position integer, at timestamptz, log_index bigint)
join decision d on d.id = x.decision
order by x.log_index
on conflict (id) do nothing`

/** The decisions must be there. An action is queued once. */
export async function queueActions(queued: readonly QueuedAction[], run: RunSql): Promise<void> {
  if (queued.length > 0) await run(insertActions, [rowsJson(queued)])
}

const updateActions = `
update action a set
  status = x.status, attempts = x.attempts, next_at = x.next_at, last_error = x.last_error, ended_at = x.ended_at
from (
  select distinct on (id) * from jsonb_to_recordset($1::jsonb) as x(
    id text, log_index bigint, status text, attempts integer, next_at timestamptz, last_error text, ended_at timestamptz)
  order by id, log_index desc
) x
where a.id = x.id and a.log_index < x.log_index`

export async function projectActions(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const rows = [
    ...batch['action-delivered'].map(({ index, at, data }) => ({
      ...stateOf(data.action, index),
      status: 'delivered',
      attempts: data.attempt,
      ended_at: at,
    })),
    ...batch['action-attempted'].map(({ index, data }) => ({
      ...stateOf(data.action, index),
      attempts: data.attempt,
      next_at: storableTime(data.nextAt),
      last_error: data.error,
    })),
    ...batch['action-dead-lettered'].map(({ index, at, data }) => ({
      ...stateOf(data.action, index),
      status: 'dead',
      attempts: data.attempt,
      last_error: data.error,
      ended_at: at,
    })),
    // Replayed by a person: the schedule of attempts begins again.
    ...batch['action-replayed'].map(({ index, at, data }) => ({ ...stateOf(data.action, index), next_at: at })),
  ]
  if (rows.length > 0) await run(updateActions, [rowsJson(rows)])
}

function stateOf(id: string, logIndex: number) {
  const nothing: string | null = null
  return {
    id,
    log_index: logIndex,
    status: 'queued',
    attempts: 0,
    next_at: nothing,
    last_error: nothing,
    ended_at: nothing,
  }
}
