// Which decisions a bulk of receipts is about: ids and places on the log, in the log's order, nothing else.

import { sql, type Kysely, type SqlBool } from 'kysely'
import type { UseCasesAllowed } from '#engine/ports.ts'
import type { ViewTables } from './view-tables.ts'

export type ProvableQuery = {
  readonly allowed: UseCasesAllowed
  readonly useCase?: string | undefined
  /** RFC 3339; from included, to not. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** Also those of which a blind second look is under way: a receipt tells what the system decided. */
  readonly withBlind: boolean
  /** Log indices: after this one, below that one. */
  readonly after: number
  readonly below: number
  readonly limit: number
}

export type ProvableDecision = { readonly id: string; readonly index: number }

export type ProvableDecisionReads = { readonly page: (query: ProvableQuery) => Promise<readonly ProvableDecision[]> }

export function createProvableDecisionReads(db: Kysely<ViewTables>): ProvableDecisionReads {
  return {
    async page({ allowed, useCase, from, to, withBlind, after, below, limit }) {
      let rows = db.selectFrom('decision').select(['id', 'log_index as index'])
      rows = rows.where('log_index', '>', after).where('log_index', '<', below)
      if (useCase !== undefined) rows = rows.where('use_case', '=', useCase)
      if (allowed !== 'all') rows = rows.where(sql<SqlBool>`use_case = any(${[...allowed]}::text[])`)
      if (from !== undefined) rows = rows.where('at', '>=', from)
      if (to !== undefined) rows = rows.where('at', '<', to)
      if (!withBlind) rows = rows.where(isNotBlind)
      return rows.orderBy('log_index').limit(limit).execute()
    },
  }
}

const isNotBlind = sql<SqlBool>`not exists (
  select from review r where r.decision = decision.id and r.kind = 'audit' and r.done_at is null)`
