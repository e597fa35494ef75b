// The reading thread of the embedded log: a connection of its own, so that reading never waits for an fsync.

import { parentPort, workerData } from 'node:worker_threads'
import type { SubjectQuery } from './log.ts'
import { pack, type Packed } from './packed-bytes.ts'
import { openForReading, payloadPartsMax } from './sqlite-schema.ts'

export type ReadQuery =
  | { readonly kind: 'range'; readonly from: number; readonly limit: number; readonly withPayloads: boolean }
  | { readonly kind: 'indices'; readonly indices: readonly number[]; readonly withPayloads: boolean }
  | { readonly kind: 'id'; readonly id: string; readonly withPayloads: boolean }
  | { readonly kind: 'once'; readonly once: string }
  | { readonly kind: 'subject'; readonly subjectRef: string; readonly query: SubjectQuery }
export type ReadRequest = { readonly query: ReadQuery; readonly call: number } | { readonly close: true }

export type RecordHead = {
  readonly index: number
  readonly subjectRef: string | undefined
  readonly parts: readonly string[]
}
export type ReadResult =
  | { readonly kind: 'records'; readonly heads: readonly RecordHead[]; readonly packed: Packed }
  | { readonly kind: 'index'; readonly index: number | undefined }
  | { readonly kind: 'indices'; readonly indices: readonly number[] }
export type ReadReply =
  | { readonly call: number; readonly result: ReadResult }
  | { readonly call: number; readonly error: string }
  | { readonly closed: true }

type EntryRow = { idx: number; subject_ref: string | null; bytes: Uint8Array }
type PayloadRow = { key: number; part: string; salt: Uint8Array; bytes: Uint8Array }

const { file } = workerData as { file: string }
const port = parentPort
if (!port) throw new Error('sqlite-reader runs as a worker thread')

const db = openForReading(file)
const range = db.prepare('select idx, subject_ref, bytes from entry where idx >= ? order by idx limit ?')
const byIndex = db.prepare('select idx, subject_ref, bytes from entry where idx = ?')
const byId = db.prepare('select idx, subject_ref, bytes from entry where id = ?')
const payloads = db.prepare(
  'select key, part, salt, bytes from payload where key >= ? and key < ? and erased = 0 order by key',
)
const once = db.prepare('select idx from once where name = ?')
const ofSubject = 'select idx from entry where subject_ref = ? and idx >= ? and idx < ? order by idx'
const oldestFirst = db.prepare(`${ofSubject} limit ?`)
const newestFirst = db.prepare(`${ofSubject} desc limit ?`)

function run(query: ReadQuery): ReadResult {
  switch (query.kind) {
    case 'once':
      return { kind: 'index', index: once.get(query.once)?.['idx'] as number | undefined }
    case 'subject': {
      const { from = 0, before = Number.MAX_SAFE_INTEGER, limit, newestFirst: isReversed = false } = query.query
      const rows = (isReversed ? newestFirst : oldestFirst).all(query.subjectRef, from, before, limit)
      return { kind: 'indices', indices: rows.map(({ idx }) => Number(idx)) }
    }
    case 'range':
      return records(range.all(query.from, query.limit) as EntryRow[], query.withPayloads)
    case 'indices':
      return records(
        query.indices.flatMap((index) => (byIndex.get(index) as EntryRow | undefined) ?? []),
        query.withPayloads,
      )
    case 'id':
      return records(byId.all(query.id) as EntryRow[], query.withPayloads)
    default:
      throw new Error('unreachable: every query is handled above')
  }
}

function records(rows: readonly EntryRow[], withPayloads: boolean): ReadResult {
  const heads: RecordHead[] = []
  const pieces: Uint8Array[] = []
  for (const row of rows) {
    const found = withPayloads
      ? (payloads.all(row.idx * payloadPartsMax, (row.idx + 1) * payloadPartsMax) as PayloadRow[])
      : []
    heads.push({
      index: row.idx,
      subjectRef: row.subject_ref ?? undefined,
      parts: found.map((payload) => payload.part),
    })
    pieces.push(row.bytes, ...found.flatMap((payload) => [payload.salt, payload.bytes]))
  }
  return { kind: 'records', heads, packed: pack(pieces) }
}

port.on('message', (request: ReadRequest) => {
  if ('close' in request) {
    db.close()
    port.postMessage({ closed: true } satisfies ReadReply)
    port.close()
    return
  }
  try {
    const result = run(request.query)
    const transfer = result.kind === 'records' ? [result.packed.bytes.buffer, result.packed.lengths.buffer] : []
    port.postMessage({ call: request.call, result } satisfies ReadReply, transfer)
  } catch (error) {
    port.postMessage({ call: request.call, error: (error as Error).message } satisfies ReadReply)
  }
})
