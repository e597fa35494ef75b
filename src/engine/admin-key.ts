// The first key: without one nobody could make any.
//
// AIRWORTHY_ADMIN_KEY gives it; else the server makes one at its first start and keeps it in the data folder, readable by
// its owner only. Whoever can read that folder can read the log as well, so the file gives away nothing more. Deleting the
// file and starting again makes a new key: the way back in when the key was lost.

import { chmod, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PlatformError } from '#core/kernel/errors.ts'
import { hashKey } from '#core/access/key-hash.ts'
import { newKeyText, type KeyRing } from './key-ring.ts'

const adminKeyFileName = 'admin-key'

export type AdminKeyParts = {
  readonly ring: KeyRing
  /** AIRWORTHY_ADMIN_KEY. */
  readonly fromEnvironment?: string | undefined
  readonly dataDir: string
}

export type AdminKey = {
  readonly key: string
  /** Made by this start: to be shown once. */
  readonly isNew: boolean
  /** Null when the key came from the environment. */
  readonly file: string | null
  /** Something the operator should know, in a sentence. */
  readonly warning: string | null
}

const maker = { key: 'system', name: 'the server' }
const asked = { name: 'admin', scopes: [], roles: ['admin'] }

/** The ring must be loaded. Errors: configuration_invalid, data_dir_invalid, log_unavailable. */
export async function ensureAdminKey({ ring, fromEnvironment, dataDir }: AdminKeyParts): Promise<AdminKey> {
  if (fromEnvironment !== undefined && fromEnvironment !== '') return adoptFromEnvironment(ring, fromEnvironment)
  const file = join(dataDir, adminKeyFileName)
  const kept = await readKeyFile(file)
  if (kept !== undefined) {
    const isKnown = ring.list().some((row) => row.hash === hashKey(kept))
    if (!isKnown) await ring.adopt(kept, asked, maker)
    const isRevoked = ring.find(hashKey(kept)) === undefined
    const warning = isRevoked
      ? `The admin key in ${file} was revoked; use another, or delete the file for a new one.`
      : null
    return { key: kept, isNew: false, file, warning }
  }
  const key = newKeyText()
  // The file first: a key that is on the log but nowhere to be read would help nobody.
  await writeKeyFile(file, key)
  await ring.adopt(key, asked, maker)
  return { key, isNew: true, file, warning: null }
}

/** What `Authorization: Bearer` can carry. */
const sendable = /^[\x21-\x7e]{1,200}$/
const strongLength = 24

async function adoptFromEnvironment(ring: KeyRing, key: string): Promise<AdminKey> {
  if (!sendable.test(key)) {
    throw new PlatformError('configuration_invalid', 'AIRWORTHY_ADMIN_KEY must be 1 to 200 visible ASCII characters.', {
      hint: 'Make one: AIRWORTHY_ADMIN_KEY="aw_$(openssl rand -hex 32)".',
    })
  }
  const known = ring.list().find((row) => row.hash === hashKey(key))
  if (known?.revokedAt !== null && known !== undefined) {
    throw new PlatformError('configuration_invalid', 'The key in AIRWORTHY_ADMIN_KEY was revoked.', {
      hint: 'Set another one: a revoked key does not come back.',
    })
  }
  if (!known) await ring.adopt(key, asked, maker)
  const isWeak = key.length < strongLength
  const warning = isWeak ? `AIRWORTHY_ADMIN_KEY is short: use at least ${strongLength} random characters.` : null
  return { key, isNew: false, file: null, warning }
}

async function readKeyFile(file: string): Promise<string | undefined> {
  try {
    const key = (await readFile(file, 'utf8')).trim()
    await chmod(file, 0o600)
    if (sendable.test(key)) return key
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unusable(file, 'cannot be read', error)
  }
  throw unusable(file, 'does not hold a key')
}

async function writeKeyFile(file: string, key: string): Promise<void> {
  try {
    await using handle = await open(file, 'wx', 0o600)
    await handle.writeFile(`${key}\n`)
    await handle.sync()
  } catch (error) {
    throw unusable(file, 'cannot be written', error)
  }
}

function unusable(file: string, what: string, cause?: unknown): PlatformError {
  return new PlatformError('data_dir_invalid', `The file ${file}, which keeps the admin key, ${what}.`, {
    cause,
    hint: 'Make the data folder the server’s own, or delete the file: the next start makes a new key.',
  })
}
