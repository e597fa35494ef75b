// Starts the embedded database's thread and keeps it running.
//
//   starting ──ready──► running ──thread ended──► waiting ──after a pause──► starting
//   A folder in doubt, or one that does not open, is removed and made anew: the view is rebuilt from the log.
//
// The socket has no password, so it lies where only this user can reach it: in a folder of mode 0700 inside the data
// folder, or in one under the system's temporary folder when that path is too long for a socket (about 100 bytes). On
// Windows it is a named pipe with a random name, which by default only its owner may write to.

import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { PlatformError } from '#core/kernel/errors.ts'
import { siblingModule } from '#core/kernel/sibling-module.ts'
import type { PgliteWorkerData, PgliteWorkerMessage } from './pglite-worker.ts'
import { discard, doubtOf } from './view-folder.ts'

export type StorageLogger = {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

export type EmbeddedPostgres = {
  readonly socketPath: string
  /** The database's files were found damaged: they are removed and the thread is started again. */
  replace(reason: string): void
  close(): Promise<void>
}

const openMsMax = 120_000
const closeMsMax = 30_000
const restartMs = { first: 200, max: 10_000 }
/** A thread that ends this soon after its start has probably met damaged files. */
const soonMs = 10_000

/** Errors: view_unavailable when it does not start on a fresh folder either. */
export async function startEmbeddedPostgres(dataDir: string, logger: StorageLogger): Promise<EmbeddedPostgres> {
  const viewDir = resolve(dataDir, 'view')
  const socketPath = chooseSocketPath(resolve(dataDir))
  let worker: Worker | undefined
  let closing = false
  let inDoubt: string | undefined
  let pauseMs = restartMs.first
  let timer: NodeJS.Timeout | undefined

  async function launch(): Promise<void> {
    const doubt = inDoubt ?? doubtOf(viewDir)
    inDoubt = undefined
    if (doubt !== undefined) removeFolder(doubt)
    try {
      worker = await startWorker({ viewDir, socketPath })
    } catch (error) {
      removeFolder(`it does not open: ${(error as Error).message}`)
      worker = await startWorker({ viewDir, socketPath })
    }
    const startedAt = performance.now()
    worker.once('exit', () => {
      if (closing) return
      if (performance.now() - startedAt < soonMs) inDoubt ??= 'the database ended soon after its start'
      else pauseMs = restartMs.first
      relaunchSoon()
    })
    if (closing) await stopWorker(worker)
  }

  function relaunchSoon(): void {
    logger.error({ pauseMs }, 'The embedded database ended; it is started again.')
    timer = setTimeout(() => {
      launch().catch((error: unknown) => {
        logger.error({ err: error }, 'The embedded database does not start.')
        if (!closing) relaunchSoon()
      })
    }, pauseMs)
    pauseMs = Math.min(pauseMs * 2, restartMs.max)
  }

  function removeFolder(reason: string): void {
    logger.warn({ reason }, 'The embedded database’s folder is made anew; the view is rebuilt from the log.')
    discard(viewDir)
  }

  await launch().catch((error: unknown) => {
    throw new PlatformError('view_unavailable', `The embedded database does not start: ${(error as Error).message}.`, {
      cause: error,
      hint: `Check that ${viewDir} can be written and the disk has room, or set DATABASE_URL.`,
    })
  })

  return {
    socketPath,
    replace(reason) {
      if (closing || inDoubt !== undefined) return
      inDoubt = reason
      void worker?.terminate()
    },
    async close() {
      if (closing) return
      closing = true
      clearTimeout(timer)
      if (worker) await stopWorker(worker)
      if (process.platform !== 'win32') rmSync(dirname(socketPath), { recursive: true, force: true })
    },
  }
}

function startWorker(data: PgliteWorkerData): Promise<Worker> {
  if (process.platform !== 'win32') rmSync(data.socketPath, { force: true })
  const worker = new Worker(siblingModule(import.meta.url, 'pglite-worker'), {
    workerData: data,
    name: 'view-database',
  })
  return new Promise((resolvePromise, reject) => {
    const timer = setTimeout(() => fail(`no answer within ${openMsMax / 1000} s`), openMsMax)
    function fail(reason: string): void {
      clearTimeout(timer)
      void worker.terminate()
      reject(new Error(reason))
    }
    worker.on('error', (error) => fail(error.message))
    worker.once('exit', () => fail('its thread ended'))
    worker.on('message', (message: PgliteWorkerMessage) => {
      if (message.kind === 'failed') return fail(message.reason)
      clearTimeout(timer)
      worker.removeAllListeners('exit')
      resolvePromise(worker)
    })
  })
}

/** Resolves when the thread has ended, by itself or by force. */
async function stopWorker(worker: Worker): Promise<void> {
  if (worker.threadId === -1) return
  const ended = new Promise((done) => worker.once('exit', done))
  const timer = setTimeout(() => void worker.terminate(), closeMsMax)
  worker.postMessage('close')
  await ended
  clearTimeout(timer)
}

/** sun_path holds 104 to 108 bytes, by system. */
const socketPathBytesMax = 100

function chooseSocketPath(dataDir: string): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\airworthy-${randomBytes(16).toString('hex')}`
  const inside = join(dataDir, 'run', 'view.sock')
  if (Buffer.byteLength(inside) > socketPathBytesMax)
    return join(mkdtempSync(join(tmpdir(), 'airworthy-')), 'view.sock')
  mkdirSync(dirname(inside), { recursive: true, mode: 0o700 })
  chmodSync(dirname(inside), 0o700)
  return inside
}
