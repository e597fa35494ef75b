// Main-thread side of the reader: sends queries, matches answers.

import { Worker } from 'node:worker_threads'
import { invariant, PlatformError } from '#core/kernel/errors.ts'
import { siblingModule } from '#core/kernel/sibling-module.ts'
import type { LogRecord, SubjectQuery } from './log.ts'
import { unpack } from './packed-bytes.ts'
import type { ReadQuery, ReadReply, ReadRequest, ReadResult } from './sqlite-reader.ts'

type Waiting = { readonly resolve: (result: ReadResult) => void; readonly reject: (error: PlatformError) => void }

export type ReadQueue = {
  records(query: ReadQuery): Promise<readonly LogRecord[]>
  once(once: string): Promise<number | undefined>
  bySubject(subjectRef: string, query: SubjectQuery): Promise<readonly number[]>
  close(): Promise<void>
}

export function createReadQueue(file: string): ReadQueue {
  const worker = new Worker(siblingModule(import.meta.url, 'sqlite-reader'), {
    workerData: { file },
    name: 'log-reader',
  })
  const waiting = new Map<number, Waiting>()
  let calls = 0
  let stopped: string | undefined

  worker.on('message', (reply: ReadReply) => {
    if ('closed' in reply) return
    const caller = waiting.get(reply.call)
    waiting.delete(reply.call)
    if ('error' in reply) caller?.reject(unreadable(reply.error))
    else caller?.resolve(reply.result)
  })
  worker.on('error', (error) => fail(error.message))

  function fail(why: string): void {
    stopped = why
    for (const { reject } of waiting.values()) reject(unreadable(why))
    waiting.clear()
  }

  function ask(query: ReadQuery): Promise<ReadResult> {
    return new Promise((resolve, reject) => {
      if (stopped !== undefined) return reject(unreadable(stopped))
      waiting.set(++calls, { resolve, reject })
      worker.postMessage({ query, call: calls } satisfies ReadRequest)
    })
  }

  return {
    async records(query) {
      const result = await ask(query)
      invariant(result.kind === 'records', 'a query for records answers records')
      const pieces = unpack(result.packed)
      let at = 0
      return result.heads.map(({ index, subjectRef, parts }) => {
        const entry = take(pieces, at++)
        const payloads = parts.map((part) => ({ part, salt: take(pieces, at++), bytes: take(pieces, at++) }))
        return { index, entry, payloads, subjectRef }
      })
    },
    async once(once) {
      const result = await ask({ kind: 'once', once })
      return result.kind === 'index' ? result.index : undefined
    },
    async bySubject(subjectRef, query) {
      const result = await ask({ kind: 'subject', subjectRef, query })
      return result.kind === 'indices' ? result.indices : []
    },
    async close() {
      if (stopped !== undefined) return
      const exited = new Promise((done) => worker.once('exit', done))
      worker.postMessage({ close: true } satisfies ReadRequest)
      await exited
      fail('the log is closed')
    },
  }
}

function take(pieces: readonly Uint8Array[], at: number): Uint8Array {
  const piece = pieces[at]
  invariant(piece, 'the reader packs every piece it names')
  return piece
}

function unreadable(why: string): PlatformError {
  return new PlatformError('log_unavailable', `The log cannot be read: ${why}.`, { hint: 'See the server’s log.' })
}
