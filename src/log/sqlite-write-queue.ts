// Main-thread side of the writer: collects appends, hands the next batch over when the last one is durable.

import { Worker } from 'node:worker_threads'
import { PlatformError } from '#core/kernel/errors.ts'
import { siblingModule } from '#core/kernel/sibling-module.ts'
import type { Appended, Log, LogItem } from './log.ts'
import { pack } from './packed-bytes.ts'
import { payloadPartsMax } from './sqlite-schema.ts'
import type { WriteReply, WriteRequest } from './sqlite-writer.ts'

type Waiting = {
  readonly item: LogItem
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: PlatformError) => void
}

/** More items in one transaction would only make the first of them wait longer. */
const batchMax = 2_000

export type WriteQueue = Pick<Log, 'append' | 'head' | 'onGrowth' | 'close'>

export async function createWriteQueue(file: string, queueMax: number): Promise<WriteQueue> {
  const worker = new Worker(siblingModule(import.meta.url, 'sqlite-writer'), { workerData: { file }, name: 'log-writer' })
  const listeners = new Set<() => void>()
  let waiting: Waiting[] = []
  let inFlight: Waiting[] = []
  let scheduled = false
  let closing = false
  let broken: Error | undefined
  let onIdle: (() => void) | undefined
  let head = await firstHead(worker)

  function schedule(): void {
    if (scheduled || inFlight.length > 0 || waiting.length === 0) return
    scheduled = true
    // At the end of this turn of the event loop, so that all requests read in it share the commit.
    setImmediate(flush)
  }

  function flush(): void {
    scheduled = false
    inFlight = waiting.length <= batchMax ? waiting : waiting.slice(0, batchMax)
    waiting = waiting.length <= batchMax ? [] : waiting.slice(batchMax)
    const pieces: Uint8Array[] = []
    const items = inFlight.map(({ item }) => {
      const payloads = item.payloads ?? []
      pieces.push(item.entry)
      for (const payload of payloads) pieces.push(payload.salt, payload.bytes)
      return { id: item.id, subjectRef: item.subjectRef, once: item.once, parts: payloads.map(({ part }) => part) }
    })
    const packed = pack(pieces)
    worker.postMessage({ items, packed } satisfies WriteRequest, [packed.bytes.buffer])
  }

  function settle(reply: WriteReply): void {
    const done = inFlight
    inFlight = []
    if ('indices' in reply) {
      head = reply.head
      for (const [at, { resolve }] of done.entries()) {
        const index = reply.indices[at] ?? 0
        resolve(index >= 0 ? { kind: 'appended', index } : { kind: 'taken', index: -index - 1 })
      }
    } else if ('error' in reply) {
      head = reply.head
      for (const { reject } of done) reject(unavailable(reply.error))
    }
    schedule()
    if (inFlight.length === 0 && waiting.length === 0) onIdle?.()
    for (const listener of listeners) listener()
  }

  worker.on('message', settle)
  worker.on('error', (error) => {
    broken = error
    for (const { reject } of [...inFlight, ...waiting]) reject(unavailable(error.message))
    inFlight = []
    waiting = []
    onIdle?.()
  })

  function refusal(item: LogItem): PlatformError | undefined {
    if (closing) return unavailable('the server is stopping')
    if (broken) return unavailable(broken.message)
    if (waiting.length >= queueMax) {
      return new PlatformError('overloaded', `${waiting.length} records wait to be written; no more are taken.`, {
        hint: 'Try again after the time in Retry-After.',
      })
    }
    if ((item.payloads?.length ?? 0) > payloadPartsMax) {
      return unavailable(`an entry has at most ${payloadPartsMax} payloads`)
    }
    return undefined
  }

  return {
    head: () => head,
    append: (item) =>
      new Promise((resolve, reject) => {
        const refused = refusal(item)
        if (refused) return reject(refused)
        waiting.push({ item, resolve, reject })
        schedule()
      }),
    onGrowth(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      if (closing) return
      closing = true
      if (!broken && (inFlight.length > 0 || waiting.length > 0)) await new Promise<void>((done) => (onIdle = done))
      if (!broken) {
        const exited = new Promise((done) => worker.once('exit', done))
        worker.postMessage({ close: true } satisfies WriteRequest)
        await exited
      }
    },
  }
}

function firstHead(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('message', (reply: WriteReply) => resolve('head' in reply ? reply.head : 0))
    worker.once('error', (error) => reject(unavailable(error.message)))
  })
}

function unavailable(why: string): PlatformError {
  return new PlatformError('log_unavailable', `The record could not be written: ${why}.`, {
    hint: 'Nothing was decided. Check disk space and the server’s log, then try again.',
  })
}
