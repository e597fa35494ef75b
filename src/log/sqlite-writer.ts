// The writing thread of the embedded log: one transaction per batch, one fsync per transaction.
//
// It runs in a worker so that the fsync blocks nobody. It answers each batch with one index per item; an item whose
// `once` was used before is answered with the index it was used at, and nothing is written for it.

import { parentPort, workerData } from 'node:worker_threads'
import type { DatabaseSync } from 'node:sqlite'
import { unpack, type Packed } from './packed-bytes.ts'
import { openForWriting, payloadPartsMax } from './sqlite-schema.ts'

export type WriteItem = {
  readonly id: string
  readonly subjectRef: string | undefined
  readonly once: string | undefined
  readonly parts: readonly string[]
}
/** `items`: WriteItem[] as JSON. Packed pieces per item: the entry, then salt and bytes of each payload. */
export type WriteRequest = { readonly items: string; readonly packed: Packed } | { readonly close: true }
/** `indices[i]` ≥ 0: appended there; < 0: taken at -index - 1. */
export type WriteReply =
  | { readonly indices: readonly number[]; readonly head: number }
  | { readonly error: string; readonly head: number }
  | { readonly closed: true }

const { file } = workerData as { file: string }
const port = parentPort
if (!port) throw new Error('sqlite-writer runs as a worker thread')

let db = openForWriting(file)
let statements = prepare(db)
let head = statements.head()

function prepare(on: DatabaseSync) {
  const maxIndex = on.prepare('select coalesce(max(idx), -1) + 1 as head from entry')
  return {
    head: () => Number(maxIndex.get()?.['head']),
    entry: on.prepare('insert into entry (idx, id, subject_ref, bytes) values (?, ?, ?, ?)'),
    payload: on.prepare('insert into payload (key, part, salt, bytes) values (?, ?, ?, ?)'),
    claim: on.prepare('insert or ignore into once (name, idx) values (?, ?)'),
    claimed: on.prepare('select idx from once where name = ?'),
  }
}

function writeBatch(items: readonly WriteItem[], pieces: readonly Uint8Array[]): number[] {
  const indices: number[] = []
  let next = head
  let at = 0
  db.exec('begin immediate')
  for (const item of items) {
    const first = at
    at += 1 + item.parts.length * 2
    if (item.once !== undefined && statements.claim.run(item.once, next).changes === 0) {
      indices.push(-Number(statements.claimed.get(item.once)?.['idx']) - 1)
      continue
    }
    statements.entry.run(next, item.id, item.subjectRef ?? null, piece(pieces, first))
    for (const [position, part] of item.parts.entries()) {
      const salt = piece(pieces, first + 1 + position * 2)
      statements.payload.run(next * payloadPartsMax + position, part, salt, piece(pieces, first + 2 + position * 2))
    }
    indices.push(next++)
  }
  db.exec('commit')
  head = next
  return indices
}

function piece(pieces: readonly Uint8Array[], at: number): Uint8Array {
  const found = pieces[at]
  if (!found) throw new Error('a batch is shorter than its items say')
  return found
}

/**
 * After a failed commit (disk full, I/O error) what the connection believes and what the disk holds may differ:
 * a new connection reads the truth.
 */
function recover(): void {
  try {
    db.close()
  } catch {
    // A connection that cannot be closed is dropped; the new one is what counts.
  }
  db = openForWriting(file)
  statements = prepare(db)
  head = statements.head()
}

function answer(request: WriteRequest): WriteReply {
  if ('close' in request) {
    db.close()
    return { closed: true }
  }
  try {
    return { indices: writeBatch(JSON.parse(request.items) as WriteItem[], unpack(request.packed)), head }
  } catch (error) {
    try {
      recover()
    } catch (again) {
      return { error: `${(error as Error).message}; reopening: ${(again as Error).message}`, head }
    }
    return { error: (error as Error).message, head }
  }
}

port.postMessage({ indices: [], head } satisfies WriteReply)
port.on('message', (request: WriteRequest) => {
  const reply = answer(request)
  port.postMessage(reply)
  if ('closed' in reply) port.close()
})
