// What a failed query means for the caller: try again, the folder is damaged, a table is missing, or our mistake.

import { DatabaseError } from 'pg'
import { PlatformError } from '#core/kernel/errors.ts'

/**
 * `unavailable`: the database cannot answer now; the same call may succeed later. `missing`: the tables are not there.
 * `damaged`: the database's files are not what they should be. `refused`: the statement or its values are wrong, and trying
 * again changes nothing.
 */
export type SqlFailure = 'unavailable' | 'missing' | 'damaged' | 'refused'

// https://www.postgresql.org/docs/18/errcodes-appendix.html
const damageCodes = new Set(['XX001', 'XX002', '58P01', '58030'])
const missingCodes = new Set(['42P01', '3F000'])
/** Connection, rollback by the server, resources, not in the needed state, operator intervention, system. */
const passingClasses = new Set(['08', '40', '53', '55', '57', '58'])

export function sqlFailure(error: unknown): SqlFailure {
  if (!(error instanceof DatabaseError)) {
    // The driver's own errors (refused, reset, timed out) are plain errors; type errors are mistakes in our code.
    return error instanceof TypeError || error instanceof RangeError ? 'refused' : 'unavailable'
  }
  const code = error.code ?? ''
  if (damageCodes.has(code)) return 'damaged'
  if (missingCodes.has(code)) return 'missing'
  return passingClasses.has(code.slice(0, 2)) ? 'unavailable' : 'refused'
}

/** What callers get: `view_unavailable` for what passes, the database's own error for what does not. */
export function toViewError(error: unknown): unknown {
  if (error instanceof PlatformError || sqlFailure(error) === 'refused') return error
  return new PlatformError('view_unavailable', `The database does not answer: ${(error as Error).message}.`, {
    cause: error,
    hint: 'Decisions are made and recorded all the same. Try again; see the server’s log if it stays so.',
  })
}
