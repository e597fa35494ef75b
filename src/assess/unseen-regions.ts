// Per live chunk, the share of rows in regions that the pilot hardly has: levels of one input, or joint levels of two. An estimate
// learnt in the pilot says nothing there, and a shift of two inputs together may not show in either alone.

import type { UnseenRows } from '#core/monitoring/performance-trust.ts'
import type { InputColumn } from './inputs.ts'
import type { KeptRows } from './kept-rows.ts'

const inputsMax = 16
/** A region with no more of the pilot's rows than this share, and never more than these many, is one that it hardly has. */
const rareShare = 0.0005
const rowsMin = 1000

export type RegionQuestion = {
  readonly inputs: readonly InputColumn[]
  readonly reference: KeptRows
  readonly live: KeptRows
  /** Rows per live chunk, in the whole file. */
  readonly chunkRows: readonly number[]
}

/** Null per chunk where the pilot is too small to tell. */
export function unseenRegions({ inputs, reference, live, chunkRows }: RegionQuestion): (UnseenRows | null)[] {
  if (reference.size < rowsMin || inputs.length === 0) return chunkRows.map(() => null)
  const some = inputs.slice(0, inputsMax)
  const worst = chunkRows.map(() => ({ share: 0, where: '' }))
  const perChunk = rowsPerChunk(live, chunkRows.length)
  for (const [at, first] of some.entries()) {
    for (const second of some.slice(at)) {
      const own = first === second ? { first, second: null } : { first, second }
      for (const [chunk, found] of rareRows(own, { reference, live, chunks: chunkRows.length }).entries()) {
        const share = found / Math.max(1, perChunk[chunk] ?? 0)
        const before = worst[chunk]
        if (before !== undefined && share > before.share) {
          worst[chunk] = { share, where: second === first ? first.name : `${first.name} and ${second.name} together` }
        }
      }
    }
  }
  return worst.map(({ share, where }, chunk) => ({ rows: Math.round(share * (chunkRows[chunk] ?? 0)), where }))
}

type Pair = { readonly first: InputColumn; readonly second: InputColumn | null }
type Files = { readonly reference: KeptRows; readonly live: KeptRows; readonly chunks: number }

/** Kept live rows per chunk, beyond what the pilot's own rows show by chance. */
function rareRows(pair: Pair, { reference, live, chunks }: Files): number[] {
  const width = pair.second?.levels.length ?? 1
  const seen = new Int32Array(pair.first.levels.length * width)
  visit(pair, reference, (place) => {
    seen[place] = (seen[place] ?? 0) + 1
  })
  const limit = Math.max(1, Math.floor(rareShare * reference.size))
  let usual = 0
  for (const n of seen) if (n <= limit) usual += n
  const rows = Array.from({ length: chunks }, () => 0)
  const all = Array.from({ length: chunks }, () => 0)
  visit(pair, live, (place, row) => {
    const chunk = live.chunk[row] ?? 0
    all[chunk] = (all[chunk] ?? 0) + 1
    if ((seen[place] ?? 0) <= limit) rows[chunk] = (rows[chunk] ?? 0) + 1
  })
  return rows.map((n, chunk) => Math.max(0, n - ((all[chunk] ?? 0) * usual) / reference.size))
}

function visit({ first, second }: Pair, rows: KeptRows, each: (place: number, row: number) => void): void {
  const [one, other] = [rows.codes[first.at], second === null ? undefined : rows.codes[second.at]]
  const width = second?.levels.length ?? 1
  for (let row = 0; row < rows.size; row += 1) {
    const level = first.levelOf[one?.[row] ?? 0] ?? -1
    const next = second === null ? 0 : (second.levelOf[other?.[row] ?? 0] ?? -1)
    if (level >= 0 && next >= 0) each(level * width + next, row)
  }
}

function rowsPerChunk({ size, chunk }: KeptRows, chunks: number): number[] {
  const rows = Array.from({ length: chunks }, () => 0)
  for (let row = 0; row < size; row += 1) rows[chunk[row] ?? 0] = (rows[chunk[row] ?? 0] ?? 0) + 1
  return rows
}
