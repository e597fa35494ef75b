// A number as a column writes it, in this process: what `numberSql` does in the database.

import { numberOf } from '#core/monitoring/read-value.ts'
import type { ColumnForm } from './column-kind.ts'

/** NaN for what is no finite number. */
export function readNumber(value: string | null, form: ColumnForm | undefined): number {
  if (value === null) return Number.NaN
  const plain = form?.decimalComma === true ? value.replaceAll('.', '').replace(',', '.') : value
  return numberOf(plain) ?? Number.NaN
}
