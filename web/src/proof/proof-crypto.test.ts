import { describe, expect, it } from 'vitest'
import { utf8 } from './bytes.ts'
import { findProofCrypto } from './proof-crypto.ts'
import { foundCrypto } from './testing.ts'

const { subtle } = globalThis.crypto

describe('the browser’s cryptography', () => {
  it('is found where it is', async () => expect((await findProofCrypto(subtle)).kind).toBe('found'))

  it('is missing on a page that came by plain HTTP', async () =>
    expect(await findProofCrypto(undefined)).toEqual({ kind: 'missing', why: 'insecure' }))

  it('is missing where Ed25519 is not known, or says yes to everything', async () => {
    const old = {
      digest: subtle.digest.bind(subtle),
      importKey: () => Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')),
      verify: () => Promise.resolve(true),
    }
    expect(await findProofCrypto(old)).toEqual({ kind: 'missing', why: 'no-ed25519' })
    const credulous = { ...old, importKey: subtle.importKey.bind<typeof subtle.importKey>(subtle) }
    expect(await findProofCrypto(credulous)).toEqual({ kind: 'missing', why: 'no-ed25519' })
  })

  it('takes what is no key and no signature for a no', async () => {
    const crypto = await foundCrypto()
    const signed = { publicKey: utf8('short'), message: utf8('m'), signature: utf8('s') }
    expect(await crypto.verifyEd25519(signed)).toBe(false)
  })
})
