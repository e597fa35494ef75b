// `airworthy log copy`: opens and locks both ends, so that no server writes to either while it runs.

import { existsSync, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CopyLogOptions, CopyLogResult } from '#cli/services.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { copyLog } from '#log/copy-log.ts'
import { lockFolder } from '#log/folder-lock.ts'
import type { WritableLogArchive } from '#log/log-archive.ts'
import { openPostgresArchive } from '#log/postgres-archive.ts'
import { lockPostgresLog } from '#log/postgres-lock.ts'
import { cannotUse } from '#log/postgres-session.ts'
import { openSqliteArchive } from '#log/sqlite-archive.ts'

/** Errors: data_dir_in_use, log_in_use, data_dir_invalid, log_unavailable, and those of copyLog. */
export async function copyBetween({ from, to, onProgress }: CopyLogOptions): Promise<CopyLogResult> {
  await using stack = new AsyncDisposableStack()
  const source = await open(from, { stack, isTarget: false })
  const target = await open(to, { stack, isTarget: true })
  try {
    // Awaited here: what was opened is closed when this returns.
    return await copyLog({ from: source, to: target, ...(onProgress && { onProgress }) })
  } catch (error) {
    throw cannotCopy(error)
  }
}

type End = { readonly stack: AsyncDisposableStack; readonly isTarget: boolean }

async function open(place: string, { stack, isTarget }: End): Promise<WritableLogArchive> {
  const archive = await (/^postgres(ql)?:\/\//.test(place)
    ? onServer(place, stack)
    : inFolder(place, { stack, isTarget }))
  stack.defer(() => archive.close())
  return archive
}

async function onServer(url: string, stack: AsyncDisposableStack): Promise<WritableLogArchive> {
  try {
    const lock = await lockPostgresLog(url)
    stack.defer(() => lock.release())
    return await openPostgresArchive(url)
  } catch (error) {
    throw cannotUse(error)
  }
}

async function inFolder(place: string, { stack, isTarget }: End): Promise<WritableLogArchive> {
  const dir = resolve(place)
  if (isTarget) makeFolder(dir)
  else if (!existsSync(dir)) {
    throw new PlatformError('not_found', `There is no folder ${dir}.`, {
      hint: 'Name a data folder or a postgres:// address.',
    })
  }
  const lock = lockFolder(dir)
  stack.defer(() => lock.release())
  return openSqliteArchive(dir)
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new PlatformError('data_dir_invalid', `The folder ${dir} cannot be made: ${(error as Error).message}.`, {
      cause: error,
      hint: 'Name a folder that this user may write to.',
    })
  }
}

/** What a store says when it fails half-way; what was copied stays, and the next copy goes on from there. */
function cannotCopy(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error
  return new PlatformError('log_unavailable', `The log could not be copied: ${(error as Error).message}.`, {
    cause: error,
    hint: 'Put that right and copy again: it goes on where it was cut off.',
  })
}
