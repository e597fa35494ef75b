// Keys as the view has them. Hashes only: the text of a key is nowhere.

import type { Kysely } from 'kysely'
import type { KeyReads } from '#engine/ports.ts'
import type { ViewTables } from './view-tables.ts'

export function createKeyReads(db: Kysely<ViewTables>): KeyReads {
  return {
    async all() {
      const rows = await db.selectFrom('api_key').selectAll().orderBy('created_at').orderBy('id').execute()
      return rows.map((row) => ({
        id: row.id,
        name: row.name,
        hash: row.hash,
        scopes: row.scopes,
        roles: row.roles,
        createdAt: Date.parse(row.created_at),
        createdBy: row.created_by,
        revokedAt: row.revoked_at === null ? null : Date.parse(row.revoked_at),
        revokedBy: row.revoked_by,
      }))
    },
  }
}
