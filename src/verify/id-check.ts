// Clears up which ids really came twice: a second look at the log for those the first look was alarmed by.
//
// Nearly never needed: a false alarm comes once in some 10⁹ entries.

import { EventReader } from './event-reader.ts'
import type { Findings } from './finding.ts'
import type { LogSource } from './source.ts'

const batch = 256

/** `suspects`: ids by the index at which they may have come a second time. */
export async function confirmRepeatedIds(
  source: LogSource,
  suspects: ReadonlyMap<number, string>,
  findings: Findings,
): Promise<void> {
  if (suspects.size === 0) return
  const ids = new Set(suspects.values())
  const first = new Map<string, number>()
  const reader = new EventReader(undefined)
  const end = Math.max(...suspects.keys()) + 1
  for (let from = 0; from < end; from += batch) {
    for (const [index, bytes] of await source.entries(from, Math.min(from + batch, end))) {
      if (bytes === null || reader.read(bytes)) continue
      const id = reader.id()
      if (!ids.has(id)) continue
      const earlier = first.get(id)
      if (earlier === undefined) first.set(id, index)
      else findings.fault('entry-id-repeated', { entry: index }, `Its id, ${id}, is that of entry ${earlier}.`)
    }
  }
}
