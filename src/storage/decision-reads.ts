// Lists of decisions, newest first.

import { sql, type Kysely, type SelectQueryBuilder, type SqlBool } from 'kysely'
import type { Arm, DecisionStatus, Route } from '#core/decision/events.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { PageOf, UseCasesAllowed } from '#engine/ports.ts'
import type { DecisionTable, ViewTables } from './view-tables.ts'

export type DecisionQuery = {
  readonly allowed: UseCasesAllowed
  readonly useCase?: string | undefined
  readonly route?: Route | undefined
  readonly status?: DecisionStatus | undefined
  readonly arm?: Arm | undefined
  readonly reason?: string | undefined
  /** RFC 3339; from included, to not. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly limit: number
  readonly cursor?: string | undefined
}

export type DecisionLine = ReturnType<typeof lineOf>

export type DecisionReads = {
  /** `total` where the counts by day answer it: not with `status`, and with `from` and `to` where days begin (UTC). Errors: request_malformed for the cursor. */
  readonly list: (query: DecisionQuery) => Promise<PageOf<DecisionLine>>
}

export function createDecisionReads(db: Kysely<ViewTables>): DecisionReads {
  return {
    async list(query) {
      const { limit } = query
      const [rows, total] = await Promise.all([readLines(db, query), countAll(db, query)])
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      const next = rows.length > limit && last ? cursorOf(last.log_index) : null
      return { items: items.map(lineOf), next, ...(total === undefined ? {} : { total }) }
    },
  }
}

type Line = DecisionTable & { readonly is_blind: boolean }

function readLines(db: Kysely<ViewTables>, query: DecisionQuery): Promise<Line[]> {
  const { status, from, to, limit, cursor } = query
  let lines = narrow(db.selectFrom('decision').selectAll('decision'), query).select(isBlind.as('is_blind'))
  if (status !== undefined) lines = lines.where('status', '=', status)
  if (from !== undefined) lines = lines.where('at', '>=', from)
  if (to !== undefined) lines = lines.where('at', '<', to)
  if (cursor !== undefined) lines = lines.where('decision.log_index', '<', readCursor(cursor))
  return lines
    .orderBy('decision.log_index', 'desc')
    .limit(limit + 1)
    .execute()
}

async function countAll(db: Kysely<ViewTables>, query: DecisionQuery): Promise<number | undefined> {
  const { status, from, to } = query
  if (status !== undefined || ![from, to].every(isDayStart)) return undefined
  let counts = narrow(db.selectFrom('decision_count'), query)
  if (from !== undefined) counts = counts.where(sql<SqlBool>`day >= ${dayOf(from)}::date`)
  if (to !== undefined) counts = counts.where(sql<SqlBool>`day < ${dayOf(to)}::date`)
  const { total } = await counts.select(sql<number>`coalesce(sum(n), 0)::bigint`.as('total')).executeTakeFirstOrThrow()
  return total
}

function isDayStart(instant: string | undefined): boolean {
  return instant === undefined || /T00:00:00(?:\.0+)?Z$/.test(instant)
}

function dayOf(instant: string): string {
  return instant.slice(0, 'yyyy-mm-dd'.length)
}

/** A blind second look is under way: what the system did is not shown (engine/assemble-decision.ts says the same of one). */
const isBlind = sql<boolean>`exists (
  select from review r where r.decision = decision.id and r.kind = 'audit' and r.done_at is null
    and r.lapsed_index is null)`

/** The filters that rows and counts share. */
function narrow<T extends 'decision' | 'decision_count', O>(
  from: SelectQueryBuilder<ViewTables, T, O>,
  { allowed, useCase, route, arm, reason }: DecisionQuery,
): SelectQueryBuilder<ViewTables, T, O> {
  let narrowed = from
  if (useCase !== undefined) narrowed = narrowed.where(sql<SqlBool>`use_case = ${useCase}`)
  if (allowed !== 'all') narrowed = narrowed.where(sql<SqlBool>`use_case = any(${[...allowed]}::text[])`)
  if (route !== undefined) narrowed = narrowed.where(sql<SqlBool>`route = ${route}`)
  if (arm !== undefined) narrowed = narrowed.where(sql<SqlBool>`arm = ${arm}`)
  if (reason !== undefined) narrowed = narrowed.where(sql<SqlBool>`reason = ${reason}`)
  return narrowed
}

function lineOf(row: Line) {
  const { is_blind } = row
  return {
    id: row.id,
    useCase: row.use_case,
    revision: row.revision,
    origin: row.origin,
    at: row.at,
    status: row.status,
    route: row.route,
    reason: is_blind ? 'audit' : row.reason,
    arm: row.arm,
    model: row.model_name === null ? null : { name: row.model_name, version: row.model_version ?? '' },
    confidence: is_blind ? null : row.confidence,
    value: is_blind ? null : row.value,
    finalValue: is_blind ? null : row.final_value,
    label: row.label,
    durationMs: row.duration_ms,
    log: { index: row.log_index },
  }
}

function cursorOf(logIndex: number): string {
  return Buffer.from(String(logIndex)).toString('base64url')
}

function readCursor(text: string): number {
  const index = Buffer.from(text, 'base64url').toString('latin1')
  if (/^\d{1,15}$/.test(index)) return Number(index)
  throw new PlatformError('request_malformed', 'The cursor is not one that this list gave.', {
    hint: 'Send the "next" of the page before, or leave the cursor out to begin anew.',
  })
}
