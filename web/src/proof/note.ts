// A signed note (C2SP signed-note) and the checkpoint that it carries (C2SP tlog-checkpoint).

import { fromBase64, joinBytes, ProofProblem, toHex, utf8, type Bytes } from './bytes.ts'
import type { ProofCrypto } from './proof-crypto.ts'
import type { Vkey } from './vkey.ts'

/** One line under a note. `id` is the key's; `bytes` what follows it. */
export type NoteSignature = { readonly name: string; readonly id: string; readonly bytes: Bytes }
export type Note = { readonly text: string; readonly signatures: readonly NoteSignature[] }

const signaturesMax = 64

/** Errors: ProofProblem. */
export function parseNote(note: string): Note {
  const split = note.lastIndexOf('\n\n')
  if (split < 0) throw new ProofProblem('The checkpoint has no empty line between its text and its signatures.')
  if (!note.endsWith('\n')) throw new ProofProblem('The checkpoint does not end with a line break; it was cut off.')
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > signaturesMax) throw new ProofProblem(`The checkpoint has more than ${signaturesMax} signatures.`)
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) }
}

function parseSignature(line: string): NoteSignature {
  const match = /^— ([^+\s]+) (\S+)$/.exec(line)
  if (match === null) throw new ProofProblem(`“${line.slice(0, 60)}” is no signature line: — name base64.`)
  const [, name = '', encoded = ''] = match
  const bytes = fromBase64(encoded, `The signature of ${name}`)
  if (bytes.length < 5) throw new ProofProblem(`The signature of ${name} is too short.`)
  return { name, id: toHex(bytes.slice(0, 4)), bytes: bytes.slice(4) }
}

export type Checkpoint = {
  readonly origin: string
  readonly size: number
  readonly root: Bytes
  readonly rootText: string
}

/** Errors: ProofProblem. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', sizeText = '', rootText = ''] = text.split('\n')
  if (origin === '') throw new ProofProblem('The checkpoint names no log in its first line.')
  const size = parseNumber(sizeText, 'The checkpoint’s size')
  const root = fromBase64(rootText, 'The checkpoint’s root')
  if (root.length !== 32) throw new ProofProblem(`The checkpoint’s root has ${root.length} bytes instead of 32.`)
  return { origin, size, root, rootText }
}

/** A decimal without a sign and leading zeros. Errors: ProofProblem. */
export function parseNumber(text: string, what: string): number {
  const value = Number(text)
  if (!/^(0|[1-9][0-9]*)$/.test(text) || !Number.isSafeInteger(value))
    throw new ProofProblem(`${what} is “${text.slice(0, 30)}”, which is no number.`)
  return value
}

/** Whether `key` made this signature of the note's text. For a cosignature `at` is the time it vouches for. */
export async function checkSignature(
  { text, signature, key }: { text: string; signature: NoteSignature; key: Vkey },
  crypto: ProofCrypto,
): Promise<{ readonly holds: boolean; readonly at: string | null }> {
  if (key.kind === 'note') {
    const signed = { publicKey: key.publicKey, message: utf8(text), signature: signature.bytes }
    return { holds: await crypto.verifyEd25519(signed), at: null }
  }
  // The first eight bytes are the POSIX time, which is signed along.
  if (signature.bytes.length !== 72) return { holds: false, at: null }
  const seconds = new DataView(joinBytes(signature.bytes).buffer).getBigUint64(0)
  const message = utf8(`cosignature/v1\ntime ${seconds}\n${text}`)
  const signed = { publicKey: key.publicKey, message, signature: signature.bytes.slice(8) }
  return { holds: await crypto.verifyEd25519(signed), at: instantOf(seconds) }
}

/** Null beyond what a Date can hold. */
function instantOf(seconds: bigint): string | null {
  const date = new Date(Number(seconds) * 1000)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}
