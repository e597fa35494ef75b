// Does an inclusion proof lead from a leaf to a root? RFC 9162 §2.1.3.2, step by step as it stands there.

import { nodeHash } from '#core/kernel/merkle-hash.ts'
import { isEqual } from './checkpoint.ts'

export type Inclusion = {
  readonly index: number
  readonly size: number
  readonly leaf: Uint8Array
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** Undefined when it does; else what is wrong. */
export function inclusionProblem({ index, size, leaf, proof, root }: Inclusion): string | undefined {
  if (index >= size) return `index ${index} is not below the size ${size}`
  let fn = index
  let sn = size - 1
  let hash = leaf
  for (const sibling of proof) {
    if (sn === 0) return 'the proof has too many hashes'
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash)
      // As long as the node is the last of its level and has no right brother, it goes up unchanged.
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else {
      hash = nodeHash(hash, sibling)
    }
    fn = half(fn)
    sn = half(sn)
  }
  if (sn !== 0) return 'the proof has too few hashes'
  return isEqual(hash, root) ? undefined : 'the hashes lead to another root'
}

function half(n: number): number {
  return Math.floor(n / 2)
}
