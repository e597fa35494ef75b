// Lists of assessments, newest first, and the decisions of a period in the order of the log.

import { sql, type Kysely, type Selectable, type SqlBool } from 'kysely'
import { PlatformError } from '#core/kernel/errors.ts'
import type { AssessmentReads, AssessmentRow, PeriodReads } from '#engine/assessment-ports.ts'
import type { AssessmentTable, ViewTables } from './view-tables.ts'

type Db = Kysely<ViewTables>

export function createAssessmentReads(db: Db): AssessmentReads {
  return {
    async list({ allowed, useCase, limit, cursor }) {
      let found = db.selectFrom('assessment').selectAll()
      if (useCase !== undefined) found = found.where('use_case', '=', useCase)
      if (allowed !== 'all') found = found.where(sql<SqlBool>`use_case = any(${[...allowed]}::text[])`)
      if (cursor !== undefined) found = found.where('log_index', '<', readCursor(cursor))
      const rows = await found
        .orderBy('log_index', 'desc')
        .limit(limit + 1)
        .execute()
      const items = rows.slice(0, limit)
      return { items: items.map(rowOf), next: rows.length > limit ? String(items.at(-1)?.log_index) : null }
    },
  }
}

function readCursor(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new PlatformError('request_malformed', 'The cursor is not one that this list gave.', {
    hint: 'Send the "next" of the page before, or leave the cursor out to begin anew.',
  })
}

function rowOf(row: Selectable<AssessmentTable>): AssessmentRow {
  return {
    id: row.id,
    logIndex: row.log_index,
    useCase: row.use_case,
    at: row.at,
    by: { key: row.by_key, name: row.by_name },
    source: row.source,
    verdict: row.verdict,
    headline: row.headline,
    findings: row.findings,
    reference: row.reference,
    live: row.live,
    digest: row.digest,
  }
}

export function createPeriodReads(db: Db): PeriodReads {
  return {
    async page({ useCase, from, to, after, limit }) {
      const rows = await db
        .selectFrom('decision')
        .select(['log_index', 'at', 'erased_index', 'value', 'confidence', 'label'])
        .where('use_case', '=', useCase)
        .where('at', '>=', from)
        .where('at', '<', to)
        .where('log_index', '>', after)
        .orderBy('log_index')
        .limit(limit)
        .execute()
      return rows.map((row) => ({
        index: row.log_index,
        at: row.at,
        isErased: row.erased_index !== null,
        value: row.value,
        confidence: row.confidence,
        label: row.label,
      }))
    },
    async count(useCase, { from, to }) {
      const { n } = await db
        .selectFrom('decision')
        .select(sql<number>`count(*)`.as('n'))
        .where('use_case', '=', useCase)
        .where('at', '>=', from)
        .where('at', '<', to)
        .executeTakeFirstOrThrow()
      return n
    },
    async values(useCase, { from, to }, limit) {
      const among = db
        .selectFrom('decision')
        .where('use_case', '=', useCase)
        .where('at', '>=', from)
        .where('at', '<', to)
      const decided = among.select('value as found').where('value', 'is not', null)
      const known = among.select('label as found').where('label', 'is not', null)
      const rows = await db
        .selectFrom(decided.unionAll(known).as('each'))
        .select(['found', sql<number>`count(*)`.as('n')])
        .groupBy('found')
        .orderBy('n', 'desc')
        .orderBy(sql`found::text`)
        .limit(limit)
        .execute()
      return rows.flatMap(({ found, n }) => (found === null ? [] : [{ value: found, n }]))
    },
  }
}
