// Payloads: contents that belong to an entry but stand apart from it, so that they can be erased and every proof still holds.
//
// The entry holds sha256(salt || bytes). The salt is erased together with the bytes: without it, nobody can test a guess
// ("was it this e-mail address?") against the digest.

import { hash } from 'node:crypto'

/** 128 bits: enough that a guess cannot be tested without the salt. */
export const saltBytes = 16

export type Payload = {
  /** `input`, `output`, `manifest`, `comment`, … ; unique within an entry. */
  readonly part: string
  readonly salt: Uint8Array
  readonly bytes: Uint8Array
}

/** A payload of `text` as UTF-8; salt and bytes lie side by side, so that they are hashed in one call. */
export function makePayload(part: string, salt: Uint8Array, text: string): Payload {
  const whole = Buffer.allocUnsafe(salt.length + Buffer.byteLength(text))
  whole.set(salt)
  whole.write(text, salt.length)
  return { part, salt: whole.subarray(0, salt.length), bytes: whole.subarray(salt.length) }
}

/** What the entry says of a payload. */
export type PayloadRef = { readonly digest: string; readonly bytes: number }

/** `sha256:<hex>` over salt and bytes. */
export function payloadRef({ salt, bytes }: Payload): PayloadRef {
  const isOnePiece = salt.buffer === bytes.buffer && salt.byteOffset + salt.length === bytes.byteOffset
  const whole = isOnePiece
    ? Buffer.from(salt.buffer, salt.byteOffset, salt.length + bytes.length)
    : Buffer.concat([salt, bytes])
  return { bytes: bytes.length, digest: `sha256:${hash('sha256', whole, 'hex')}` }
}
