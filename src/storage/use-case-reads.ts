// The figures of use cases, and their revisions.

import { sql, type Kysely } from 'kysely'
import type { Route } from '#core/decision/events.ts'
import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import type { UseCasesAllowed } from '#engine/ports.ts'
import { shareOf, type Share } from './share.ts'
import type { ViewTables } from './view-tables.ts'

export type RouteFigures = { total: number } & Record<Route, number>

export type UseCaseFigures = {
  readonly updatedAt: string
  /** Of the UTC day of `now`. */
  readonly today: RouteFigures
  readonly allTime: RouteFigures
  readonly openReviews: number
  readonly oldestReviewAt: string | null
  readonly deadActions: number
  /** Of the final decisions that have a label: those that equal it. */
  readonly accuracy: Share
}

export type RevisionLine = {
  useCase: string
  revision: number
  digest: string
  appliedAt: string
  by: { key: string; name: string }
  log: { index: number }
}

export type UseCaseReads = {
  /** By name; a use case that the view does not know yet is absent. */
  readonly figures: (allowed: UseCasesAllowed, now: Instant) => Promise<ReadonlyMap<string, UseCaseFigures>>
  /** Newest first; `before` is the revision that the page before ended with. */
  readonly revisions: (
    useCase: string,
    page: { readonly limit: number; readonly before?: number },
  ) => Promise<RevisionLine[]>
  readonly revision: (useCase: string, revision: number) => Promise<RevisionLine | undefined>
  /** What `status` shows, over the use cases that the key may see. */
  readonly totals: (
    allowed: UseCasesAllowed,
  ) => Promise<{ openReviews: number; queuedActions: number; deadActions: number }>
}

export function createUseCaseReads(db: Kysely<ViewTables>): UseCaseReads {
  return {
    figures: (allowed, now) => readFigures(db, allowed, now),
    async revisions(useCase, { limit, before }) {
      let rows = db.selectFrom('use_case_revision').selectAll().where('use_case', '=', useCase)
      if (before !== undefined) rows = rows.where('revision', '<', before)
      return (await rows.orderBy('revision', 'desc').limit(limit).execute()).map(revisionLine)
    },
    async revision(useCase, revision) {
      const row = await db
        .selectFrom('use_case_revision')
        .selectAll()
        .where('use_case', '=', useCase)
        .where('revision', '=', revision)
        .executeTakeFirst()
      return row && revisionLine(row)
    },
    totals: (allowed) => readTotals(db, allowed),
  }
}

type FigureRow = {
  readonly name: string
  readonly updated_at: string
  readonly today: Partial<Record<Route, number>> | null
  readonly all_time: Partial<Record<Route, number>> | null
  readonly open_reviews: number
  readonly oldest_review_at: string | null
  readonly dead_actions: number
  readonly labelled: number
  readonly correct: number
}

async function readFigures(db: Kysely<ViewTables>, allowed: UseCasesAllowed, now: Instant) {
  const day = formatInstant(now).slice(0, 10)
  const { rows } = await sql<FigureRow>`
    with routes as (
      select use_case, route, sum(n)::bigint as n, coalesce(sum(n) filter (where day = ${day}::date), 0)::bigint as n_today
      from decision_count group by use_case, route
    ), counts as (
      select use_case, jsonb_object_agg(route, n) as all_time, jsonb_object_agg(route, n_today) as today
      from routes group by use_case
    ), reviews as (
      select use_case, count(*) as n, min(opened_at) as oldest from review
      where done_at is null and lapsed_index is null group by use_case
    ), dead as (
      select use_case, count(*) as n from action where status = 'dead' group by use_case
    ), labels as (
      select use_case, sum(final_labelled)::bigint as n, sum(final_correct)::bigint as correct
      from accuracy_count group by use_case
    )
    select u.name, u.updated_at, c.today, c.all_time, coalesce(r.n, 0) as open_reviews, r.oldest as oldest_review_at,
      coalesce(d.n, 0) as dead_actions, coalesce(l.n, 0) as labelled, coalesce(l.correct, 0) as correct
    from use_case u
    left join counts c on c.use_case = u.name
    left join reviews r on r.use_case = u.name
    left join dead d on d.use_case = u.name
    left join labels l on l.use_case = u.name
    where ${among(allowed, 'u.name')}
    order by u.name`.execute(db)
  return new Map(rows.map((row) => [row.name, figuresOf(row)]))
}

async function readTotals(db: Kysely<ViewTables>, allowed: UseCasesAllowed) {
  const { rows } = await sql<{ open_reviews: number; queued: number; dead: number }>`
    select
      (select count(*) from review
        where done_at is null and lapsed_index is null and ${among(allowed, 'use_case')}) as open_reviews,
      (select count(*) from action where status = 'queued' and ${among(allowed, 'use_case')}) as queued,
      (select count(*) from action where status = 'dead' and ${among(allowed, 'use_case')}) as dead`.execute(db)
  const row = rows[0]
  return { openReviews: row?.open_reviews ?? 0, queuedActions: row?.queued ?? 0, deadActions: row?.dead ?? 0 }
}

function among(allowed: UseCasesAllowed, column: string) {
  return allowed === 'all' ? sql`true` : sql`${sql.ref(column)} = any(${[...allowed]}::text[])`
}

function figuresOf(row: FigureRow): UseCaseFigures {
  return {
    updatedAt: row.updated_at,
    today: routeFigures(row.today),
    allTime: routeFigures(row.all_time),
    openReviews: row.open_reviews,
    oldestReviewAt: row.oldest_review_at,
    deadActions: row.dead_actions,
    accuracy: shareOf(row.correct, row.labelled),
  }
}

function routeFigures(counts: Partial<Record<Route, number>> | null): RouteFigures {
  const { act = 0, review = 0, fallback = 0, reject = 0 } = counts ?? {}
  return { total: act + review + fallback + reject, act, review, fallback, reject }
}

function revisionLine(row: ViewTables['use_case_revision']): RevisionLine {
  return {
    useCase: row.use_case,
    revision: row.revision,
    digest: row.digest,
    appliedAt: row.applied_at,
    by: { key: row.by_key, name: row.by_name },
    log: { index: row.log_index },
  }
}
