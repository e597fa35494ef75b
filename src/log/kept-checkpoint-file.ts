// The newest checkpoint, kept in a file outside the data folder: whoever puts an older copy of the folder back does not put
// this one back with it, and the next start sees that entries are missing.

import { readFileSync } from 'node:fs'
import { PlatformError } from '#core/kernel/errors.ts'
import type { KeptNote } from './tree-grower.ts'
import { writeWhole } from './whole-file.ts'

export type KeptCheckpointFile = KeptNote & {
  /** Why the last checkpoint could not be kept; null when it was. */
  trouble(): string | null
}

export function keptCheckpointFile(file: string): KeptCheckpointFile {
  let trouble: string | null = null
  return {
    read() {
      try {
        return readFileSync(file, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw new PlatformError(
          'configuration_invalid',
          `The kept checkpoint ${file} cannot be read: ${(error as Error).message}.`,
          { cause: error, hint: 'Set AIRWORTHY_KEPT_CHECKPOINT to a file this user may read and write.' },
        )
      }
    },
    write(note) {
      try {
        writeWhole(file, note)
        trouble = null
      } catch (error) {
        // The checkpoint is durable where it counts; that this copy is old is said, and tried again with the next one.
        trouble = `The checkpoint cannot be kept in ${file}: ${(error as Error).message}.`
      }
    },
    trouble: () => trouble,
  }
}
