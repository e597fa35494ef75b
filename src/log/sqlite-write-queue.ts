// Main-thread side of the writer: collects appends, hands the next batch over when the last one is durable. A caller who is
// alone is served right here (sqlite-lone-writer.ts).

import { Worker } from 'node:worker_threads'
import { PlatformError } from '#core/kernel/errors.ts'
import { siblingModule } from '#core/kernel/sibling-module.ts'
import type { Appended, Log, LogItem } from './log.ts'
import { pack } from './packed-bytes.ts'
import type { WriteItem } from './sqlite-batch.ts'
import { LoneWriter } from './sqlite-lone-writer.ts'
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

/** Resolves when the writer has the file open. Errors: log_unavailable. */
export async function createWriteQueue(file: string, queueMax: number): Promise<WriteQueue> {
  const worker = new Worker(siblingModule(import.meta.url, 'sqlite-writer'), {
    workerData: { file },
    name: 'log-writer',
  })
  const lone = new LoneWriter({ file, monotonic: () => performance.now() })
  const queue = new Queue({ worker, lone }, { head: await firstHead(worker), queueMax })
  return {
    append: (item) => queue.append(item),
    head: () => queue.head,
    onGrowth: (listener) => queue.onGrowth(listener),
    close: () => queue.close(),
  }
}

class Queue {
  head: number
  readonly #worker: Worker
  readonly #lone: LoneWriter
  readonly #queueMax: number
  readonly #listeners = new Set<() => void>()
  #waiting: Waiting[] = []
  #inFlight: Waiting[] = []
  #isScheduled = false
  /** The writing thread does not know what was written here since its last batch. */
  #isThreadBehind = false
  #isClosing = false
  #broken: Error | undefined
  #onIdle: (() => void) | undefined

  constructor(
    { worker, lone }: { worker: Worker; lone: LoneWriter },
    { head, queueMax }: { head: number; queueMax: number },
  ) {
    this.head = head
    this.#worker = worker
    this.#lone = lone
    this.#queueMax = queueMax
    worker.on('message', (reply: WriteReply) => this.#settle(reply))
    worker.on('error', (error) => this.#break(error))
  }

  append(item: LogItem): Promise<Appended> {
    return new Promise((resolve, reject) => {
      const refused = this.#refusal(item)
      if (refused) return reject(refused)
      this.#waiting.push({ item, resolve, reject })
      this.#schedule()
    })
  }

  onGrowth(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async close(): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    if (this.#inFlight.length > 0 || this.#waiting.length > 0) await new Promise<void>((done) => (this.#onIdle = done))
    this.#lone.close()
    if (this.#broken) return
    const exited = new Promise((done) => this.#worker.once('exit', done))
    this.#worker.postMessage({ close: true } satisfies WriteRequest)
    await exited
  }

  #refusal(item: LogItem): PlatformError | undefined {
    if (this.#isClosing) return unavailable('the server is stopping')
    if (this.#broken) return unavailable(this.#broken.message)
    if ((item.payloads?.length ?? 0) > payloadPartsMax)
      return unavailable(`an entry has at most ${payloadPartsMax} payloads`)
    if (this.#waiting.length < this.#queueMax) return undefined
    return new PlatformError('overloaded', `${this.#waiting.length} records wait to be written; no more are taken.`, {
      hint: 'Try again after the time in Retry-After.',
    })
  }

  #schedule(): void {
    if (this.#isScheduled || this.#inFlight.length > 0 || this.#waiting.length === 0) return
    this.#isScheduled = true
    // At the end of this turn of the event loop, so that all requests read in it share the commit.
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#isScheduled = false
    const batch = this.#waiting.splice(0, batchMax)
    this.#inFlight = batch
    const pieces: Uint8Array[] = []
    const items = batch.map(({ item }): WriteItem => {
      const payloads = item.payloads ?? []
      pieces.push(item.entry)
      for (const payload of payloads) pieces.push(payload.salt, payload.bytes)
      return { id: item.id, subjectRef: item.subjectRef, once: item.once, parts: payloads.map(({ part }) => part) }
    })
    if (this.#lone.isTurn(batch.length) && this.#commitHere(items, pieces)) return
    const packed = pack(pieces)
    // One text is cloned far faster than many small objects.
    const request: WriteRequest = { items: JSON.stringify(items), packed, isBehind: this.#isThreadBehind }
    this.#isThreadBehind = false
    this.#worker.postMessage(request, [packed.bytes.buffer, packed.lengths.buffer])
  }

  /** False when the batch is to go to the writing thread after all. */
  #commitHere([item]: readonly WriteItem[], pieces: readonly Uint8Array[]): boolean {
    if (!item) return false
    this.#isThreadBehind = true
    const done = this.#lone.commit(item, pieces, this.head)
    if (done) this.#settle(done)
    return done !== undefined
  }

  #settle(reply: WriteReply): void {
    const done = this.#inFlight
    this.#inFlight = []
    if ('head' in reply) this.head = reply.head
    if ('indices' in reply) {
      for (const [at, { resolve }] of done.entries()) {
        const index = reply.indices[at] ?? 0
        resolve(index >= 0 ? { kind: 'appended', index } : { kind: 'taken', index: -index - 1 })
      }
    } else if ('error' in reply) {
      for (const { reject } of done) reject(unavailable(reply.error))
    }
    this.#schedule()
    if (this.#inFlight.length === 0 && this.#waiting.length === 0) this.#onIdle?.()
    for (const listener of this.#listeners) listener()
  }

  #break(error: Error): void {
    this.#broken = error
    for (const { reject } of [...this.#inFlight, ...this.#waiting]) reject(unavailable(error.message))
    this.#inFlight = []
    this.#waiting = []
    this.#onIdle?.()
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
