// Erasures, legal holds, and which entries beside decisions still have contents.
//
// Of what an entry erases, the view marks decisions (they say when and why their contents went) and forgets the others. An
// erasure reaches what is before it on the log, however the log is cut into batches.

import type { ProjectionBatch } from './projection-batch.ts'
import { rowsJson } from './projection-rows.ts'
import type { RunSql } from './view-store.ts'

const asRanges = 'x(log_index bigint, first_index bigint, last_index bigint)'

const markDecisions = `
with hit as (
  select d.id, d.log_index, min(x.log_index) as erased
  from jsonb_to_recordset($1::jsonb) as ${asRanges}
  join decision d on d.log_index between x.first_index and x.last_index and d.log_index < x.log_index
  where d.erased_index is null
  group by d.id, d.log_index
), lapsed as (
  update review r set lapsed_index = hit.erased from hit where r.decision = hit.id and r.kind = 'audit'
)
update decision d set erased_index = hit.erased from hit where d.log_index = hit.log_index`

/** After decisions, before reviews: a blind second look at what was erased ends with it. */
export async function markErased(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const ranges = rangeRows(batch)
  if (ranges.length > 0) await run(markDecisions, [rowsJson(ranges)])
}

export async function projectPrivacy(batch: ProjectionBatch, run: RunSql): Promise<void> {
  await keepContents(batch, run)
  await insertErasures(batch, run)
  await projectHolds(batch, run)
  await insertReads(batch, run)
}

function rangeRows(batch: ProjectionBatch) {
  return batch['payloads-erased'].flatMap(({ index, data }) =>
    data.ranges.map(([first, last]) => ({ log_index: index, first_index: first, last_index: last })),
  )
}

const insertContents = `
insert into content (log_index, decision, use_case, recorded_at)
select log_index, decision, use_case, recorded_at from jsonb_to_recordset($1::jsonb) as x(
  log_index bigint, decision uuid, use_case text, recorded_at timestamptz)`

const deleteContents = `
delete from content c using jsonb_to_recordset($1::jsonb) as ${asRanges}
where c.log_index between x.first_index and x.last_index and c.log_index < x.log_index`

async function keepContents(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const entries = [...batch['review-decided'], ...batch['outcome-recorded']]
  const rows = entries
    .filter(({ data }) => Object.keys(data.payloads).length > 0)
    .map(({ index, at, data }) => ({
      log_index: index,
      decision: data.decision,
      use_case: data.useCase,
      recorded_at: at,
    }))
  if (rows.length > 0) await run(insertContents, [rowsJson(rows)])
  const ranges = rangeRows(batch)
  if (ranges.length > 0) await run(deleteContents, [rowsJson(ranges)])
}

const insertErasureRows = `
insert into erasure (log_index, id, at, cause, reason, by_key, by_name, use_case, decisions, held, payloads, completed_at)
select log_index, id, at, cause, reason, by_key, by_name, use_case, decisions, held, 0, completed_at
from jsonb_to_recordset($1::jsonb) as x(
  log_index bigint, id text, at timestamptz, cause text, reason text, by_key text, by_name text, use_case text,
  decisions integer, held jsonb, completed_at timestamptz)`

const completeErasures = `
update erasure e set completed_at = x.at, payloads = x.gone
from (
  select distinct on (erasure) * from jsonb_to_recordset($1::jsonb) as x(
    log_index bigint, erasure bigint, gone integer, at timestamptz)
  order by erasure, log_index
) x
where e.log_index = x.erasure and e.log_index < x.log_index and e.completed_at is null`

async function insertErasures(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const erased = batch['payloads-erased'].map((entry) => ({
    ...erasureRow(entry),
    cause: entry.data.cause,
    decisions: entry.data.decisions,
    completed_at: null,
  }))
  // Nothing was to be carried out.
  const heldBack = batch['erasure-held-back'].map((entry) => ({
    ...erasureRow(entry),
    cause: 'request',
    decisions: 0,
    completed_at: entry.at,
  }))
  const rows = [...erased, ...heldBack]
  if (rows.length > 0) await run(insertErasureRows, [rowsJson(rows)])
  const completed = batch['erasure-completed'].map(({ index, at, data }) => ({ log_index: index, at, ...data }))
  if (completed.length > 0) await run(completeErasures, [rowsJson(completed)])
}

type ErasureEntry = ProjectionBatch['payloads-erased' | 'erasure-held-back'][number]

function erasureRow({ index, id, at, data }: ErasureEntry) {
  const { reason, by, useCase, held } = data
  return { log_index: index, id, at, reason, by_key: by.key, by_name: by.name, use_case: useCase, held }
}

const insertHolds = `
insert into legal_hold (id, log_index, use_case, reason, by_key, by_name, placed_at)
select id, log_index, use_case, reason, by_key, by_name, at from jsonb_to_recordset($1::jsonb) as x(
  id text, log_index bigint, use_case text, reason text, by_key text, by_name text, at timestamptz)
order by log_index
on conflict do nothing`

const releaseHolds = `
update legal_hold h set
  released_index = x.log_index, released_at = x.at, released_by_key = x.by_key, released_by = x.by_name,
  release_reason = x.reason
from (
  select distinct on (x.id) x.*
  from jsonb_to_recordset($1::jsonb) as x(
    id text, log_index bigint, reason text, by_key text, by_name text, at timestamptz)
  join legal_hold placed on placed.id = x.id and placed.log_index < x.log_index
  order by x.id, x.log_index
) x
where h.id = x.id and h.released_index is null`

async function projectHolds(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const placed = batch['legal-hold-placed'].map((entry) => ({ ...holdRow(entry), use_case: entry.data.useCase }))
  if (placed.length > 0) await run(insertHolds, [rowsJson(placed)])
  const released = batch['legal-hold-released'].map(holdRow)
  if (released.length > 0) await run(releaseHolds, [rowsJson(released)])
}

type HoldEntry = ProjectionBatch['legal-hold-placed' | 'legal-hold-released'][number]

function holdRow({ index, at, data: { hold, reason, by } }: HoldEntry) {
  return { id: hold, log_index: index, at, reason, by_key: by.key, by_name: by.name }
}

const insertReadRows = `
insert into log_read (log_index, at, by_key, by_name, via, from_index, to_index)
select log_index, at, by_key, by_name, via, from_index, to_index from jsonb_to_recordset($1::jsonb) as x(
  log_index bigint, at timestamptz, by_key text, by_name text, via text, from_index bigint, to_index bigint)`

async function insertReads(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const rows = batch['log-read'].map(({ index, at, data: { by, via, from, to } }) => ({
    log_index: index,
    at,
    by_key: by.key,
    by_name: by.name,
    via,
    from_index: from,
    to_index: to,
  }))
  if (rows.length > 0) await run(insertReadRows, [rowsJson(rows)])
}
