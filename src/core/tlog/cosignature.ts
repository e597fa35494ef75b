// Cosignatures (c2sp.org/tlog-cosignature, Ed25519): a witness's statement that at a time, this checkpoint was the largest
// it had seen of a log, and consistent with all it saw before.

import { createSigner, keyTypes, signatureLine, type NoteSignature, type Signer, type VerifierKey } from './note.ts'

const timeBytes = 8
const signatureBytes = 64

/** Signs as a witness: the key has the id and the verifier key of its cosignatures. Errors: note_malformed. */
export const createCosigner = (skey: string): Signer => createSigner(skey, keyTypes.cosignature)

/** The signature line for a checkpoint's text; `seconds` since 1970. */
export function cosign(text: string, seconds: number, cosigner: Signer): string {
  const time = Buffer.alloc(timeBytes)
  time.writeBigUInt64BE(BigInt(seconds))
  return signatureLine(cosigner, Buffer.concat([time, cosigner.sign(signedBytes(text, seconds))]))
}

export type VerifiedCosignature =
  | { readonly kind: 'verified'; readonly seconds: number }
  | { readonly kind: 'refused'; readonly reason: string }

/** Whether `key` cosigned the checkpoint's `text`, and when. */
export function verifyCosignature(text: string, line: NoteSignature, key: VerifierKey): VerifiedCosignature {
  const refused = (reason: string): VerifiedCosignature => ({ kind: 'refused', reason })
  if (key.type !== keyTypes.cosignature) return refused(`${key.name}+${key.id} is not a key of a witness`)
  if (line.name !== key.name || line.id !== key.id) return refused(`the line is of ${line.name}+${line.id}`)
  if (line.signature.length !== timeBytes + signatureBytes) {
    return refused(`a cosignature has 72 bytes, not ${line.signature.length}`)
  }
  const seconds = Number(Buffer.from(line.signature.subarray(0, timeBytes)).readBigUInt64BE())
  if (!Number.isSafeInteger(seconds)) return refused('its time is out of range')
  return key.verifies(signedBytes(text, seconds), line.signature.subarray(timeBytes))
    ? { kind: 'verified', seconds }
    : refused(`the signature of ${key.name}+${key.id} does not fit the checkpoint`)
}

const signedBytes = (text: string, seconds: number): Uint8Array =>
  Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`)
