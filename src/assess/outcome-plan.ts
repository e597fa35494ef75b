// What is known of each row's outcome: the label, what the model said and how sure it was, as numbers, in either file.

import { distinctLabels } from './distinct-labels.ts'
import type { ColumnForm } from './column-kind.ts'
import type { Database } from './database.ts'
import { numberSql, valueCodeSql } from './encode-column.ts'
import type { Table, TableColumn } from './open-table.ts'
import type { AssessOptions } from './options.ts'
import { columnOf } from './outcome-scale.ts'
import type { OpenedTable } from './read-both.ts'
import { readNumber } from './read-number.ts'
import type { Roles } from './roles.ts'
import { isOfOtherClass } from './score-direction.ts'
import { canonicalLabel, decideTask, type Task } from './task.ts'

export type OutcomePlan = {
  readonly task: Task
  /** SQL per file; null where the file has no such column. Classes come as codes of `classOfCode`. */
  readonly reference: OutcomeSql
  readonly live: OutcomeSql
  /** Index into the task's classes, by code; -1 for an empty field. */
  readonly classOfCode: readonly number[]
  /** Whether yes or no follows from the score, because no column says it. */
  readonly decidesByScore: boolean
  /** Whether the score in the files is of the class that is not the positive one. */
  readonly isScoreOfOther: boolean
}
export type OutcomeSql = {
  readonly label: string | null
  readonly prediction: string | null
  readonly score: string | null
}

export type OutcomeQuestion = {
  readonly database: Database
  readonly options: AssessOptions
  readonly roles: Roles
  readonly forms: ReadonlyMap<string, ColumnForm>
  readonly reference: Table
  readonly live: Table
  readonly pilot: OpenedTable
}

/** Null where neither a target nor a prediction is known, or nothing can be said of them. */
export async function planOutcome(
  question: OutcomeQuestion,
): Promise<{ plan: OutcomePlan | null; notes: readonly string[] }> {
  const { roles, forms, options } = question
  const main = roles.target ?? roles.prediction
  const form = main === null ? undefined : forms.get(main)
  if (main === null || form === undefined) return { plan: null, notes: [] }
  const raw = await distinctLabels(
    question.database,
    [question.reference, question.live],
    [roles.target, roles.prediction],
  )
  const counts = new Map<string, number>()
  for (const { value, n } of raw) counts.set(canonicalLabel(value), (counts.get(canonicalLabel(value)) ?? 0) + n)
  const { task, notes } = decideTask({ counts, form, positive: options.positive, column: main })
  if (task === null) return { plan: null, notes }
  const classes = task.kind === 'regression' ? [] : task.classes
  const place = new Map(classes.map((name, at) => [name, at]))
  const values = raw.map(({ value }) => value)
  const decidesByScore = roles.prediction === null && roles.score !== null && task.kind === 'binary'
  const isScoreOfOther = task.kind === 'binary' && isOther(question, task.positive)
  const asSql = (table: Table, file: string) => outcomeSql(question, { table, task, values, file })
  return {
    plan: {
      task,
      reference: await asSql(question.reference, 'reference'),
      live: await asSql(question.live, 'live'),
      classOfCode: [-1, ...values.map((value) => place.get(canonicalLabel(value)) ?? -1)],
      decidesByScore,
      isScoreOfOther,
    },
    notes: [
      ...notes,
      ...(isScoreOfOther
        ? [
            `“${roles.score}” speaks for the other class than “${task.positive}” and was turned round (1 less the score).`,
          ]
        : []),
      ...(decidesByScore
        ? [`No column says what the model decided, so a score of 0.5 and more counts as “${task.positive}”.`]
        : []),
    ],
  }
}

/** Scores are probabilities, or nothing can be turned round. */
function isOther({ pilot, roles, forms }: OutcomeQuestion, positive: string): boolean {
  const scores = columnOf(pilot, roles.score).map((score) => readNumber(score, forms.get(roles.score ?? '')))
  if (scores.some((score) => score < 0 || score > 1)) return false
  const answers = (name: string | null) =>
    columnOf(pilot, name).map((value) => (value === null ? null : canonicalLabel(value) === positive))
  return isOfOtherClass({ scores, said: answers(roles.prediction), right: answers(roles.target) })
}

type Where = { readonly table: Table; readonly task: Task; readonly values: readonly string[]; readonly file: string }

async function outcomeSql(
  { database, roles, forms }: OutcomeQuestion,
  { table, task, values, file }: Where,
): Promise<OutcomeSql> {
  const column = (name: string | null): TableColumn | undefined => table.columns.find((one) => one.name === name)
  const answer = async (name: string | null, role: string): Promise<string | null> => {
    const found = column(name)
    if (found === undefined || name === null) return null
    if (task.kind === 'regression') return numberSql(found, forms.get(name))
    return valueCodeSql(database, found, { values, name: `${role} ${file}` })
  }
  const score = column(roles.score)
  return {
    label: await answer(roles.target, 'label'),
    prediction: await answer(roles.prediction, 'prediction'),
    score: score === undefined || roles.score === null ? null : numberSql(score, forms.get(roles.score)),
  }
}
