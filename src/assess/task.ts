// What is predicted: yes or no, one of several classes, or a number; and which class counts as positive.

import { numberOf } from '#core/monitoring/read-value.ts'
import { closestTo } from '#core/use-case/closest.ts'
import type { ColumnForm } from './column-kind.ts'
import { count } from './findings/figures.ts'
import { unreadable } from './open-table.ts'
import { readNumber } from './read-number.ts'

export type Task =
  | { readonly kind: 'binary'; readonly classes: readonly string[]; readonly positive: string }
  | { readonly kind: 'multiclass'; readonly classes: readonly string[]; readonly positive: string | null }
  | { readonly kind: 'regression' }

export type TaskQuestion = {
  /** How often each class, canonical, is a label or a prediction, over both files. */
  readonly counts: ReadonlyMap<string, number>
  /** Of the target, or of the prediction where there is no target. */
  readonly form: ColumnForm
  /** As asked for. */
  readonly positive: string | undefined
  /** Its name. */
  readonly column: string
  /** Of target and prediction the one with more different values, and whether somebody named it on purpose. */
  readonly widest: { readonly column: string; readonly isNamed: boolean }
}

/** More different numbers than this are no classes. */
const classesOfNumbersMax = 20
const classesMax = 2000

/** 1, 1.0 and "1" are one class, and so are true and True. */
export function canonicalLabel(text: string): string {
  const trimmed = text.trim()
  const number = numberOf(trimmed)
  if (number !== null && Number.isFinite(number)) return String(number)
  return /^(?:true|false)$/i.test(trimmed) ? trimmed.toLowerCase() : trimmed
}

/** Null where nothing can be said of such a column. Errors: table_unreadable for a positive class that never occurs, and for a column that was named and is neither. */
export function decideTask({ counts, form, positive, column, widest }: TaskQuestion): {
  task: Task | null
  notes: string[]
} {
  const byCount = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([label]) => label)
  const numbers = byCount.filter((label) => Number.isFinite(readNumber(label, form)))
  const isNumbers = form.kind === 'numeric' && numbers.length === byCount.length
  if (positive === undefined && isNumbers && byCount.length > classesOfNumbersMax)
    return { task: { kind: 'regression' }, notes: [] }
  if (byCount.length > classesMax) {
    const message = `“${widest.column}” has over ${count(classesMax)} different values and is taken neither for classes nor for a number.`
    if (widest.isNamed) throw unreadable(message, 'Name other columns with --target and --prediction.')
    return { task: null, notes: [message] }
  }
  if (byCount.length < 1)
    return { task: null, notes: [`“${column}” is empty, so nothing can be said of the model’s performance.`] }
  const asked = positive === undefined ? undefined : askedPositive(positive, { byCount, column })
  if (byCount.length > 2) {
    return { task: { kind: 'multiclass', classes: byCount.toSorted(), positive: asked ?? null }, notes: [] }
  }
  const chosen = asked ?? usualPositive(byCount)
  const notes =
    asked === undefined ? [`“${chosen}” is taken for the positive class of “${column}”; --positive names another.`] : []
  return { task: { kind: 'binary', classes: byCount, positive: chosen }, notes }
}

function askedPositive(positive: string, { byCount, column }: { byCount: readonly string[]; column: string }): string {
  const wanted = canonicalLabel(positive)
  if (byCount.includes(wanted)) return wanted
  const closest = closestTo(wanted, byCount)
  throw unreadable(
    `--positive is “${positive}”, which never occurs in “${column}”.`,
    closest === undefined ? `Its values are: ${byCount.slice(0, 10).join(', ')}.` : `Did you mean “${closest}”?`,
  )
}

const usual = ['1', 'true', 'yes', 'y', 'positive', 'pos', 'fraud', 'spam', 'bad', 'default', 'churn', 'late']

/** A usual word for it; else the rarer of the two, which is mostly what a model looks for. */
function usualPositive(byCount: readonly string[]): string {
  for (const word of usual) {
    const found = byCount.find((label) => label.toLowerCase() === word)
    if (found !== undefined) return found
  }
  return byCount.at(-1) ?? ''
}
