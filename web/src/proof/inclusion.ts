// From an entry to the root of the tree, one hash at a time (RFC 6962, 2.1; verification as in RFC 9162, 2.1.3.2), keeping
// each step so that a person can look at it.

import { joinBytes, ProofProblem, type Bytes } from './bytes.ts'
import type { ProofCrypto } from './proof-crypto.ts'

/** `sibling` stood on `side`; `result` is the node above both. */
export type HashStep = { readonly side: 'left' | 'right'; readonly sibling: Bytes; readonly result: Bytes }

/** SHA-256 of 0x00 and the entry. */
export function leafHash(entry: Bytes, { sha256 }: ProofCrypto): Promise<Bytes> {
  return sha256(joinBytes(Uint8Array.of(0), entry))
}

/** SHA-256 of 0x01, the left and the right node: with another first byte, so that no node can pass for an entry. */
function nodeHash(left: Bytes, right: Bytes, { sha256 }: ProofCrypto): Promise<Bytes> {
  return sha256(joinBytes(Uint8Array.of(1), left, right))
}

export type Inclusion = {
  readonly index: number
  readonly size: number
  readonly leaf: Bytes
  readonly proof: readonly Bytes[]
}

/** The steps up to the root that this proof leads to; comparing it is the caller's. Errors: ProofProblem. */
export async function hashSteps({ index, size, leaf, proof }: Inclusion, crypto: ProofCrypto): Promise<HashStep[]> {
  if (index >= size) throw new ProofProblem(`Entry ${index} cannot be in a tree of ${size} entries.`)
  const needed = pathLength(index, size)
  if (proof.length !== needed) {
    throw new ProofProblem(`The proof has ${proof.length} hashes; entry ${index} of ${size} needs ${needed}.`)
  }
  const steps: HashStep[] = []
  let node = leaf
  let at = index
  let last = size - 1
  for (const sibling of proof) {
    // The last node of a level without a partner goes up as it is.
    while (at % 2 === 0 && at === last) {
      at /= 2
      last /= 2
    }
    const side = at % 2 === 1 ? 'left' : 'right'
    node = await (side === 'left' ? nodeHash(sibling, node, crypto) : nodeHash(node, sibling, crypto))
    steps.push({ side, sibling, result: node })
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return steps
}

/** How many hashes lead from entry `index` to the root of `size` entries. Sizes may exceed 32 bits, so no bit operators. */
function pathLength(index: number, size: number): number {
  let length = 0
  for (let at = index, last = size - 1; last > 0; at = Math.floor(at / 2), last = Math.floor(last / 2)) {
    if (at % 2 === 1 || at < last) length++
  }
  return length
}
