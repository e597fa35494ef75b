// The thread of the embedded database: PGlite, served over PostgreSQL's wire protocol on a socket.
//
// It runs at a lower priority than the process, because it follows the log: when processors are short, the work that
// answers callers goes first and the view lags a little.

import { parentPort, workerData } from 'node:worker_threads'
import type { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { lowerPriority } from '#log/lower-priority.ts'
import { dataFolder, noteClosed, noteOpen } from './view-folder.ts'
import { openOrCopy } from './view-template.ts'

export type PgliteWorkerData = { readonly viewDir: string; readonly socketPath: string }
/** Ends the thread once everything is on disk. */
export type PgliteWorkerRequest = { readonly kind: 'close' }
export type PgliteWorkerMessage = { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly reason: string }

const port = parentPort
if (!port) throw new Error('pglite-worker runs as a worker thread')
const { viewDir, socketPath } = workerData as PgliteWorkerData

function say(message: PgliteWorkerMessage): void {
  port?.postMessage(message)
}

/**
 * PGlite's backend cannot go on after it threw (an abort inside WebAssembly), and the socket server would wait for ever:
 * the thread ends instead, and whoever started it starts another.
 */
function endOnAbort(db: PGlite): void {
  const execute = db.execProtocolRawStream.bind(db)
  db.execProtocolRawStream = async (...call) => {
    try {
      await execute(...call)
    } catch (error) {
      say({ kind: 'failed', reason: (error as Error).message })
      process.exit(1)
    }
  }
}

lowerPriority()
try {
  noteOpen(viewDir)
  const db = await openOrCopy(dataFolder(viewDir))
  endOnAbort(db)
  // One connection is used at a time (open-database.ts); the others are those just ending and just beginning.
  const server = new PGLiteSocketServer({ db, path: socketPath, maxConnections: 8 })
  await server.start()
  port.on('message', () => {
    void (async () => {
      await server.stop()
      await db.close()
      noteClosed(viewDir)
      process.exit(0)
    })()
  })
  say({ kind: 'ready' })
} catch (error) {
  say({ kind: 'failed', reason: (error as Error).message })
  process.exit(1)
}
