// Every value that a column of labels or predictions takes in either file, as written, with how often.

import type { Database } from './database.ts'
import type { Table } from './open-table.ts'
import { asText } from './sample-table.ts'

/** More are no classes; the task says so. */
const labelsMax = 5000

export type LabelCount = { readonly value: string; readonly n: number }

export async function distinctLabels(
  database: Database,
  tables: readonly Table[],
  name: string | null,
): Promise<LabelCount[]> {
  const counts = new Map<string, number>()
  for (const table of tables) {
    const column = table.columns.find((one) => one.name === name)
    if (column === undefined) continue
    const rows = await database.rows(
      `select ${asText(column)} as v, count(*) as n from ${table.relation} where v is not null group by 1 order by n desc, v limit ${labelsMax}`,
    )
    for (const [value, n] of rows) counts.set(String(value), (counts.get(String(value)) ?? 0) + Number(n))
  }
  return Array.from(counts, ([value, n]) => ({ value, n }))
}
