// Accuracy by model version and week.

import type { Kysely } from 'kysely'
import { shareOf, type Share } from './share.ts'
import type { ViewTables } from './view-tables.ts'

export type AccuracyOfWeek = {
  readonly useCase: string
  /** Null for decisions in which no model took part. */
  readonly modelVersion: string | null
  /** Monday, `YYYY-MM-DD`. */
  readonly week: string
  readonly decisions: number
  readonly labelled: number
  /** Of the decisions with a label and a model's value: those where they are equal. */
  readonly model: Share
  /** Of those with a label and a final value. */
  readonly final: Share
}

export type AccuracyReads = {
  /** Newest week first; at most five years of ten versions. */
  readonly ofUseCase: (useCase: string) => Promise<AccuracyOfWeek[]>
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
        model: shareOf(row.model_correct, row.model_labelled),
        final: shareOf(row.final_correct, row.final_labelled),
      }))
    },
  }
}
