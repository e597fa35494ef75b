// A checkpoint (c2sp.org/tlog-checkpoint): how many entries a log has, and the root of the tree over them. Signed as a note,
// it is the log's promise.

import { PlatformError } from '#core/kernel/errors.ts'
import { hashBytes } from '#core/kernel/merkle-hash.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { parseNote } from './note.ts'

export type Checkpoint = {
  /** The log's name. */
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** The text to sign. */
export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${encodeBase64(root)}\n`

/** Of a note's text, or of a whole note, whose signatures are not looked at. Errors: note_malformed. */
export function parseCheckpoint(text: string): Checkpoint {
  const body = text.includes('\n\n') ? parseNote(text).text : text
  const [origin = '', size = '', encoded = '', ...extensions] = body.split('\n')
  // What follows the last newline. Lines of extensions say nothing to us, but none may be empty.
  const end = extensions.pop()
  if (end !== '' || origin === '' || extensions.includes('')) throw malformed('It has not the lines of a checkpoint')
  if (!/^(0|[1-9]\d*)$/.test(size)) throw malformed(`Its size is no whole number: ${JSON.stringify(size.slice(0, 40))}`)
  if (!Number.isSafeInteger(Number(size))) throw malformed(`Its size is more than can be counted here: ${size}`)
  const root = decodeBase64(encoded)
  if (root?.length !== hashBytes) throw malformed(`Its root hash is not 32 bytes in base64: ${encoded.slice(0, 60)}`)
  return { origin, size: Number(size), root }
}

function malformed(what: string): PlatformError {
  return new PlatformError('note_malformed', `The checkpoint cannot be read. ${what}.`, {
    hint: 'The format is that of https://c2sp.org/tlog-checkpoint.',
  })
}
