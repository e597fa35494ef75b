// API keys: who may call. Only hashes are here.

import type { ProjectionBatch } from './projection-batch.ts'
import { rowsJson } from './projection-rows.ts'
import type { RunSql } from './view-store.ts'

const insertKeys = `
insert into api_key (id, name, hash, scopes, roles, created_at, created_by)
select id, name, hash, scopes, roles, created_at, created_by from jsonb_to_recordset($1::jsonb) as x(
  id text, name text, hash text, scopes jsonb, roles jsonb, created_at timestamptz, created_by text)
on conflict do nothing`

// The first revocation counts; a key does not come back.
const revokeKeys = `
update api_key k set revoked_at = x.revoked_at, revoked_by = x.revoked_by
from (
  select distinct on (id) * from jsonb_to_recordset($1::jsonb) as x(
    id text, log_index bigint, revoked_at timestamptz, revoked_by text)
  order by id, log_index
) x
where k.id = x.id and k.revoked_at is null`

export async function projectKeys(batch: ProjectionBatch, run: RunSql): Promise<void> {
  const created = batch['key-created'].map(({ at, data }) => ({
    id: data.key,
    name: data.name,
    hash: data.hash,
    scopes: data.scopes,
    roles: data.roles,
    created_at: at,
    created_by: data.by.name,
  }))
  if (created.length > 0) await run(insertKeys, [rowsJson(created)])

  // A revocation that comes before its key's creation on the log revokes nothing, however the log was cut into batches.
  const createdAt = new Map(batch['key-created'].map(({ index, data }) => [data.key, index]))
  const revoked = batch['key-revoked']
    .filter(({ index, data }) => (createdAt.get(data.key) ?? -1) < index)
    .map(({ index, at, data }) => ({ id: data.key, log_index: index, revoked_at: at, revoked_by: data.by.name }))
  if (revoked.length > 0) await run(revokeKeys, [rowsJson(revoked)])
}
