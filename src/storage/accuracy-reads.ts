// Accuracy by model version and week: counts only; intervals are made of them where they are shown.

import type { Kysely } from 'kysely'
import type { ViewTables } from './view-tables.ts'

export type AccuracyCounts = {
  readonly useCase: string
  /** Null for decisions in which no model took part. */
  readonly modelVersion: string | null
  /** Monday, `YYYY-MM-DD`. */
  readonly week: string
  readonly decisions: number
  readonly labelled: number
  readonly model: { readonly n: number; readonly hits: number }
  readonly final: { readonly n: number; readonly hits: number }
}

export type AccuracyReads = {
  /** Newest week first; at most five years of ten versions. */
  readonly ofUseCase: (useCase: string) => Promise<AccuracyCounts[]>
}

const rowsMax = 5 * 53 * 10

export function createAccuracyReads(db: Kysely<ViewTables>): AccuracyReads {
  return {
    async ofUseCase(useCase) {
      const rows = await db
        .selectFrom('accuracy_count')
        .selectAll()
        .where('use_case', '=', useCase)
        .orderBy('week', 'desc')
        .orderBy('model_version')
        .limit(rowsMax)
        .execute()
      return rows.map((row) => ({
        useCase: row.use_case,
        modelVersion: row.model_version === '' ? null : row.model_version,
        week: row.week,
        decisions: row.n,
        labelled: row.labelled,
        model: { n: row.model_labelled, hits: row.model_correct },
        final: { n: row.final_labelled, hits: row.final_correct },
      }))
    },
  }
}
