// The log's entries as the growing thread reads them: a read connection of its own, so that it waits for nobody and nobody
// for it. What it sees is durable: a commit shows to others only after its fsync.

import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { GrowerEntries } from './tree-grower.ts'
import { entryMissing } from './tree-refusals.ts'

/** Entries in one row: then even the largest together (65,535 bytes each) are 16 MiB. */
const bundleEntries = 256

// One row for many entries takes about half the time that a row for each does. The indices say in which order they were joined.
const inOneRow = `select group_concat(idx), group_concat(length(bytes)), cast(group_concat(bytes, '') as blob)
  from entry where idx >= ? and idx < ?`

export function sqliteTreeEntries(db: DatabaseSync): GrowerEntries {
  const heads = db.prepare('select coalesce(max(idx), -1) + 1 as head from entry')
  const once = db.prepare('select idx from once where name = ?')
  const bundle = db.prepare(inOneRow)
  bundle.setReturnArrays(true)
  const head = () => Number(heads.get()?.['head'])
  return {
    head: async () => head(),
    async read(from, limit) {
      const entries = readBundle(bundle, from, Math.min(limit, bundleEntries))
      if (entries.length === 0 && head() > from) throw entryMissing(from)
      return entries
    },
    findOnce: async (name) => once.get(name)?.['idx'] as number | undefined,
  }
}

/** Errors: log_forked for a gap that entries follow. */
function readBundle(bundle: StatementSync, from: number, count: number): readonly Uint8Array[] {
  const [indices, lengths, joined] = bundle.get(from, from + count) as unknown as [string, string, Uint8Array]
  const found = numbers(lengths)
  let at = 0
  return numbers(indices).map((index, position) => {
    if (index !== from + position) throw entryMissing(from + position)
    const length = found[position] ?? 0
    at += length
    return joined.subarray(at - length, at)
  })
}

/** None for null, which is what nothing joined is. */
function numbers(list: string | null): number[] {
  return JSON.parse(`[${list ?? ''}]`) as number[]
}
