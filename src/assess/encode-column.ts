// How a column's values become numbers on their way out of DuckDB: what is counted in this process are typed numbers, never
// strings. What stands for what is decided once, from the pilot, and is the same for both files.

import type { CategoricalLayout, ColumnLayout } from '#core/monitoring/column-cells.ts'
import type { ColumnForm } from './column-kind.ts'
import { quoteName, quoteText, type Database } from './database.ts'
import { instantSql } from './datetime-formats.ts'
import type { TableColumn } from './open-table.ts'
import { readNumberSql } from './read-number.ts'
import { asText } from './sample-table.ts'

/** Codes of boolean, datetime and id columns. */
export const codeNull = 0
export const codeInvalid = 1
/** Of good values: from here on; false, then true. */
export const codeGood = 2

/**
 * What stands for an empty field and for what is no number, where numbers are read. Neither can be measured (`isMeasurable`), and no
 * data hold them. Not null: to ask a vector which of its values are null costs more than to read them.
 */
export const numberEmpty = -1.7e308
export const numberUnreadable = 1.7e308

/** SQL: a number, or one of those two; NaN, infinities and what is too large to measure as they are. One cast: it is what reading costs. */
export function numberSql(column: TableColumn, form: ColumnForm | undefined): string {
  if (column.stored === 'number') return `coalesce(cast(${column.sql} as double), ${numberEmpty}::double)`
  const text = asText(column)
  return `coalesce(${readNumberSql(text, form?.numbers ?? 'plain')}, case when ${text} is null then ${numberEmpty}::double else ${numberUnreadable}::double end)`
}

/** SQL: milliseconds since 1970 in UTC, null where no instant is said. */
export function instantMsSql(column: TableColumn, form: ColumnForm | undefined): string {
  const instant =
    column.stored === 'instant'
      ? `cast(${column.sql} as timestamp)`
      : instantSql(
          asText(column),
          (form?.formats ?? []).map(({ format }) => format),
        )
  return `epoch_ms(${instant})::double`
}

/** Of a value that is none of those known. */
export const codeUnknown = -1

/** SQL: 0 for an empty field, 1 … for the values in this order, `codeUnknown` for any other. Makes the type that it needs. */
export async function valueCodeSql(
  database: Database,
  column: TableColumn,
  { values, name }: { readonly values: readonly string[]; readonly name: string },
): Promise<string> {
  const type = quoteName(name)
  await database.run(`create type ${type} as enum (${['', ...values].map(quoteText).join(', ')})`)
  return `coalesce(enum_code(try_cast(coalesce(${asText(column)}, '') as ${type}))::integer, ${codeUnknown})`
}

/** In the order of the codes from 1. */
function knownValues({ labels, others }: CategoricalLayout): readonly string[] {
  return [...labels, ...(others ?? [])]
}

export async function columnCodeSql(
  database: Database,
  column: TableColumn,
  { form, layout, name }: { readonly form: ColumnForm; readonly layout: ColumnLayout; readonly name: string },
): Promise<string> {
  const text = asText(column)
  if (layout.kind === 'numeric') return numberSql(column, form)
  if (layout.kind === 'categorical') return valueCodeSql(database, column, { values: knownValues(layout), name })
  if (layout.kind === 'text') return text
  if (layout.kind === 'id') return `case when ${text} is null then ${codeNull} else ${codeGood} end`
  if (layout.kind === 'datetime') {
    return `case when ${text} is null then ${codeNull} when ${instantMsSql(column, form)} is null then ${codeInvalid} else ${codeGood} end`
  }
  const word = `lower(trim(${text}))`
  return `case when ${text} is null then ${codeNull} when ${word} = 'false' then ${codeGood} when ${word} = 'true' then ${codeGood + 1} else ${codeInvalid} end`
}
