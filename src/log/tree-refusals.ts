// Why a tree is not opened: sentences with the figures that whoever has to find out needs.

import { PlatformError } from '#core/kernel/errors.ts'

const restoreHint =
  'Put the newest copy of the log back; where "airworthy log copy" was cut off, run it again. If entries are lost for good, the copies of checkpoints outside tell which.'

type Rolled = { readonly head: number; readonly size: number; readonly where: string; readonly root?: string }

/** The log is shorter than what was promised. */
export function rolledBack({ head, size, where, root }: Rolled): PlatformError {
  const promised = `${size} entries${root === undefined ? '' : ` with the root ${root}`}`
  return new PlatformError('log_rolled_back', `The log has ${head} entries, but ${where} covers ${promised}.`, {
    hint: restoreHint,
    details: { entries: head, size, ...(root === undefined ? {} : { root }) },
  })
}

type Forked = { readonly size: number; readonly where: string; readonly root: string; readonly found: string }

/** The entries give another root than what was promised. */
export function forked({ size, where, root, found }: Forked): PlatformError {
  return new PlatformError(
    'log_forked',
    `The first ${size} entries give the root ${found}, but ${where} of that size has ${root}.`,
    {
      hint: 'Entries were changed after they were signed, or the log is another one. airworthy verify says which.',
      details: { size, root, found },
    },
  )
}

export function entryForked(index: number): PlatformError {
  return new PlatformError('log_forked', `The entry ${index} is not the one that was signed.`, {
    hint: 'It was changed after a checkpoint covered it. Put the newest copy of the log back.',
    details: { index },
  })
}

export function entriesForked(from: number, to: number): PlatformError {
  return new PlatformError('log_forked', `One of the entries ${from} to ${to} is not the one that was signed.`, {
    hint: 'It was changed after a checkpoint covered it. airworthy verify says which.',
    details: { from, to },
  })
}

export function entryMissing(index: number): PlatformError {
  return new PlatformError('log_forked', `The entry ${index} is missing, though later ones are there.`, {
    hint: 'Put the newest copy of the log back.',
    details: { index },
  })
}

/** `where` begins the sentence. */
export function badCheckpoint(where: string, problem: string): PlatformError {
  const subject = `${where.slice(0, 1).toUpperCase()}${where.slice(1)}`
  const why = problem.replace(/\.$/, '')
  return new PlatformError('checkpoint_invalid', `${subject} is not one that this log signed: ${why}.`, {
    hint: 'It was changed, or belongs to another log, or this folder is an older copy, from before a new key signed. Keep it: it is evidence.',
  })
}
