// Bytes, and the texts they are written as. Strict: a proof that can be written in two ways can be argued about.

export type Bytes = Uint8Array<ArrayBuffer>

/** A text that is no proof, in words for people. Thrown by what reads; caught where a check becomes a verdict. */
export class ProofProblem extends Error {
  override readonly name = 'ProofProblem'
}

export function joinBytes(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}

export function utf8(text: string): Bytes {
  return new Uint8Array(new TextEncoder().encode(text))
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Standard base64 with padding and nothing else (RFC 4648 §4). `what` is named when it is not. Errors: ProofProblem. */
export function fromBase64(text: string, what: string): Bytes {
  let binary: string | undefined
  try {
    binary = atob(text)
  } catch {
    // Said below, in words of ours.
  }
  // atob forgives missing padding, white space and stray bits; writing it again shows whether it had to.
  if (binary === undefined || btoa(binary) !== text) throw new ProofProblem(`${what} is not base64 (RFC 4648, padded).`)
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
