// Erasures, legal holds, and what still has contents, as the view has them.

import { sql, type Kysely, type RawBuilder, type Selectable } from 'kysely'
import { PlatformError } from '#core/kernel/errors.ts'
import type {
  ContentsRow,
  ErasureRow,
  HoldRow,
  LooseContent,
  PrivacyPage,
  PrivacyReads,
  ReadingRow,
  UseCaseSlice,
} from '#engine/privacy-ports.ts'
import type { ErasureTable, LegalHoldTable, LogReadTable, ViewTables } from './view-tables.ts'

type Db = Kysely<ViewTables>

export function createPrivacyReads(db: Db): PrivacyReads {
  return {
    async newestAct() {
      const { rows } = await sql<{ act: number }>`
        select greatest(
          (select coalesce(max(log_index), -1) from erasure),
          (select coalesce(max(log_index), -1) from legal_hold),
          (select coalesce(max(released_index), -1) from legal_hold)) as act`.execute(db)
      return rows[0]?.act ?? -1
    },
    async holdsInForce() {
      const holds = db.selectFrom('legal_hold').selectAll().where('released_index', 'is', null)
      return (await holds.orderBy('log_index').execute()).map(holdRow)
    },
    async findHold(id) {
      const row = await db.selectFrom('legal_hold').selectAll().where('id', '=', id).executeTakeFirst()
      return row && holdRow(row)
    },
    holds: (page) => pageOf(page, (limits) => listHolds(db, limits), holdRow),
    erasures: (page) => pageOf(page, (limits) => listErasures(db, limits), erasureRow),
    async unfinished() {
      const rows = db.selectFrom('erasure').select('log_index').where('completed_at', 'is', null)
      return (await rows.orderBy('log_index').execute()).map(({ log_index }) => log_index)
    },
    contentsOf: (ids) => contents(db, sql`from decision d where d.id = any(${[...ids]}::uuid[])`),
    keptBy: ({ useCase, after, limit }) =>
      contents(
        db,
        sql`from decision d where d.use_case = ${useCase} and d.erased_index is null and d.log_index > ${after}
          order by d.log_index limit ${limit}`,
      ),
    looseOf: (slice) => loose(db, slice),
    readings: (page) => pageOf(page, (limits) => listReadings(db, limits), readingRow),
    copies: (ids, since) => copies(db, ids, since),
    async counts() {
      const { rows } = await sql<{ erasures: number; holds: number }>`
        select (select count(*) from erasure where decisions > 0) as erasures,
          (select count(*) from legal_hold where released_index is null) as holds`.execute(db)
      return rows[0] ?? { erasures: 0, holds: 0 }
    },
  }
}

type ContentsLine = {
  readonly id: string
  readonly log_index: number
  readonly use_case: string
  readonly erased_index: number | null
  readonly is_review_open: boolean
  readonly queued: number
  readonly contents: number[] | null
}

async function contents(db: Db, from: RawBuilder<unknown>): Promise<ContentsRow[]> {
  const { rows } = await sql<ContentsLine>`
    select d.id, d.log_index, d.use_case, d.erased_index,
      exists (select from review r where r.decision = d.id and r.done_at is null and r.lapsed_index is null)
        as is_review_open,
      (select count(*) from action a where a.decision = d.id and a.status = 'queued') as queued,
      (select jsonb_agg(c.log_index) from content c where c.decision = d.id) as contents
    ${from}`.execute(db)
  return rows.map((row) => ({
    id: row.id,
    logIndex: row.log_index,
    useCase: row.use_case,
    isErased: row.erased_index !== null,
    isReviewOpen: row.is_review_open,
    queuedActions: row.queued,
    contents: row.contents ?? [],
  }))
}

async function loose(db: Db, { useCase, after, limit }: UseCaseSlice): Promise<LooseContent[]> {
  const rows = await db
    .selectFrom('content')
    .selectAll()
    .where('use_case', '=', useCase)
    .where('log_index', '>', after)
    .orderBy('log_index')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ logIndex: row.log_index, decision: row.decision, recordedAt: row.recorded_at }))
}

async function copies(db: Db, decisions: readonly string[], since: number) {
  const { rows } = await sql<{ deliveries: number; reads: number }>`
    select
      (select count(*) from action where status = 'delivered' and decision = any(${[...decisions]}::uuid[])) as deliveries,
      (select count(*) from log_read where to_index > ${since}) as reads`.execute(db)
  return rows[0] ?? { deliveries: 0, reads: 0 }
}

type Limits = { readonly allowed: readonly string[] | undefined; readonly before: number; readonly rows: number }

function listHolds(db: Db, { allowed, before, rows }: Limits) {
  let holds = db.selectFrom('legal_hold').selectAll().where('log_index', '<', before)
  if (allowed) holds = holds.where('use_case', 'in', allowed)
  return holds.orderBy('log_index', 'desc').limit(rows).execute()
}

function listErasures(db: Db, { allowed, before, rows }: Limits) {
  let erasures = db.selectFrom('erasure').selectAll().where('log_index', '<', before)
  if (allowed) erasures = erasures.where('use_case', 'in', allowed)
  return erasures.orderBy('log_index', 'desc').limit(rows).execute()
}

function listReadings(db: Db, { before, rows }: Limits) {
  const readings = db.selectFrom('log_read').selectAll().where('log_index', '<', before)
  return readings.orderBy('log_index', 'desc').limit(rows).execute()
}

/** Newest first. What belongs to no use case is for those who may see all. */
async function pageOf<Row extends { readonly log_index: number }, T>(
  { allowed, limit, cursor }: PrivacyPage,
  list: (limits: Limits) => Promise<readonly Row[]>,
  shown: (row: Row) => T,
) {
  if (allowed !== 'all' && allowed.length === 0) return { items: [], next: null }
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : readCursor(cursor)
  const rows = await list({ allowed: allowed === 'all' ? undefined : allowed, before, rows: limit + 1 })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items: items.map(shown), next: rows.length > limit && last ? String(last.log_index) : null }
}

function readCursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new PlatformError('request_malformed', 'The cursor is not one that this list gave.', {
    hint: 'Send the "next" of the page before, or leave the cursor out to begin anew.',
  })
}

function holdRow(row: Selectable<LegalHoldTable>): HoldRow {
  const { released_at, released_by_key, released_by, release_reason } = row
  return {
    id: row.id,
    logIndex: row.log_index,
    useCase: row.use_case,
    reason: row.reason,
    by: { key: row.by_key, name: row.by_name },
    at: row.placed_at,
    released:
      released_at === null
        ? null
        : {
            at: released_at,
            by: { key: released_by_key ?? '', name: released_by ?? '' },
            reason: release_reason ?? '',
          },
  }
}

function erasureRow(row: Selectable<ErasureTable>): ErasureRow {
  return {
    id: row.id,
    logIndex: row.log_index,
    at: row.at,
    cause: row.cause,
    reason: row.reason,
    by: { key: row.by_key, name: row.by_name },
    useCase: row.use_case,
    decisions: row.decisions,
    payloads: row.payloads,
    held: row.held,
    completedAt: row.completed_at,
  }
}

function readingRow(row: Selectable<LogReadTable>): ReadingRow {
  return {
    logIndex: row.log_index,
    at: row.at,
    by: { key: row.by_key, name: row.by_name },
    via: row.via,
    from: row.from_index,
    to: row.to_index,
  }
}
