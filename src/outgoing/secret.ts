// Secrets by reference. Manifests, logs and the API only ever hold the reference: `env:NAME` or `file:PATH`.
//
// Whoever may write a manifest chooses both the reference and the address that the secret goes to. So the server's own
// secrets are not for reading: names and folders handed in as reserved are refused like secrets that do not exist.

import { open, realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { PlatformError } from '#core/kernel/errors.ts'

export const secretBytesMax = 64 * 1024

export type SecretResolverOptions = {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Variables that belong to the server: `AIRWORTHY_ADMIN_KEY`, `DATABASE_URL`. */
  readonly reservedNames?: readonly string[]
  /** Folders that belong to the server: its data folder. */
  readonly reservedFolders?: readonly string[]
}

/** The secret without white space around it. Errors: secret_unavailable, which names the reference and never the value. */
export type ResolveSecret = (reference: string) => Promise<string>

/** True for what `ResolveSecret` takes. */
export function isSecretReference(text: string): boolean {
  return /^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/.test(text)
}

export function createSecretResolver(options: SecretResolverOptions): ResolveSecret {
  return async (reference) => {
    if (!isSecretReference(reference)) {
      // Not shown: somebody may have put the secret itself where its name belongs.
      throw new PlatformError('secret_unavailable', 'A secret is named in a form that is not known.', {
        hint: 'Write env:NAME or file:PATH.',
      })
    }
    const value = reference.startsWith('env:') ? fromEnv(options, reference) : await fromFile(options, reference)
    const secret = value.trim()
    if (secret === '') throw unavailable(reference, 'is empty')
    return secret
  }
}

function fromEnv({ env, reservedNames = [] }: SecretResolverOptions, reference: string): string {
  const name = reference.slice('env:'.length)
  if (reservedNames.includes(name)) throw unavailable(reference, 'belongs to the server and is not for use cases')
  const value = env[name]
  if (value === undefined) {
    throw unavailable(reference, 'is not set', `Set the environment variable ${name} where the server runs.`)
  }
  if (value.length > secretBytesMax) throw unavailable(reference, `is over ${secretBytesMax} bytes`)
  return value
}

async function fromFile({ reservedFolders = [] }: SecretResolverOptions, reference: string): Promise<string> {
  const path = resolve(reference.slice('file:'.length))
  const bytes = await readAtMost(reference, path, reservedFolders)
  if (bytes.length > secretBytesMax) throw unavailable(reference, `is over ${secretBytesMax} bytes`)
  return bytes.toString('utf8')
}

/** Up to one byte over the limit, so that a device or a huge file is not read to its end. */
async function readAtMost(reference: string, path: string, reservedFolders: readonly string[]): Promise<Buffer> {
  try {
    const real = await realpath(path)
    for (const folder of reservedFolders) {
      const realFolder = await realpath(folder).catch(() => resolve(folder))
      if (real.startsWith(realFolder + sep))
        throw unavailable(reference, 'belongs to the server and is not for use cases')
    }
    await using file = await open(real, 'r')
    if (!(await file.stat()).isFile()) throw unavailable(reference, 'is not a regular file')
    const buffer = Buffer.alloc(secretBytesMax + 1)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    if (error instanceof PlatformError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw unavailable(
      reference,
      `cannot be read (${code})`,
      'The path is seen from the machine and the user the server runs as.',
    )
  }
}

function unavailable(reference: string, what: string, hint?: string): PlatformError {
  return new PlatformError('secret_unavailable', `The secret ${reference} ${what}.`, hint === undefined ? {} : { hint })
}
