// The log port: append, read, follow, head. The log is the truth; everything else is a view of it.
//
// One writer process per log (embedded store) assigns gapless indices from 0. The conformance suite in
// test/conformance/log.ts holds every store to the comments below.

import type { Payload } from '#core/kernel/payload.ts'

export type LogItem = {
  /** The entry's own bytes: a canonical CloudEvent. They never change once appended. */
  readonly entry: Uint8Array
  /** The CloudEvent's id, by which the entry can be found again. Unique. */
  readonly id: string
  readonly payloads?: readonly Payload[]
  /** Pseudonym of the person concerned; kept beside the payloads and erased with them, never in the entry. */
  readonly subjectRef?: string
  /**
   * A claim that may succeed once for the life of the log: `idempotency:…`, `review-decided:…`, `revision:…`.
   * It makes appends conditional: whoever comes second learns which entry came first.
   */
  readonly once?: string
}

/** `taken`: nothing was written, because an entry with the same `once` is already there, at `index`. */
export type Appended =
  | { readonly kind: 'appended'; readonly index: number }
  | { readonly kind: 'taken'; readonly index: number }

export type LogRecord = {
  readonly index: number
  readonly entry: Uint8Array
  /** What is left of them: an erased payload is absent. */
  readonly payloads: readonly Payload[]
  readonly subjectRef: string | undefined
}

export type Log = {
  /** Unique name of this log (`airworthy/<16 hex digits>`), fixed when it was made; every entry’s `source` is `/<origin>`. */
  readonly origin: string
  /**
   * Resolves when entry and payloads are durable (fsynced). Calls made while a commit runs share the next one.
   * Entries appended by one caller without awaiting keep their order. Errors: log_unavailable (nothing was written;
   * the caller may try again), overloaded (the queue is full: answer "try again later").
   */
  append(item: LogItem): Promise<Appended>
  /** Entries from `from` on, at most `limit`, in order. Empty when `from` is at or past the head. */
  read(from: number, limit: number, options?: ReadOptions): Promise<readonly LogRecord[]>
  /** The entries at these indices, in the order asked for; an index past the head is left out. At most 1,000. */
  get(indices: readonly number[], options?: ReadOptions): Promise<readonly LogRecord[]>
  /** The entry whose CloudEvent has this id. */
  findById(id: string, options?: ReadOptions): Promise<LogRecord | undefined>
  /** The index of the entry that holds this `once`. */
  findOnce(once: string): Promise<number | undefined>
  /** Indices of the entries that carry this pseudonym; what was erased carries none. */
  findBySubject(subjectRef: string, query: SubjectQuery): Promise<readonly number[]>
  /**
   * Removes the payloads, salts and pseudonyms of these entries for good; the entries stay, and so does every proof. At most
   * 1,000. Resolves when that is durable and no file of the store holds the bytes any more, free pages and write-ahead logs
   * included. Answers how many payloads went: what is gone already, or was never there, is not counted.
   * Errors: log_unavailable. Then some may be gone and others not; call again.
   */
  erasePayloads(indices: readonly number[]): Promise<number>
  /** How many entries are durable, as far as this process knows: the next index. Known without waiting. */
  head(): number
  /** The same as the store has it now, also when another process appended a moment ago. Errors: log_unavailable. */
  latestHead(): Promise<number>
  /** Calls back (without arguments, coalesced) after the head grew. Returns how to stop. */
  onGrowth(listener: () => void): () => void
  /** Finishes what was accepted, then releases the store. Appends after it fail. */
  close(): Promise<void>
}

export type SubjectQuery = {
  /** The lowest index wanted; 0 without it. */
  readonly from?: number
  /** Only indices below it. */
  readonly before?: number
  readonly limit: number
  /** Else in the order of the log. */
  readonly newestFirst?: boolean
}

export type ReadOptions = {
  /** Payloads are read only when asked for: most readers need the entries alone. */
  readonly withPayloads?: boolean
}
