// The columns that a model may have read: in both files, with values that can be grouped, and with no other part to play.

import { cellConditions, cellLabels } from './cell-labels.ts'
import { rowInvalid, rowNull } from './count-column.ts'
import type { LaidColumn } from './lay-out.ts'
import type { Roles } from './roles.ts'
import { textBands } from './text-bands.ts'

export type InputColumn = {
  readonly name: string
  /** Position among the counted columns. */
  readonly at: number
  /** Rows' codes grouped to few levels; -1 for a code that is in none. */
  readonly levelOf: Int16Array
  /** Per level, as a condition after the column's name. */
  readonly levels: readonly string[]
  /** The level of values that the pilot did not have; -1 for none. */
  readonly unseen: number
}

/** Values of a category with a level of their own. */
const labelsMax = 12

export function inputColumns(columns: readonly LaidColumn[], roles: Roles): InputColumn[] {
  const taken = new Set([roles.target, roles.prediction, roles.score, roles.timestamp])
  return columns.flatMap((column, at) => {
    const { kind } = column.form
    return taken.has(column.name) || kind === 'id' || kind === 'datetime' ? [] : [inputColumn(column, at)]
  })
}

function inputColumn({ name, reference: { layout } }: LaidColumn, at: number): InputColumn {
  const levels: string[] = []
  const levelOf = new Int16Array(256).fill(-1)
  const place = (code: number, condition: string) => {
    const known = levels.indexOf(condition)
    levelOf[code] = known === -1 ? levels.push(condition) - 1 : known
  }
  let unseen = -1
  if (layout.kind === 'text') for (const [code, band] of textBands.entries()) place(code, `has ${band}`)
  else if (layout.kind === 'numeric') for (const [code, label] of cellLabels(layout).entries()) place(code, label)
  else if (layout.kind === 'boolean')
    for (const [code, condition] of cellConditions(layout).entries()) place(code, condition)
  else if (layout.kind === 'categorical') {
    for (const [code, condition] of cellConditions(layout).entries()) {
      place(code, code >= labelsMax && code <= layout.labels.length ? 'is a rare value' : condition)
    }
    unseen = layout.others === null ? -1 : (levelOf[layout.labels.length + 1] ?? -1)
  }
  place(rowNull, 'is empty')
  place(rowInvalid, 'cannot be read')
  return { name, at, levelOf, levels, unseen }
}
