// Payloads: contents that belong to an entry but stand apart from it, so that they can be erased and every proof still holds.
//
// The entry holds sha256(salt || bytes). The salt is erased together with the bytes: without it, nobody can test a guess
// ("was it this e-mail address?") against the digest.

import { createHash } from 'node:crypto'

/** 128 bits: enough that a guess cannot be tested without the salt. */
export const saltBytes = 16

export type Payload = {
  /** `input`, `output`, `manifest`, `comment`, … ; unique within an entry. */
  readonly part: string
  readonly salt: Uint8Array
  readonly bytes: Uint8Array
}

/** What the entry says of a payload. */
export type PayloadRef = { readonly digest: string; readonly bytes: number }

/** `sha256:<hex>` over salt and bytes. */
export function payloadRef(payload: Payload): PayloadRef {
  const digest = createHash('sha256').update(payload.salt).update(payload.bytes).digest('hex')
  return { bytes: payload.bytes.length, digest: `sha256:${digest}` }
}
