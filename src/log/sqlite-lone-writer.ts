// The shortest way for a caller who is alone: the commit happens on the calling thread.
//
// Handing a batch to the writing thread and its answer back wakes two idle cores, which costs a lone caller more than the
// fsync itself. So after a run of batches of one, the next one is committed right here; the first batch of two or more
// ends it. What must not happen is that the main thread waits:
//
//   RESTING ──(enough batches of one in a row)──▶ LONE ──(a batch of more, a slow commit, any error)──▶ RESTING
//
// A slow commit (a disk with a slow fsync) makes the rest a long one. A lock held by the writing thread is an error at
// once (no busy timeout), and the batch then goes to that thread as any other. A part of the commits goes there too,
// because only the writing thread moves the write-ahead log into the file.

import type { DatabaseSync } from 'node:sqlite'
import { BatchWriter, type WriteItem } from './sqlite-batch.ts'
import { openForWriting } from './sqlite-schema.ts'

/** Batches of one in a row before the next is committed here. */
const aloneAfter = 4
/** A commit longer than this is better waited for elsewhere. */
const commitMsMax = 1
/** Batches that go to the writing thread after a slow commit or an error. */
const restAfterSlow = 1_000
/** Every so many batches one goes to the writing thread. */
const shareOfThread = 64

export type LoneWriterOptions = { readonly file: string; readonly monotonic: () => number }

/** `indices` and `head` of a commit that is durable; undefined: hand it to the writing thread. */
export type LoneCommit = { readonly indices: readonly number[]; readonly head: number } | undefined

export class LoneWriter {
  readonly #options: LoneWriterOptions
  #db: DatabaseSync | undefined
  #writer: BatchWriter | undefined
  #inARow = 0
  #resting = 0
  #sinceThread = 0

  constructor(options: LoneWriterOptions) {
    this.#options = options
  }

  /** To be asked for every batch: it counts them. */
  isTurn(batchSize: number): boolean {
    this.#inARow = batchSize === 1 ? this.#inARow + 1 : 0
    if (this.#resting > 0) {
      this.#resting--
      return false
    }
    if (this.#inARow <= aloneAfter) return false
    this.#sinceThread = (this.#sinceThread + 1) % shareOfThread
    return this.#sinceThread !== 0
  }

  /** `head`: the next index as the queue knows it. */
  commit(item: WriteItem, pieces: readonly Uint8Array[], head: number): LoneCommit {
    const began = this.#options.monotonic()
    try {
      const writer = (this.#writer ??= this.#open())
      writer.head = head
      const indices = writer.write([item], pieces)
      if (this.#options.monotonic() - began > commitMsMax) this.#resting = restAfterSlow
      return { indices, head: writer.head }
    } catch {
      this.#resting = restAfterSlow
      this.close()
      return undefined
    }
  }

  close(): void {
    try {
      this.#db?.close()
    } catch {
      // A connection that cannot be closed is dropped; its transaction goes with it.
    }
    this.#db = this.#writer = undefined
  }

  #open(): BatchWriter {
    this.#db = openForWriting(this.#options.file)
    this.#db.exec('pragma busy_timeout=0; pragma wal_autocheckpoint=0; pragma cache_size=-2048')
    return new BatchWriter(this.#db)
  }
}
