// The log's twin in memory: for tests of whatever writes or follows a log. Keeps nothing after close.

import { PlatformError } from '#core/kernel/errors.ts'
import type { Log, LogItem, LogRecord, ReadOptions, SubjectQuery } from './log.ts'

export function createMemoryLog(origin = 'airworthy/0000000000000000'): Log {
  const records: LogRecord[] = []
  const byId = new Map<string, number>()
  const byOnce = new Map<string, number>()
  const listeners = new Set<() => void>()
  let closed = false

  function write(item: LogItem): number {
    const index = records.length
    records.push({
      index,
      entry: Uint8Array.from(item.entry),
      payloads: (item.payloads ?? []).map((payload) => ({ ...payload, bytes: Uint8Array.from(payload.bytes) })),
      subjectRef: item.subjectRef,
    })
    byId.set(item.id, index)
    if (item.once !== undefined) byOnce.set(item.once, index)
    return index
  }

  function erase(index: number): number {
    const record = records[index]
    if (!record) return 0
    records[index] = { index, entry: record.entry, payloads: [], subjectRef: undefined }
    return record.payloads.length
  }

  return {
    origin,
    async append(item) {
      if (closed) throw new PlatformError('log_unavailable', 'The log is closed.')
      const taken = item.once === undefined ? undefined : byOnce.get(item.once)
      if (taken !== undefined) return { kind: 'taken', index: taken }
      if (byId.has(item.id)) throw new PlatformError('log_unavailable', `An entry with the id ${item.id} exists.`)
      const index = write(item)
      for (const listener of listeners) listener()
      return { kind: 'appended', index }
    },
    read: async (from, limit, options) => records.slice(from, from + limit).map((record) => asked(record, options)),
    get: async (indices, options) => indices.flatMap((index) => records[index] ?? []).map((r) => asked(r, options)),
    async findById(id, options) {
      const record = records[byId.get(id) ?? -1]
      return record && asked(record, options)
    },
    findOnce: async (once) => byOnce.get(once),
    findBySubject: async (subjectRef, query) => ofSubject(records, subjectRef, query),
    async erasePayloads(indices) {
      if (closed) throw new PlatformError('log_unavailable', 'The log is closed.')
      return indices.reduce((gone, index) => gone + erase(index), 0)
    },
    head: () => records.length,
    latestHead: async () => records.length,
    onGrowth(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      closed = true
    },
  }
}

function asked(record: LogRecord, { withPayloads = false }: ReadOptions = {}): LogRecord {
  return withPayloads ? record : { ...record, payloads: [] }
}

function ofSubject(
  records: readonly LogRecord[],
  subjectRef: string,
  { from = 0, before = Infinity, limit, newestFirst = false }: SubjectQuery,
): number[] {
  const found = records.flatMap((record) => (record.subjectRef === subjectRef ? record.index : []))
  const within = found.filter((index) => index >= from && index < before)
  return (newestFirst ? within.toReversed() : within).slice(0, limit)
}
