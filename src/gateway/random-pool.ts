// Random bytes by the slice: one system call for many decisions.

import { randomFillSync } from 'node:crypto'

/** Each slice is given out once. */
export function createRandomPool(poolBytes = 16_384): (length: number) => Uint8Array {
  let pool = new Uint8Array(0)
  let used = 0
  return (length) => {
    if (used + length > pool.length) {
      pool = randomFillSync(new Uint8Array(poolBytes))
      used = 0
    }
    used += length
    return pool.subarray(used - length, used)
  }
}
