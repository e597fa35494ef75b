// Signed notes (C2SP signed-note) as far as a verifier needs them: read a note, read keys, check Ed25519 signatures and
// witnesses' cosignatures (C2SP tlog-cosignature). Ed25519 itself comes from the runtime.

import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'

export type SignatureLine = {
  readonly name: string
  readonly keyId: string
  readonly signature: Uint8Array
  readonly line: string
}
export type SignedNote = {
  /** What is signed, with its last newline. */
  readonly text: string
  readonly signatures: readonly SignatureLine[]
}

/** `log`: signs the note's text (0x01). `witness`: signs it together with a time (0x04). */
export type VerifierKey = {
  readonly kind: 'log' | 'witness'
  readonly name: string
  readonly keyId: string
  readonly vkey: string
  readonly key: KeyObject
}

const kinds = new Map([
  [0x01, 'log'],
  [0x04, 'witness'],
] as const)
const keyIdBytes = 4
const ed25519Bytes = 32
const timeBytes = 8
/** DER of a SubjectPublicKeyInfo up to the 32 bytes of the key (RFC 8410). */
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')

/** Reads `<name>+<key id>+<base64(type || key)>`; answers what is wrong with it as a text. */
export function parseVerifierKey(vkey: string): VerifierKey | string {
  const [, name, keyId, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(vkey) ?? []
  if (name === undefined || keyId === undefined || encoded === undefined)
    return 'it is not of the form <name>+<8 hex digits>+<base64>'
  const bytes = fromBase64(encoded)
  if (!bytes) return 'its last part is not base64'
  const kind = kinds.get(bytes[0] as 0x01)
  if (!kind) return `its type is ${bytes[0]}, and only Ed25519 is known here (1 for logs, 4 for witnesses)`
  if (bytes.length !== 1 + ed25519Bytes) return `its key has ${bytes.length - 1} bytes instead of ${ed25519Bytes}`
  const digest = createHash('sha256').update(`${name}\n`).update(bytes).digest()
  const expected = digest.subarray(0, keyIdBytes).toString('hex')
  if (expected !== keyId) return `its key id should be ${expected}: a character is wrong`
  const key = createPublicKey({ key: Buffer.concat([spkiHead, bytes.subarray(1)]), format: 'der', type: 'spki' })
  return { kind, name, keyId, vkey, key }
}

const signatureLine = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u

/** Answers what is wrong with it as a text. */
export function parseNote(note: string): SignedNote | string {
  const end = note.lastIndexOf('\n\n')
  if (end < 0) return 'it has no blank line before its signatures'
  const text = note.slice(0, end + 1)
  const rest = note.slice(end + 2)
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  if (/[\u0000-\u0009\u000b-\u001f\u007f]/.test(note)) return 'it has control characters'
  if (!rest.endsWith('\n')) return 'its last line does not end'
  const signatures: SignatureLine[] = []
  for (const line of rest.slice(0, -1).split('\n')) {
    const signature = parseSignatureLine(line)
    if (!signature) return 'a signature line cannot be read'
    signatures.push(signature)
  }
  return { text, signatures }
}

/** `— <name> <base64(key id || signature)>` */
export function parseSignatureLine(line: string): SignatureLine | undefined {
  const [, name, encoded] = signatureLine.exec(line) ?? []
  const bytes = encoded === undefined ? undefined : fromBase64(encoded)
  if (name === undefined || !bytes || bytes.length <= keyIdBytes) return undefined
  return { name, keyId: bytes.subarray(0, keyIdBytes).toString('hex'), signature: bytes.subarray(keyIdBytes), line }
}

export function isFrom(signature: SignatureLine, key: VerifierKey): boolean {
  return signature.name === key.name && signature.keyId === key.keyId
}

/** Is this signature, which names `key`, really by `key` over `text`? */
export function isValidSignature(text: string, { signature }: SignatureLine, { kind, key }: VerifierKey): boolean {
  if (kind === 'log') return verify(null, Buffer.from(text), key, signature)
  const time = cosignedAt(signature)
  if (time === undefined) return false
  return verify(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), key, signature.subarray(timeBytes))
}

/** POSIX seconds of a cosignature. */
export function cosignedAt(signature: Uint8Array): bigint | undefined {
  if (signature.length <= timeBytes) return undefined
  return new DataView(signature.buffer, signature.byteOffset, timeBytes).getBigUint64(0)
}

/** Undefined for what is not base64 in its one canonical spelling (RFC 4648 §4, padded). */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined
}
