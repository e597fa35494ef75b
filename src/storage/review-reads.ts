// Reviews as the view has them: the queue, and one review.

import { sql, type Kysely, type Selectable, type SqlBool } from 'kysely'
import { formatInstant } from '#core/kernel/instant.ts'
import type { PageOf, ReviewQuery, ReviewReads, ReviewRow } from '#engine/ports.ts'
import { cursorOf, readCursor } from './page-cursor.ts'
import type { ReviewTable, ViewTables } from './view-tables.ts'

/** What has no due time comes after everything that has one. */
const neverDue = '9999-12-31T00:00:00.000Z'

export function createReviewReads(db: Kysely<ViewTables>): ReviewReads {
  return {
    async find(decision) {
      const row = await db.selectFrom('review').selectAll().where('decision', '=', decision).executeTakeFirst()
      return row && !hasLapsed(row) ? reviewRow(row) : undefined
    },
    list: (query) => listReviews(db, query),
  }
}

async function listReviews(db: Kysely<ViewTables>, query: ReviewQuery): Promise<PageOf<ReviewRow>> {
  const { status, kind, useCase, allowed, now, limit, cursor } = query
  const isDone = status === 'done'
  // What the page is ordered by; the index of the decision's entry breaks ties.
  const order = isDone ? sql<string>`done_at` : sql<string>`coalesce(due_at, ${neverDue}::timestamptz)`
  let matching = db.selectFrom('review').where('done_at', isDone ? 'is not' : 'is', null)
  if (!isDone) matching = matching.where('lapsed_index', 'is', null)
  if (useCase !== undefined) matching = matching.where('use_case', '=', useCase)
  if (allowed !== 'all') matching = matching.where('use_case', '=', sql<string>`any(${[...allowed]}::text[])`)
  if (kind !== undefined) matching = matching.where('kind', '=', kind)
  const at = formatInstant(now)
  if (status === 'claimed') matching = matching.where('claimed_until', '>', at)
  if (status === 'open') {
    matching = matching.where((is) => is.or([is('claimed_until', 'is', null), is('claimed_until', '<=', at)]))
  }

  let page = matching
    .selectAll()
    .select(order.as('ordered_at'))
    .limit(limit + 1)
  page = isDone
    ? page.orderBy('done_at', 'desc').orderBy('log_index', 'desc')
    : page.orderBy(order).orderBy('log_index')
  const from = cursor === undefined ? undefined : readCursor(cursor)
  if (from) {
    const place = sql`(${from.at}::timestamptz, ${from.index}::bigint)`
    page = page.where(
      isDone ? sql<SqlBool>`(done_at, log_index) < ${place}` : sql<SqlBool>`(${order}, log_index) > ${place}`,
    )
  }
  const rows = await page.execute()
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const next = rows.length > limit && last ? cursorOf({ at: last.ordered_at, index: last.log_index }) : null
  const answer = { items: items.map(reviewRow), next }
  // How many are left is what people ask of a queue; of what is done nobody does, and counting it would cost more each day.
  if (isDone || cursor !== undefined) return answer
  const { total } = await matching.select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow()
  return { ...answer, total }
}

/** An audit whose case was erased before anybody looked: nobody is asked for it any more. */
function hasLapsed({ lapsed_index, done_at }: Selectable<ReviewTable>): boolean {
  return lapsed_index !== null && done_at === null
}

function reviewRow(row: Selectable<ReviewTable>): ReviewRow {
  const { claimed_by, claimed_name, claimed_until, done_at, done_by, done_name, done_index, verdict } = row
  const isDone = done_at !== null && done_by !== null && done_index !== null && verdict !== null
  return {
    decision: row.decision,
    useCase: row.use_case,
    kind: row.kind,
    logIndex: row.log_index,
    openedAt: Date.parse(row.opened_at),
    dueAt: row.due_at === null ? null : Date.parse(row.due_at),
    claims: row.claims,
    claim:
      claimed_by === null || claimed_until === null
        ? null
        : { key: claimed_by, name: claimed_name ?? claimed_by, until: Date.parse(claimed_until) },
    done: isDone
      ? {
          key: done_by,
          name: done_name ?? done_by,
          at: Date.parse(done_at),
          verdict,
          reason: row.reason,
          agrees: row.agrees,
          logIndex: done_index,
        }
      : null,
  }
}
