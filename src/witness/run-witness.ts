// A witness in this process, from its folder to the port at which it listens.

import { mkdirSync } from 'node:fs'
import { PlatformError } from '#core/kernel/errors.ts'
import { keyTypes, parseVkey, type VerifierKey } from '#core/tlog/note.ts'
import { lockFolder, type FolderLock } from '#log/folder-lock.ts'
import { createWitnessApp } from './witness-app.ts'
import { openWitnessBook } from './witness-book.ts'
import { openWitnessKey } from './witness-key.ts'

export type WitnessOptions = {
  readonly dir: string
  /** Verifier keys of the logs to follow. */
  readonly logs: readonly string[]
  readonly name?: string
  readonly port: number
  readonly host: string
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** What it cannot answer for: a full disk. */
  readonly onFailure: (error: Error) => void
}

export type RunningWitness = {
  readonly url: string
  readonly name: string
  readonly vkey: string
  readonly logs: readonly { readonly origin: string; readonly size: number }[]
  /** May be called twice. */
  close(): Promise<void>
}

/** Errors: data_dir_in_use, data_dir_invalid, configuration_invalid, address_in_use, note_malformed. */
export async function runWitness(options: WitnessOptions): Promise<RunningWitness> {
  const { dir, host, port, clock, onFailure } = options
  const keys = options.logs.map(readLogKey)
  const held = lockWitness(dir)
  try {
    const cosigner = openWitnessKey(dir, options.name)
    const book = openWitnessBook(dir, keys)
    const app = createWitnessApp({ book, cosigner, clock, onFailure })
    const url = await app.listen({ host, port }).catch((error: Error) => {
      throw cannotListen({ host, port }, error)
    })
    held.describe({ pid: process.pid, url })
    const logs = book.all().map(({ log, latest }) => ({ origin: log.origin, size: latest.size }))
    let closing: Promise<void> | undefined
    const close = () => (closing ??= app.close().then(() => held.release()))
    return { url, name: cosigner.name, vkey: cosigner.vkey, logs, close }
  } catch (error) {
    held.release()
    throw error
  }
}

function readLogKey(vkey: string): VerifierKey {
  const key = parseVkey(vkey)
  if (key.type === keyTypes.ed25519) return key
  throw new PlatformError('configuration_invalid', `${vkey} is the key of a witness, not of a log.`, {
    hint: 'A server says its own at GET /api/v1/log, and `airworthy log status` prints it.',
  })
}

function lockWitness(dir: string): FolderLock {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const message = `The folder ${dir} cannot be made: ${(cause as Error).message}.`
    throw new PlatformError('data_dir_invalid', message, {
      cause,
      hint: 'Choose one that this user may write to: --dir.',
    })
  }
  try {
    return lockFolder(dir)
  } catch (cause) {
    if (!(cause instanceof PlatformError) || cause.code !== 'data_dir_in_use') throw cause
    const message = cause.message.replace('Another server', 'Another witness')
    throw new PlatformError('data_dir_in_use', message, {
      cause,
      hint: 'Stop it first, or give this one its own: --dir.',
    })
  }
}

function cannotListen(
  { host, port }: Pick<WitnessOptions, 'host' | 'port'>,
  cause: NodeJS.ErrnoException,
): PlatformError {
  if (cause.code === 'EADDRINUSE') {
    return new PlatformError('address_in_use', `Another program listens on port ${port} of ${host}.`, {
      cause,
      hint: 'Stop it, or choose another port: --port (0 takes any free one).',
    })
  }
  return new PlatformError(
    'configuration_invalid',
    `The witness cannot listen on port ${port} of ${host}: ${cause.message}.`,
    {
      cause,
      hint: 'Give --host an address of this machine, and --port one that this user may take.',
    },
  )
}
