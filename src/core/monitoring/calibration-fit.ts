// Which share of each score cell came true, made monotone: isotonic regression on cells instead of rows.

import { isotonic } from '#core/stats/isotonic.ts'

/** By cell, the labelled rows that came true and those that did not; weights allowed. With no label at all, every share is 0. */
export function fitShares(came: Float64Array, failed: Float64Array): Float64Array {
  const filled = Array.from(came.keys()).filter((cell) => (came[cell] as number) + (failed[cell] as number) > 0)
  const weights = filled.map((cell) => (came[cell] as number) + (failed[cell] as number))
  const fitted = isotonic(
    filled.map((cell, i) => (came[cell] as number) / (weights[i] as number)),
    weights,
  )
  const shares = new Float64Array(came.length)
  for (let cell = 0, next = 0; filled.length > 0 && cell < came.length; cell++) {
    while (next < filled.length && (filled[next] as number) < cell) next++
    // Cells without labels take the line between their neighbours, at the ends the neighbour's share.
    const right = Math.min(next, filled.length - 1)
    const left = filled[right] === cell || next === 0 || next === filled.length ? right : next - 1
    const [from, to] = [filled[left] as number, filled[right] as number]
    const way = to > from ? (cell - from) / (to - from) : 0
    shares[cell] = (fitted[left] as number) * (1 - way) + (fitted[right] as number) * way
  }
  return shares
}
