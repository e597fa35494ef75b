// What a witness knows of each log it follows: the newest checkpoint that it cosigned. It is kept in a file for each log and
// is durable before the cosignature leaves, so that the witness never signs two trees that do not fit together, also not
// after it was killed.

import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hash } from 'node:crypto'
import { PlatformError } from '#core/kernel/errors.ts'
import { emptyRoot } from '#core/kernel/merkle-hash.ts'
import { parseCheckpoint, type Checkpoint } from '#core/tlog/checkpoint.ts'
import { verifyNote, type VerifierKey } from '#core/tlog/note.ts'
import { writePrivateFile } from '#log/whole-file.ts'

/** A log and its keys: more than one after a rotation. */
export type FollowedLog = { readonly origin: string; readonly keys: readonly VerifierKey[] }

export type WitnessBook = {
  /** Undefined for a log that is not followed. */
  find(origin: string): FollowedLog | undefined
  /** What was cosigned last; size 0 when nothing was. */
  latest(log: FollowedLog): Checkpoint
  /** Durable when it returns. */
  keep(log: FollowedLog, note: string): void
  all(): readonly { readonly log: FollowedLog; readonly latest: Checkpoint }[]
}

/** Errors: data_dir_invalid when a file cannot be read, or is not what was written. */
export function openWitnessBook(dir: string, keys: readonly VerifierKey[]): WitnessBook {
  const folder = join(dir, 'logs')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const logs = new Map(
    [...Map.groupBy(keys, ({ name }) => name)].map(([origin, its]) => [origin, { origin, keys: its }]),
  )
  const newest = new Map([...logs.values()].map((log) => [log.origin, readLatest(fileOf(folder, log), log)]))
  const latest = ({ origin }: FollowedLog): Checkpoint => newest.get(origin) ?? { origin, size: 0, root: emptyRoot }
  return {
    find: (origin) => logs.get(origin),
    latest,
    keep(log, note) {
      writePrivateFile(fileOf(folder, log), note)
      newest.set(log.origin, parseCheckpoint(note))
    },
    all: () => [...logs.values()].map((log) => ({ log, latest: latest(log) })),
  }
}

/** Origins may hold any character; the file itself says which log it is of. */
const fileOf = (folder: string, { origin }: FollowedLog): string =>
  join(folder, `${hash('sha256', origin, 'hex').slice(0, 32)}.checkpoint`)

function readLatest(file: string, log: FollowedLog): Checkpoint {
  if (!existsSync(file)) return { origin: log.origin, size: 0, root: emptyRoot }
  try {
    const note = readFileSync(file, 'utf8')
    const verified = verifyNote(note, log.keys)
    if (verified.kind === 'refused') throw new Error(verified.reason)
    const checkpoint = parseCheckpoint(note)
    if (checkpoint.origin !== log.origin) throw new Error(`it is of the log ${checkpoint.origin}`)
    return checkpoint
  } catch (error) {
    throw new PlatformError('data_dir_invalid', `The state ${file} cannot be used: ${(error as Error).message}.`, {
      cause: error,
      hint: `Put the file back as it was, with every key of ${log.origin}. A witness that lost its state is retired: start another, with a new key.`,
    })
  }
}
