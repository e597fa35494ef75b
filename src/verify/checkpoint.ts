// Checkpoints (C2SP tlog-checkpoint): the origin, the size and the root of a log, as a signed note.

import { fromBase64, parseNote, type SignedNote } from './signed-note.ts'
import { hashBytes } from './tree-builder.ts'

export type Checkpoint = {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  readonly note: SignedNote
}

/** Answers what is wrong with it as a text. */
export function parseCheckpoint(text: string): Checkpoint | string {
  const note = parseNote(text)
  if (typeof note === 'string') return note
  const [origin = '', size = '', root = '', ...more] = note.text.slice(0, -1).split('\n')
  if (origin === '') return 'its first line, the origin, is empty'
  if (!/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size))) return 'its second line is not a size'
  const bytes = fromBase64(root)
  if (bytes?.length !== hashBytes) return 'its third line is not a root hash in base64'
  if (more.includes('')) return 'it has an empty line'
  return { origin, size: Number(size), root: bytes, note }
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
