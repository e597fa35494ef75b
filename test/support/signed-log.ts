// A log's tree with nothing around it: checkpoints signed at any size, proofs between them, and another history on demand.

import { encodeBase64 } from '#core/tlog/base64.ts'
import { formatCheckpoint } from '#core/tlog/checkpoint.ts'
import { createEd25519Signer, generateKey, signNote, type Signer } from '#core/tlog/note.ts'
import { naiveConsistency, naiveLeaf, naiveRoot } from './naive-tree.ts'

export const signerNamed = (name: string, fill = 1): Signer =>
  createEd25519Signer(generateKey(name, Buffer.alloc(32, fill)).skey)

export class SignedLog {
  readonly signer: Signer
  readonly #leaves: readonly Buffer[]

  /** Entries from `forkAt` on are others than in a log without a fork. */
  constructor(origin: string, { size = 40, forkAt = size }: { size?: number; forkAt?: number } = {}) {
    this.signer = signerNamed(origin)
    this.#leaves = Array.from({ length: size }, (_, i) =>
      naiveLeaf(Buffer.from(i < forkAt ? `entry ${i}` : `other ${i}`)),
    )
  }

  /** Leaf hashes. */
  leaves(size: number): readonly Buffer[] {
    return this.#leaves.slice(0, size)
  }

  note(size: number, signer = this.signer, origin = this.signer.name): string {
    return signNote(formatCheckpoint({ origin, size, root: naiveRoot(this.leaves(size)) }), [signer])
  }

  proof(from: number, to: number): Buffer[] {
    return naiveConsistency(from, this.leaves(to))
  }

  /** What is posted to a witness. */
  submission(old: number, size: number, note = this.note(size)): string {
    const proof = old <= size ? this.proof(old, size) : []
    return [`old ${old}`, ...proof.map(encodeBase64), '', note].join('\n')
  }
}
