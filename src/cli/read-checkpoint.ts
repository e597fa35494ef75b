// A checkpoint that was fetched or kept, with an error for people where it is none.

import { parseCheckpoint, type Checkpoint } from '#core/tlog/checkpoint.ts'
import { CliError, exitCodes } from './exit-codes.ts'

/** `what` begins the sentence that says what is wrong. Errors: CliError (doesNotHold). */
export function readCheckpoint(note: Uint8Array, what: string): Checkpoint {
  try {
    return parseCheckpoint(Buffer.from(note).toString('utf8'))
  } catch (error) {
    throw new CliError(exitCodes.doesNotHold, `${what} cannot be used. ${(error as Error).message}`, {
      hint: 'Is it the log of an Airworthy server?',
      cause: error,
    })
  }
}
