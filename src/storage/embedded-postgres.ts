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
import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { PlatformError } from '#core/kernel/errors.ts'
import { siblingModule } from '#core/kernel/sibling-module.ts'
import type { PgliteWorkerData, PgliteWorkerMessage, PgliteWorkerRequest } from './pglite-worker.ts'
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
  // Threads inherit their priority. Used once from here, the runtime's pool of threads (files, names) begins with that of
  // the process; begun by the database's thread, it would have its lower one.
  await stat(tmpdir())
  const thread = new DatabaseThread({ viewDir, socketPath: chooseSocketPath(resolve(dataDir)) }, logger)
  try {
    await thread.launch()
  } catch (error) {
    throw new PlatformError('view_unavailable', `The embedded database does not start: ${(error as Error).message}.`, {
      cause: error,
      hint: `Check that ${viewDir} can be written and the disk has room, or set DATABASE_URL.`,
    })
  }
  return thread
}

class DatabaseThread implements EmbeddedPostgres {
  readonly #data: PgliteWorkerData
  readonly #logger: StorageLogger
  #worker: Worker | undefined
  #isClosing = false
  #doubt: string | undefined
  #pauseMs = restartMs.first
  #timer: NodeJS.Timeout | undefined

  constructor(data: PgliteWorkerData, logger: StorageLogger) {
    this.#data = data
    this.#logger = logger
  }

  get socketPath(): string {
    return this.#data.socketPath
  }

  async launch(): Promise<void> {
    const doubt = this.#doubt ?? doubtOf(this.#data.viewDir)
    this.#doubt = undefined
    if (doubt !== undefined) this.#removeFolder(doubt)
    try {
      this.#worker = await startWorker(this.#data)
    } catch (error) {
      this.#removeFolder(`it does not open: ${(error as Error).message}`)
      this.#worker = await startWorker(this.#data)
    }
    const startedAt = performance.now()
    this.#worker.once('exit', () => this.#onExit(performance.now() - startedAt))
    if (this.#isClosing) await stopWorker(this.#worker)
  }

  replace(reason: string): void {
    if (this.#isClosing || this.#doubt !== undefined) return
    this.#doubt = reason
    void this.#worker?.terminate()
  }

  async close(): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    clearTimeout(this.#timer)
    if (this.#worker) await stopWorker(this.#worker)
    if (process.platform !== 'win32') rmSync(dirname(this.socketPath), { recursive: true, force: true })
  }

  #onExit(ranMs: number): void {
    if (this.#isClosing) return
    if (ranMs < soonMs) this.#doubt ??= 'the database ended soon after its start'
    else this.#pauseMs = restartMs.first
    this.#relaunchSoon()
  }

  #relaunchSoon(): void {
    this.#logger.error({ pauseMs: this.#pauseMs }, 'The embedded database ended; it is started again.')
    this.#timer = setTimeout(() => {
      this.launch().catch((error: unknown) => {
        this.#logger.error({ err: error }, 'The embedded database does not start.')
        if (!this.#isClosing) this.#relaunchSoon()
      })
    }, this.#pauseMs)
    this.#pauseMs = Math.min(this.#pauseMs * 2, restartMs.max)
  }

  #removeFolder(reason: string): void {
    this.#logger.warn({ reason }, 'The embedded database’s folder is made anew; the view is rebuilt from the log.')
    discard(this.#data.viewDir)
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
  worker.postMessage({ kind: 'close' } satisfies PgliteWorkerRequest, [])
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
