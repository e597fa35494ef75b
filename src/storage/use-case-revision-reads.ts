// Which revision of each use case is the newest, and where its entry stands: enough to load the manifests from the log.

import type { Kysely } from 'kysely'
import type { RevisionReads } from '#engine/ports.ts'
import type { ViewTables } from './view-tables.ts'

export function createRevisionReads(db: Kysely<ViewTables>): RevisionReads {
  return {
    async latest() {
      const rows = await db
        .selectFrom('use_case_revision as r')
        .innerJoin('use_case as u', (join) =>
          join.onRef('u.name', '=', 'r.use_case').onRef('u.revision', '=', 'r.revision'),
        )
        .select(['r.use_case', 'r.revision', 'r.log_index'])
        .orderBy('r.use_case')
        .execute()
      return rows.map((row) => ({ useCase: row.use_case, revision: row.revision, logIndex: row.log_index }))
    },
  }
}
