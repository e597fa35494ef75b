// How the column that says when is read. What is named as a time may be a number of seconds, which nobody would guess; and either
// file may write its times in a way of its own.

import type { ColumnForm } from './column-kind.ts'
import { formatsIn, numberedFormats } from './datetime-formats.ts'
import { unreadable } from './open-table.ts'

const mostly = 0.95

/** `values` of both files. Errors: table_unreadable where they are no times. */
export function timestampForm(name: string, form: ColumnForm, values: readonly (string | null)[]): ColumnForm {
  const present = values.filter((value): value is string => value !== null && value.trim() !== '')
  if (present.length === 0) return form
  if (form.kind === 'datetime') return { ...form, formats: formatsIn(present) }
  const formats = formatsIn(present, numberedFormats)
  if (formats.reduce((sum, { n }) => sum + n, 0) >= mostly * present.length) {
    return { ...form, kind: 'datetime', formats }
  }
  throw unreadable(
    `--timestamp names “${name}”, whose values are no times that can be read (such as “${present[0]?.slice(0, 40)}”).`,
    'Write them as 2026-11-21 or 2026-11-21T13:05:00Z, or name another column.',
  )
}
