// Use cases and their revisions.

import type { ProjectionBatch } from './projection-batch.ts'
import { rowsJson } from './projection-rows.ts'
import type { RunSql } from './view-store.ts'

const insertRevisions = `
with x as (
  select * from jsonb_to_recordset($1::jsonb) as x(
    log_index bigint, use_case text, revision integer, digest text, applied_at timestamptz, by_key text, by_name text)
), inserted as (
  insert into use_case_revision (use_case, revision, log_index, digest, applied_at, by_key, by_name)
  select use_case, revision, log_index, digest, applied_at, by_key, by_name from x order by log_index
  on conflict do nothing
)
insert into use_case (name, revision, updated_at)
select distinct on (use_case) use_case, revision, applied_at from x order by use_case, log_index desc
on conflict (name) do update set revision = excluded.revision, updated_at = excluded.updated_at`

export async function projectUseCases(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const applied = batch['use-case-applied']
  if (applied.length === 0) return
  const rows = applied.map(({ index, at, data }) => ({
    log_index: index,
    use_case: data.useCase,
    revision: data.revision,
    digest: data.payloads.manifest.digest,
    applied_at: at,
    by_key: data.by.key,
    by_name: data.by.name,
  }))
  await run(insertRevisions, [rowsJson(rows)])
}
