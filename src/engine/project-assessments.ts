// Assessments: what the list says of each. Their results are contents, which go by age as others do.

import type { ProjectionBatch } from './projection-batch.ts'
import { rowsJson } from './projection-rows.ts'
import type { RunSql } from './view-store.ts'

const insertAssessments = `
with x as (
  select * from jsonb_to_recordset($1::jsonb) as x(
    log_index bigint, id text, use_case text, at timestamptz, by_key text, by_name text, source text, verdict text,
    headline text, findings jsonb, reference jsonb, live jsonb, digest text)
), kept as (
  insert into content (log_index, decision, use_case, recorded_at) select log_index, null, use_case, at from x
)
insert into assessment (
  log_index, id, use_case, at, by_key, by_name, source, verdict, headline, findings, reference, live, digest)
select log_index, id, use_case, at, by_key, by_name, source, verdict, headline, findings, reference, live, digest from x`

/** Before erasures of the same batch, which take contents away. */
export async function projectAssessments(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const recorded = batch['assessment-recorded']
  if (recorded.length === 0) return
  const rows = recorded.map(({ index, id, at, data }) => ({
    log_index: index,
    id,
    use_case: data.useCase,
    at,
    by_key: data.by.key,
    by_name: data.by.name,
    source: data.source,
    verdict: data.verdict,
    headline: data.headline,
    findings: data.findings,
    reference: data.reference,
    live: data.live,
    digest: data.payloads.result.digest,
  }))
  await run(insertAssessments, [rowsJson(rows)])
}
