// Indices of entries as ranges, and ranges in portions that fit into an entry.

import type { IndexRange } from './events.ts'

/** In any order, each any number of times. */
export function rangesOf(indices: Iterable<number>): IndexRange[] {
  const ranges: [number, number][] = []
  for (const index of [...new Set(indices)].sort((a, b) => a - b)) {
    const last = ranges.at(-1)
    if (last && last[1] === index - 1) last[1] = index
    else ranges.push([index, index])
  }
  return ranges
}

/** The indices that ranges cover, `size` at a time. */
export function* indicesOf(ranges: Iterable<IndexRange>, size: number): Generator<number[]> {
  let portion: number[] = []
  for (const [first, last] of ranges) {
    for (let index = first; index <= last; index++) {
      portion.push(index)
      if (portion.length < size) continue
      yield portion
      portion = []
    }
  }
  if (portion.length > 0) yield portion
}

/** `bytesMax`: of the ranges of one portion as JSON. Each portion has at least one range. */
export function portionsOf(ranges: readonly IndexRange[], bytesMax: number): IndexRange[][] {
  const portions: IndexRange[][] = []
  let room = 0
  for (const range of ranges) {
    // With the comma after it.
    const bytes = JSON.stringify(range).length + 1
    if (bytes > room) {
      portions.push([])
      room = bytesMax
    }
    portions.at(-1)?.push(range)
    room -= bytes
  }
  return portions
}
