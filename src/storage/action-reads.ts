// Actions as the view has them: what is due, and the list for people.

import { sql, type Kysely, type Selectable, type SqlBool } from 'kysely'
import { formatInstant } from '#core/kernel/instant.ts'
import type { ActionQuery, ActionReads, ActionRow, DueActionQuery, PageOf } from '#engine/ports.ts'
import { cursorOf, readCursor } from './page-cursor.ts'
import type { ActionTable, ViewTables } from './view-tables.ts'

export function createActionReads(db: Kysely<ViewTables>): ActionReads {
  return {
    due: (query) => readDue(db, query),
    async nextDueAfter(now) {
      const row = await db
        .selectFrom('action')
        .select('next_at')
        .where('status', '=', 'queued')
        .where('next_at', '>', formatInstant(now))
        .orderBy('next_at')
        .limit(1)
        .executeTakeFirst()
      return row?.next_at ? Date.parse(row.next_at) : undefined
    },
    list: (query) => listActions(db, query),
    async find(id) {
      const row = await db.selectFrom('action').selectAll().where('id', '=', id).executeTakeFirst()
      return row && actionRow(row)
    },
  }
}

async function readDue(db: Kysely<ViewTables>, query: DueActionQuery): Promise<readonly ActionRow[]> {
  const { now, limit, exceptIds, exceptTargets } = query
  let due = db
    .selectFrom('action')
    .selectAll()
    .where('status', '=', 'queued')
    .where('next_at', '<=', formatInstant(now))
    .orderBy('next_at')
    .orderBy('log_index')
    .limit(limit)
  if (exceptIds.length > 0) due = due.where(sql<SqlBool>`not (id = any(${[...exceptIds]}::text[]))`)
  for (const { useCase, position } of exceptTargets) {
    due = due.where(sql<SqlBool>`not (use_case = ${useCase} and position = ${position})`)
  }
  return (await due.execute()).map(actionRow)
}

async function listActions(db: Kysely<ViewTables>, query: ActionQuery): Promise<PageOf<ActionRow>> {
  const { allowed, useCase, status, limit, cursor } = query
  let page = db.selectFrom('action').selectAll()
  if (status !== undefined) page = page.where('status', '=', status)
  if (useCase !== undefined) page = page.where('use_case', '=', useCase)
  if (allowed !== 'all') page = page.where('use_case', '=', sql<string>`any(${[...allowed]}::text[])`)
  // One entry may queue several actions, so the position breaks the tie; it takes the place of a second column here.
  const place = sql<number>`log_index * ${actionsOfOneEntryMax} + position`
  const from = cursor === undefined ? undefined : readCursor(cursor)
  if (from) page = page.where(sql<SqlBool>`${place} < ${from.index}::bigint`)
  const rows = await page
    .orderBy('log_index', 'desc')
    .orderBy('position', 'desc')
    .limit(limit + 1)
    .execute()
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const next =
    rows.length > limit && last
      ? cursorOf({ at: last.queued_at, index: last.log_index * actionsOfOneEntryMax + last.position })
      : null
  return { items: items.map(actionRow), next }
}

/** The manifest's schema allows 20. */
const actionsOfOneEntryMax = 32

function actionRow(row: Selectable<ActionTable>): ActionRow {
  return {
    id: row.id,
    decision: row.decision,
    useCase: row.use_case,
    position: row.position,
    revision: row.revision,
    status: row.status,
    attempts: row.attempts,
    nextAt: row.next_at === null ? null : Date.parse(row.next_at),
    lastError: row.last_error,
    queuedAt: Date.parse(row.queued_at),
    endedAt: row.ended_at === null ? null : Date.parse(row.ended_at),
    logIndex: row.log_index,
  }
}
