// A verifier key of a signed note: `<name>+<id>+<base64(type || public key)>` (C2SP signed-note).

import { fromBase64, joinBytes, ProofProblem, toHex, utf8, type Bytes } from './bytes.ts'
import type { ProofCrypto } from './proof-crypto.ts'

/** `note`: signs the note's text (0x01). `cosignature`: a witness that signs text and time (0x04). */
export type KeyKind = 'note' | 'cosignature'
export type Vkey = { readonly name: string; readonly id: string; readonly kind: KeyKind; readonly publicKey: Bytes }

const kinds: Readonly<Record<number, KeyKind>> = { 1: 'note', 4: 'cosignature' }
const publicKeyBytes = 32

/** Errors: ProofProblem. */
export async function parseVkey(text: string, crypto: ProofCrypto): Promise<Vkey> {
  // Base64 may contain a plus sign, names and ids may not.
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim())
  if (match === null)
    throw new ProofProblem('A key reads name+8 hex digits+base64, as `airworthy log status` prints it.')
  const [, name = '', id = '', encoded = ''] = match
  const typed = fromBase64(encoded, 'The last part of the key')
  const kind = kinds[typed[0] ?? -1]
  if (kind === undefined || typed.length !== 1 + publicKeyBytes) {
    throw new ProofProblem(`The key ${name}+${id} is of a kind that this page does not know; it knows Ed25519 keys.`)
  }
  const computed = await keyId(name, typed, crypto)
  if (computed !== id) {
    throw new ProofProblem(`The key says that its id is ${id}, but it is ${computed}: it was changed or copied badly.`)
  }
  return { name, id, kind, publicKey: typed.slice(1) }
}

async function keyId(name: string, typed: Bytes, { sha256 }: ProofCrypto): Promise<string> {
  return toHex((await sha256(joinBytes(utf8(`${name}\n`), typed))).slice(0, 4))
}
