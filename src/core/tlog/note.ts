// Signed notes and their keys (c2sp.org/signed-note): a text, a blank line, and a line for each signature. Checkpoints are
// such notes, so that anybody's tools can check them.
//
// Signatures of unknown keys are passed over: a note carries those of the log, of retired keys and of many witnesses, and
// whoever checks it knows some of them.

import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto'
import { PlatformError } from '#core/kernel/errors.ts'
import { decodeBase64 } from './base64.ts'

/** Signature types; the others of the specification are not ours to make or check. */
export const keyTypes = { ed25519: 0x01, cosignature: 0x04 } as const
export type KeyType = (typeof keyTypes)[keyof typeof keyTypes]

/** A public key, imported once. Make it with `parseVkey`. */
export type VerifierKey = {
  readonly name: string
  /** 8 hex digits. */
  readonly id: string
  readonly type: KeyType
  readonly vkey: string
  readonly publicKey: Uint8Array
  /** Of Ed25519 alone; what the signed bytes are is the signature type's affair. */
  verifies(bytes: Uint8Array, signature: Uint8Array): boolean
}

export type Signer = {
  readonly name: string
  readonly id: string
  readonly vkey: string
  sign(bytes: Uint8Array): Uint8Array
}

export type NoteSignature = {
  readonly name: string
  readonly id: string
  readonly signature: Uint8Array
  /** The line without its end. */
  readonly line: string
}

export type Note = {
  /** What is signed, with its last newline. */
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

const lengthMax = 1_000_000
const signaturesMax = 100
const idBytes = 4
const dash = '—'

/** Errors: note_malformed. */
export function parseNote(note: string): Note {
  if (note.length > lengthMax) throw malformed(`The note has ${note.length} characters; ${lengthMax} are allowed`)
  if (!note.isWellFormed()) throw malformed('The note is not valid Unicode')
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  const control = /[\u0000-\u0009\u000b-\u001f]/.exec(note)
  if (control) throw malformed(`The note has a control character at ${control.index}`)
  const split = note.lastIndexOf('\n\n')
  if (split < 0) throw malformed('The note has no blank line before its signatures')
  if (!note.endsWith('\n')) throw malformed('The note does not end with a newline')
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > signaturesMax) throw malformed(`The note has ${lines.length} signatures`)
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignatureLine) }
}

/** `— <name> <base64>`. Errors: note_malformed. */
export function parseSignatureLine(line: string): NoteSignature {
  const [mark, name = '', encoded = '', ...more] = line.split(' ')
  const bytes = decodeBase64(encoded)
  if (mark !== dash || more.length > 0 || !isKeyName(name) || bytes === undefined || bytes.length <= idBytes) {
    throw malformed(`This is no signature line of a note: ${JSON.stringify(line.slice(0, 100))}`)
  }
  const id = Buffer.from(bytes.subarray(0, idBytes)).toString('hex')
  return { name, id, signature: bytes.subarray(idBytes), line }
}

export function signatureLine({ name, id }: Pick<Signer, 'name' | 'id'>, signature: Uint8Array): string {
  return `${dash} ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}`
}

/** `text` ends with a newline; `lines` are signature lines without their ends. */
export function formatNote(text: string, lines: readonly string[]): string {
  return `${text}\n${lines.map((line) => `${line}\n`).join('')}`
}

export function signNote(text: string, signers: readonly Signer[]): string {
  const bytes = Buffer.from(text)
  return formatNote(
    text,
    signers.map((signer) => signatureLine(signer, signer.sign(bytes))),
  )
}

export type VerifiedNote =
  | { readonly kind: 'verified'; readonly note: Note; readonly by: readonly VerifierKey[] }
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Whether one of `keys` (of type Ed25519) signed the note. A signature that names one of them and is not its own makes
 * the whole note refused. Errors: note_malformed.
 */
export function verifyNote(text: string, keys: readonly VerifierKey[]): VerifiedNote {
  const note = parseNote(text)
  const bytes = Buffer.from(note.text)
  const by = new Set<VerifierKey>()
  for (const signature of note.signatures) {
    const key = keys.find((known) => known.type === keyTypes.ed25519 && isSignedBy(signature, known))
    if (key === undefined || by.has(key)) continue
    if (!key.verifies(bytes, signature.signature)) {
      return { kind: 'refused', reason: `the signature of ${key.name}+${key.id} does not fit the text` }
    }
    by.add(key)
  }
  if (by.size === 0) return { kind: 'refused', reason: 'no signature is of a key that is trusted here' }
  return { kind: 'verified', note, by: [...by] }
}

/** Whether the line claims to be of this key: name and id agree. */
export const isSignedBy = (signature: NoteSignature, key: Pick<VerifierKey, 'name' | 'id'>): boolean =>
  signature.name === key.name && signature.id === key.id

/** The first four bytes of SHA-256(name || newline || type || public key), in hex. */
function keyId({ name, type, publicKey }: Pick<VerifierKey, 'name' | 'type' | 'publicKey'>): string {
  const named = Buffer.concat([Buffer.from(`${name}\n`), Uint8Array.of(type), publicKey])
  return hash('sha256', named, 'hex').slice(0, 2 * idBytes)
}

/** `<name>+<id>+<base64 of type and key>`. */
export function makeVkey(key: Pick<VerifierKey, 'name' | 'type' | 'publicKey'>): string {
  const material = Buffer.concat([Uint8Array.of(key.type), key.publicKey])
  return `${key.name}+${keyId(key)}+${material.toString('base64')}`
}

/** Of a verifier key's text: the part that names it in signature lines. */
export const keyIdOf = (vkey: string): string => parseVkey(vkey).id

const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex')
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
const keyBytes = 32

/** Errors: note_malformed, also for key types that are not Ed25519's. */
export function parseVkey(vkey: string): VerifierKey {
  const [, name = '', id = '', encoded = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(vkey) ?? []
  const material = decodeBase64(encoded)
  if (!isKeyName(name) || material === undefined || material.length === 0) {
    throw malformed(`This is no verifier key (<name>+<id>+<base64>): ${JSON.stringify(vkey.slice(0, 200))}`)
  }
  const type = Object.values(keyTypes).find((known) => known === material[0])
  if (type === undefined) throw malformed(`The key ${name}+${id} has the type ${material[0]}, which is not supported`)
  const publicKey = material.subarray(1)
  if (publicKey.length !== keyBytes) throw malformed(`The key ${name}+${id} has ${publicKey.length} bytes, not 32`)
  if (keyId({ name, type, publicKey }) !== id) throw malformed(`The id of the key ${name}+${id} does not fit the key`)
  const imported = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' })
  const verifies = (bytes: Uint8Array, signature: Uint8Array): boolean => verify(null, bytes, imported, signature)
  return { name, id, type, vkey, publicKey, verifies }
}

/** A private key from 32 random bytes, in the form of Go's `note` package, and its verifier key. */
export function generateKey(name: string, seed: Uint8Array): { readonly skey: string; readonly vkey: string } {
  if (!isKeyName(name)) throw malformed(`A key's name has no spaces and no +: ${JSON.stringify(name)}`)
  const type = keyTypes.ed25519
  const publicKey = publicKeyOf(importSeed(seed))
  const material = Buffer.concat([Uint8Array.of(type), seed]).toString('base64')
  return {
    skey: `PRIVATE+KEY+${name}+${keyId({ name, type, publicKey })}+${material}`,
    vkey: makeVkey({ name, type, publicKey }),
  }
}

/** Errors: note_malformed; the message never shows the key. */
export const createEd25519Signer = (skey: string): Signer => createSigner(skey, keyTypes.ed25519)

/** A signer of another type than plain Ed25519 has another id and verifier key, from the same private key. */
export function createSigner(skey: string, type: KeyType): Signer {
  const [, name = '', id = '', encoded = ''] = /^PRIVATE\+KEY\+([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(skey) ?? []
  const material = decodeBase64(encoded)
  if (!isKeyName(name) || material?.length !== 1 + keyBytes || material[0] !== keyTypes.ed25519) {
    throw malformed('This is no private key of Ed25519 (PRIVATE+KEY+<name>+<id>+<base64>)')
  }
  const privateKey = importSeed(material.subarray(1))
  const publicKey = publicKeyOf(privateKey)
  if (keyId({ name, type: keyTypes.ed25519, publicKey }) !== id) {
    throw malformed(`The id of the private key ${name}+${id} does not fit the key`)
  }
  return {
    name,
    id: keyId({ name, type, publicKey }),
    vkey: makeVkey({ name, type, publicKey }),
    sign: (bytes) => sign(null, bytes, privateKey),
  }
}

const importSeed = (seed: Uint8Array): KeyObject =>
  createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' })

const publicKeyOf = (privateKey: KeyObject): Uint8Array =>
  createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length)

/** U+0085 is a space to Unicode and none to JavaScript. */
const isKeyName = (name: string): boolean => name !== '' && name.isWellFormed() && !/[\s\u0085+]/u.test(name)

function malformed(what: string): PlatformError {
  return new PlatformError('note_malformed', `${what}.`, {
    hint: 'The format is that of https://c2sp.org/signed-note.',
  })
}
