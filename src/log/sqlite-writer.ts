// The writing thread of the embedded log: one transaction per batch, one fsync per transaction.
//
// It runs in a worker so that the fsync blocks nobody. It answers each batch with one index per item; an item whose
// `once` was used before is answered with the index it was used at, and nothing is written for it.

import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { unpack, type Packed } from './packed-bytes.ts'
import { BatchWriter, type WriteItem } from './sqlite-batch.ts'
import { openForWriting } from './sqlite-schema.ts'

/**
 * `items`: WriteItem[] as JSON. Packed pieces per item: the entry, then salt and bytes of each payload. `isBehind`: the
 * main thread wrote, or tried to, since the last request.
 */
export type WriteRequest =
  | { readonly items: string; readonly packed: Packed; readonly isBehind: boolean }
  | { readonly close: true }
/** `indices[i]` ≥ 0: appended there; < 0: taken at -index - 1. */
export type WriteReply =
  | { readonly indices: readonly number[]; readonly head: number }
  | { readonly error: string; readonly head: number }
  | { readonly closed: true }

const { file } = workerData as { file: string }
const port = parentPort
if (!port) throw new Error('sqlite-writer runs as a worker thread')

/** Longer than an erasure keeps the file while it makes an index anew: appends had better wait than fail. */
const busyMs = 60_000

function open(): DatabaseSync {
  const opened = openForWriting(file)
  opened.exec(`pragma busy_timeout=${busyMs}`)
  return opened
}

let db = open()
let writer = new BatchWriter(db)

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
  db = open()
  writer = new BatchWriter(db)
}

function answer(request: WriteRequest): WriteReply {
  if ('close' in request) {
    db.close()
    return { closed: true }
  }
  try {
    if (request.isBehind) writer.head = writer.readHead()
    const indices = writer.write(JSON.parse(request.items) as WriteItem[], unpack(request.packed))
    return { indices, head: writer.head }
  } catch (error) {
    const { head } = writer
    try {
      recover()
    } catch (again) {
      return { error: `${(error as Error).message}; reopening: ${(again as Error).message}`, head }
    }
    return { error: (error as Error).message, head: writer.head }
  }
}

port.postMessage({ indices: [], head: writer.head } satisfies WriteReply)
port.on('message', (request: WriteRequest) => {
  const reply = answer(request)
  port.postMessage(reply)
  if ('closed' in reply) port.close()
})
