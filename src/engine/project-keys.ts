// API keys: who may call. Only hashes are here.

import type { ProjectionBatch } from './projection-batch.ts'
import { rowsJson } from './projection-rows.ts'
import type { RunSql } from './view-store.ts'

const insertKeys = `
insert into api_key (id, log_index, name, hash, scopes, roles, created_at, created_by)
select id, log_index, name, hash, scopes, roles, created_at, created_by from jsonb_to_recordset($1::jsonb) as x(
  id text, log_index bigint, name text, hash text, scopes jsonb, roles jsonb, created_at timestamptz, created_by text)
order by log_index
on conflict do nothing`

// The first revocation after the key was made counts; a key does not come back.
const revokeKeys = `
update api_key k set revoked_at = r.revoked_at, revoked_by = r.revoked_by
from (
  select distinct on (x.id) x.*
  from jsonb_to_recordset($1::jsonb) as x(id text, log_index bigint, revoked_at timestamptz, revoked_by text)
  join api_key made on made.id = x.id and made.log_index < x.log_index
  order by x.id, x.log_index
) r
where k.id = r.id and k.revoked_at is null`

export async function projectKeys(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const created = batch['key-created'].map(({ index, at, data }) => ({
    id: data.key,
    log_index: index,
    name: data.name,
    hash: data.hash,
    scopes: data.scopes,
    roles: data.roles,
    created_at: at,
    created_by: data.by.name,
  }))
  if (created.length > 0) await run(insertKeys, [rowsJson(created)])

  const revoked = batch['key-revoked'].map(({ index, at, data }) => ({
    id: data.key,
    log_index: index,
    revoked_at: at,
    revoked_by: data.by.name,
  }))
  if (revoked.length > 0) await run(revokeKeys, [rowsJson(revoked)])
}
