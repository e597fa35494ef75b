// SHA-256 and Ed25519 of the browser itself. Not every page may use them: without HTTPS (or localhost) there is no
// crypto.subtle, and older browsers have it without Ed25519. Then nothing is checked, and the page says so.

import { toHex, utf8, type Bytes } from './bytes.ts'

export type Signed = { readonly publicKey: Bytes; readonly message: Bytes; readonly signature: Bytes }

export type ProofCrypto = {
  readonly sha256: (bytes: Bytes) => Promise<Bytes>
  /** False also for a key or signature that is none. */
  readonly verifyEd25519: (signed: Signed) => Promise<boolean>
}

/** Why this browser cannot check. `insecure`: the page came by plain HTTP. `no-ed25519`: the browser is too old. */
export type MissingCrypto = 'insecure' | 'no-ed25519'
export type FoundCrypto =
  | { readonly kind: 'found'; readonly crypto: ProofCrypto }
  | { readonly kind: 'missing'; readonly why: MissingCrypto }

type Subtle = Pick<SubtleCrypto, 'digest' | 'importKey' | 'verify'>

/** Tries what is there on a known answer, so that a browser that only claims to know Ed25519 is found out. */
export async function findProofCrypto(subtle: Subtle | undefined): Promise<FoundCrypto> {
  if (subtle === undefined) return { kind: 'missing', why: 'insecure' }
  const crypto = proofCrypto(subtle)
  const isRight = await crypto.verifyEd25519(knownAnswer)
  const isWrong = await crypto.verifyEd25519({ ...knownAnswer, message: utf8('else') })
  const emptyDigest = toHex(await crypto.sha256(new Uint8Array()))
  const isSound = isRight && !isWrong && emptyDigest.startsWith('e3b0c44298fc1c14')
  return isSound ? { kind: 'found', crypto } : { kind: 'missing', why: 'no-ed25519' }
}

function proofCrypto(subtle: Subtle): ProofCrypto {
  return {
    sha256: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes)),
    async verifyEd25519({ publicKey, message, signature }) {
      try {
        const key = await subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify'])
        return await subtle.verify({ name: 'Ed25519' }, key, signature, message)
      } catch {
        return false
      }
    },
  }
}

function fromHex(hex: string): Bytes {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

/** RFC 8032, 7.1, test 2. */
const knownAnswer: Signed = {
  publicKey: fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c'),
  message: fromHex('72'),
  signature: fromHex(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  ),
}
