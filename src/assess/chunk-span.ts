// From where to where a chunk goes: rows of the file, or instants.

import type { CountedFile } from './count-both.ts'

export function spanOf(
  { counts, times, chunks }: CountedFile,
  chunk: number,
): { from: string | number; to: string | number } {
  if (times !== null) {
    const { first, last } = counts.chunkTimes[chunk] ?? { first: Number.NaN, last: Number.NaN }
    if (!Number.isNaN(first)) return { from: instant(first), to: instant(last) }
  }
  const from = chunks.startOf(chunk)
  const rows = counts.chunkRows[chunk] ?? 0
  return { from, to: from + Math.max(0, rows - 1) }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
