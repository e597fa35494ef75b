// What the tests of this folder share: the runtime's own WebCrypto, which Node has as browsers do.

import { findProofCrypto, type ProofCrypto } from './proof-crypto.ts'

export async function foundCrypto(): Promise<ProofCrypto> {
  const found = await findProofCrypto(globalThis.crypto.subtle)
  if (found.kind === 'missing') throw new Error('Invariant broken: Node has Ed25519')
  return found.crypto
}
