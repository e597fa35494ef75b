// A row of a sample as JSON, as a model or a contract takes it: numbers as numbers, an empty field as null, dots as nesting where the
// names were made from nesting.

import { numberOf } from '#core/monitoring/read-value.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { ColumnForm } from './column-kind.ts'
import { readNumber } from './read-number.ts'
import type { OpenedTable } from './read-both.ts'

export type RowReader = (row: number) => { [column: string]: JsonValue }

export function rowReader(
  { table, sample }: OpenedTable,
  forms: ReadonlyMap<string, ColumnForm>,
  names: readonly string[],
): RowReader {
  const columns = names.flatMap((name) => {
    const values = sample.values[table.columns.findIndex((column) => column.name === name)]
    return values === undefined ? [] : [{ name, values, form: forms.get(name) }]
  })
  return (row) =>
    Object.fromEntries(columns.map(({ name, values, form }) => [name, valueOf(values[row] ?? null, form)]))
}

/** What cannot be read as its column's kind stays the text that it is. */
export function valueOf(text: string | null, form: ColumnForm | undefined): JsonValue {
  if (text === null) return null
  if (form?.kind === 'boolean' && /^(?:true|false)$/i.test(text.trim())) return text.trim().toLowerCase() === 'true'
  const isWholeId = form?.kind === 'id' && /^\d{1,15}$/.test(text)
  if (form?.kind === 'numeric' || isWholeId) {
    const number = readNumber(text, form)
    if (Number.isFinite(number)) return number
    return numberOf(text) === null ? text : null
  }
  return text
}
