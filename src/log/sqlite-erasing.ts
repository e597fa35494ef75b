// Main-thread side of erasing: one call after the other, each in a thread of its own (sqlite-eraser.ts).
//
// The thread reads pages of the file past SQLite, by a descriptor that is opened here, once, and closed when no connection is
// left: whoever closes any descriptor of a file ends all locks that the process holds on it (POSIX), those of SQLite among
// them. Another program that then looks into the log, and knows of no lock, may take the write-ahead log away, and what
// was acknowledged since with it.

import { closeSync, openSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { PlatformError } from '#core/kernel/errors.ts'
import { siblingModule } from '#core/kernel/sibling-module.ts'
import type { EraserData, EraserMessage } from './sqlite-eraser.ts'

export type Erasing = {
  erase(indices: readonly number[]): Promise<number>
  /** Resolves when the call under way has ended; later ones fail. */
  close(): Promise<void>
  /** To be called last: when no connection of this process to the file is open any more. */
  release(): void
}

/** `wasCutOff`: an erasure was, and is ended now. Errors: those of the file system. */
export function createErasing(file: string, { wasCutOff }: { readonly wasCutOff: boolean }): Erasing {
  const descriptor = openSync(file, 'r')
  // What fails now is done by the next call.
  let last: Promise<unknown> = wasCutOff
    ? inThread({ file, descriptor, indices: [] }).catch(() => 0)
    : Promise.resolve()
  let isClosed = false
  let isReleased = false

  async function erase(indices: readonly number[]): Promise<number> {
    if (isClosed) throw unavailable('the server is stopping')
    return indices.length === 0 ? 0 : inThread({ file, descriptor, indices })
  }

  return {
    erase(indices) {
      const mine = last.then(() => erase(indices))
      last = mine.catch(() => undefined)
      return mine
    },
    async close() {
      isClosed = true
      await last
    },
    release() {
      if (!isReleased) closeSync(descriptor)
      isReleased = true
    },
  }
}

function inThread(data: EraserData): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(siblingModule(import.meta.url, 'sqlite-eraser'), { workerData: data, name: 'log-eraser' })
    let end: EraserMessage = { kind: 'failed', reason: 'its thread ended' }
    worker.on('message', (message: EraserMessage) => (end = message))
    worker.on('error', (error) => (end = { kind: 'failed', reason: error.message }))
    worker.once('exit', () => {
      if (end.kind === 'erased') resolve(end.payloads)
      else reject(unavailable(end.reason))
    })
  })
}

function unavailable(why: string): PlatformError {
  return new PlatformError('log_unavailable', `Payloads could not be erased: ${why}.`, {
    hint: 'Some may be gone. The server goes on erasing by itself; look at its log when it does not.',
  })
}
