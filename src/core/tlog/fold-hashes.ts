// The root of a perfect subtree whose hashes lie side by side in a tile.

import { hashBytes, nodeHash } from '#core/kernel/merkle-hash.ts'

/** Of `count` hashes from the one at `start`; `count` is a power of two and at most 256. */
export function foldPerfect(hashes: Uint8Array, start: number, count: number): Uint8Array {
  let level = Array.from({ length: count }, (_, i) =>
    hashes.subarray((start + i) * hashBytes, (start + i + 1) * hashBytes),
  )
  while (level.length > 1) {
    const above: Uint8Array[] = []
    for (let i = 0; i + 1 < level.length; i += 2) {
      above.push(nodeHash(level[i] as Uint8Array, level[i + 1] as Uint8Array))
    }
    level = above
  }
  // A hash of its own, also for a subtree of one: the tile's bytes may be written on.
  return Uint8Array.from(level[0] as Uint8Array)
}
