// Every value that labels and predictions take in either file, as written, with how often.

import type { Database } from './database.ts'
import type { Table } from './open-table.ts'
import { asText } from './sample-table.ts'

/** More are no classes; the task says so. */
const labelsMax = 5000

export async function distinctLabels(
  database: Database,
  tables: readonly Table[],
  names: readonly (string | null)[],
): Promise<{ readonly value: string; readonly n: number }[]> {
  const counts = new Map<string, number>()
  for (const table of tables) {
    for (const name of names) {
      const column = table.columns.find((one) => one.name === name)
      if (column === undefined) continue
      const rows = await database.rows(
        `select ${asText(column)} as v, count(*) as n from ${table.relation} where v is not null group by 1 order by n desc, v limit ${labelsMax}`,
      )
      for (const [value, n] of rows) counts.set(String(value), (counts.get(String(value)) ?? 0) + Number(n))
    }
  }
  return Array.from(counts, ([value, n]) => ({ value, n })).sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1))
}
