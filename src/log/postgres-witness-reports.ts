// How witnesses answer the process that asks them, for the others on the same log: a row for each.

import { textArray } from './postgres-arrays.ts'
import { statement } from './postgres-session.ts'
import type { Rows } from './postgres-tree-store.ts'

/** What `state` and `evidence` may say is the courier's affair. */
export type StoredWitnessReport = {
  readonly name: string
  readonly state: string
  readonly detail: string | null
  readonly evidence: string | null
}

const putText = `
with put as (
  insert into airworthy_log.witness (name, state, detail, evidence)
    select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])
    on conflict (name) do update set state = excluded.state, detail = excluded.detail, evidence = excluded.evidence
      where (witness.state, witness.detail, witness.evidence) is distinct from (excluded.state, excluded.detail, excluded.evidence))
delete from airworthy_log.witness where name <> all ($1::text[])`

/** Errors: log_unavailable. */
export async function putWitnessReports(rows: Rows, reports: readonly StoredWitnessReport[]): Promise<void> {
  await rows(
    statement('put_witnesses', putText, [
      textArray(reports.map(({ name }) => name)),
      textArray(reports.map(({ state }) => state)),
      textArray(reports.map(({ detail }) => detail ?? undefined)),
      textArray(reports.map(({ evidence }) => evidence ?? undefined)),
    ]),
  )
}

/** Errors: log_unavailable. */
export function witnessReports(rows: Rows): Promise<readonly StoredWitnessReport[]> {
  return rows(statement('witnesses', 'select name, state, detail, evidence from airworthy_log.witness order by name'))
}
