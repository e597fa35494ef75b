// What a kept note promises: so many entries with this root, signed by a key of the log.

import { PlatformError } from '#core/kernel/errors.ts'
import { parseCheckpoint, type Checkpoint } from '#core/tlog/checkpoint.ts'
import { parseVkey, verifyNote } from '#core/tlog/note.ts'
import { badCheckpoint } from './tree-refusals.ts'

export type Promised = {
  readonly size: number
  /** Base64. */
  readonly root: string
  /** Names it in messages. */
  readonly where: string
}

type Log = { readonly origin: string; readonly keys: { vkeys(): readonly string[] } }
/** `size`: what it is kept under, if anything. */
type Kept = { readonly where: string; readonly size?: number }

/** Errors: checkpoint_invalid. */
export function readPromise({ origin, keys }: Log, note: string, { where, size }: Kept): Promised {
  const found = readSigned(note, keys.vkeys(), where)
  if (found.origin !== origin) throw badCheckpoint(where, `it is of ${found.origin}, this log is ${origin}`)
  if (size !== undefined && found.size !== size)
    throw badCheckpoint(where, `it is kept as one of ${size} entries and says ${found.size}`)
  return { size: found.size, root: Buffer.from(found.root).toString('base64'), where }
}

function readSigned(note: string, vkeys: readonly string[], where: string): Checkpoint {
  try {
    const verified = verifyNote(note, vkeys.map(parseVkey))
    if (verified.kind === 'refused') throw badCheckpoint(where, verified.reason)
    return parseCheckpoint(verified.note.text)
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'note_malformed') throw badCheckpoint(where, error.message)
    throw error
  }
}
