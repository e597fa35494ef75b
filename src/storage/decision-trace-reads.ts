// What became of one decision, as the view has it.

import type { Kysely } from 'kysely'
import type { ActionReads, DecisionTrace, DecisionTraceReads, ReviewReads } from '#engine/ports.ts'
import type { ViewTables } from './view-tables.ts'

export type DecisionTraceReadParts = {
  readonly db: Kysely<ViewTables>
  readonly reviews: Pick<ReviewReads, 'find'>
  readonly actions: Pick<ActionReads, 'find'>
}

export function createDecisionTraceReads({ db, reviews, actions }: DecisionTraceReadParts): DecisionTraceReads {
  return {
    async find(id) {
      const decision = await db
        .selectFrom('decision')
        .select(['label', 'erased_index'])
        .where('id', '=', id)
        .executeTakeFirst()
      if (!decision) return undefined
      const [review, queued, outcomes, erasure] = await Promise.all([
        reviews.find(id),
        // Actions have the decision's id in theirs; the manifest allows 20.
        db.selectFrom('action').select('id').where('decision', '=', id).orderBy('position').execute(),
        db.selectFrom('outcome').selectAll().where('decision', '=', id).orderBy('log_index').limit(500).execute(),
        decision.erased_index === null
          ? undefined
          : db.selectFrom('erasure').selectAll().where('log_index', '=', decision.erased_index).executeTakeFirst(),
      ])
      const rows = await Promise.all(queued.map((action) => actions.find(action.id)))
      return {
        label: decision.label,
        erased: erasure ? { at: erasure.at, cause: erasure.cause, reason: erasure.reason, by: erasure.by_name } : null,
        review: review ?? null,
        actions: rows.filter((row) => row !== undefined),
        outcomes: outcomes.map((row) => ({
          logIndex: row.log_index,
          label: row.label,
          kpi: row.kpi,
          at: row.at,
          recordedAt: row.recorded_at,
        })),
      } satisfies DecisionTrace
    },
  }
}
