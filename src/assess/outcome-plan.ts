// What is known of each row's outcome: the label, what the model said and how sure it was, as numbers, in either file.

import { distinctLabels, type LabelCount } from './distinct-labels.ts'
import type { ColumnForm } from './column-kind.ts'
import type { Database } from './database.ts'
import { numberSql, valueCodeSql } from './encode-column.ts'
import { unreadable, type Table, type TableColumn } from './open-table.ts'
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
  const tables = [question.reference, question.live]
  const labels = await distinctLabels(question.database, tables, roles.target)
  const answers = await distinctLabels(question.database, tables, roles.prediction)
  const counts = countLabels([...labels, ...answers])
  const widest = labels.length >= answers.length ? ('target' as const) : ('prediction' as const)
  const { task, notes } = decideTask({
    counts,
    form,
    positive: options.positive,
    column: main,
    widest: { column: roles[widest] ?? main, isNamed: options[widest] !== undefined },
  })
  if (task === null) return { plan: null, notes }
  if (task.kind !== 'regression') refuseStrangers(roles, countLabels(labels), countLabels(answers))
  refuseWords(question)
  const classes = task.kind === 'regression' ? [] : task.classes
  const place = new Map(classes.map((name, at) => [name, at]))
  const values = [...new Set([...labels, ...answers].map(({ value }) => value))].sort()
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

/** By what they mean, most frequent first. */
function countLabels(raw: readonly LabelCount[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { value, n } of raw) counts.set(canonicalLabel(value), (counts.get(canonicalLabel(value)) ?? 0) + n)
  return new Map([...counts].sort((a, b) => b[1] - a[1]))
}

/** Two answers and two labels that have no word in common are not of one language. Of one alone each it may be that all are wrong. */
function refuseStrangers(
  { target, prediction }: Roles,
  labels: ReadonlyMap<string, number>,
  answers: ReadonlyMap<string, number>,
): void {
  if (labels.size < 2 || answers.size < 2 || [...answers.keys()].some((answer) => labels.has(answer))) return
  const some = (counts: ReadonlyMap<string, number>) =>
    `${[...counts.keys()].slice(0, 3).join(', ')}${counts.size > 3 ? ', …' : ''}`
  throw unreadable(
    `“${target}” holds ${some(labels)} and “${prediction}” holds ${some(answers)}, so no answer can be right.`,
    'Write answers alike in both columns, upper and lower case too; or name other columns with --target and --prediction.',
  )
}

/** Named, and no number in it. */
function refuseWords({ pilot, roles, forms }: OutcomeQuestion): void {
  const present = columnOf(pilot, roles.score).filter((value) => value !== null)
  const [first] = present
  if (first === undefined || present.some((value) => Number.isFinite(readNumber(value, forms.get(roles.score ?? '')))))
    return
  throw unreadable(
    `--score names “${roles.score}”, which holds no numbers (such as “${first.slice(0, 40)}”).`,
    'Give the probability of the positive class, from 0 to 1; of several classes that of the predicted one.',
  )
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
