// Which values live has that the pilot never had, and how many different ones either has: what `NEW` counts, by name.

import type { LaidColumn } from './lay-out.ts'
import { columnOf } from './outcome-scale.ts'
import type { OpenedTable } from './read-both.ts'

export type UnseenFacts = {
  readonly distinct: number
  /** Most frequent first, at most 10. Of a large file: in its sample, with counts taken to the whole. */
  readonly unseen: readonly { readonly value: string; readonly n: number }[]
}

const shownMax = 10

export function unseenFacts(columns: readonly LaidColumn[], live: OpenedTable): ReadonlyMap<string, UnseenFacts> {
  return new Map(columns.map((column) => [column.name, factsOf(column, live)]))
}

function factsOf({ name, reference: { layout } }: LaidColumn, live: OpenedTable): UnseenFacts {
  const values = columnOf(live, name)
  const counts = new Map<string, number>()
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  if (layout.kind !== 'categorical' || layout.others === null) return { distinct: counts.size, unseen: [] }
  const known = new Set([...layout.labels, ...layout.others])
  const unseen = Array.from(counts, ([value, n]) => ({ value, n: n * live.sample.step }))
    .filter(({ value }) => !known.has(value))
    .sort((a, b) => b.n - a.n || (a.value < b.value ? -1 : 1))
  return { distinct: counts.size, unseen: unseen.slice(0, shownMax) }
}
