// Writing a batch of items as one transaction: one commit, one fsync, one index per item.
//
// Used by the writing thread (sqlite-writer.ts) and, for a caller who is alone, by the main thread (sqlite-lone-writer.ts).
// An item whose `once` was used before gets the index it was used at, and nothing is written for it.

import type { DatabaseSync } from 'node:sqlite'
import { payloadPartsMax } from './sqlite-schema.ts'

export type WriteItem = {
  readonly id: string
  readonly subjectRef: string | undefined
  readonly once: string | undefined
  readonly parts: readonly string[]
}

/** ≥ 0: appended there; < 0: taken at -index - 1. */
export type WrittenIndex = number

export class BatchWriter {
  readonly #db: DatabaseSync
  readonly #maxIndex
  readonly #entry
  readonly #payload
  readonly #claim
  readonly #claimed
  /** The next index. */
  head: number

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#maxIndex = db.prepare('select coalesce(max(idx), -1) + 1 as head from entry')
    this.#entry = db.prepare('insert into entry (idx, id, subject_ref, bytes) values (?, ?, ?, ?)')
    this.#payload = db.prepare('insert into payload (key, part, salt, bytes) values (?, ?, ?, ?)')
    this.#claim = db.prepare('insert or ignore into once (name, idx) values (?, ?)')
    this.#claimed = db.prepare('select idx from once where name = ?')
    this.head = this.readHead()
  }

  /** As the file has it now: another connection may have written. */
  readHead(): number {
    return Number(this.#maxIndex.get()?.['head'])
  }

  /** `pieces` per item: the entry, then salt and bytes of each payload. Throws what SQLite throws; then nothing is known of the file. */
  write(items: readonly WriteItem[], pieces: readonly Uint8Array[]): WrittenIndex[] {
    const indices: WrittenIndex[] = []
    let next = this.head
    let at = 0
    this.#db.exec('begin immediate')
    for (const item of items) {
      const first = at
      at += 1 + item.parts.length * 2
      if (item.once !== undefined && this.#claim.run(item.once, next).changes === 0) {
        indices.push(-Number(this.#claimed.get(item.once)?.['idx']) - 1)
        continue
      }
      this.#entry.run(next, item.id, item.subjectRef ?? null, piece(pieces, first))
      for (const [position, part] of item.parts.entries()) {
        const salt = piece(pieces, first + 1 + position * 2)
        this.#payload.run(next * payloadPartsMax + position, part, salt, piece(pieces, first + 2 + position * 2))
      }
      indices.push(next++)
    }
    this.#db.exec('commit')
    this.head = next
    return indices
  }
}

function piece(pieces: readonly Uint8Array[], at: number): Uint8Array {
  const found = pieces[at]
  if (!found) throw new Error('a batch is shorter than its items say')
  return found
}
