// The log's twin in memory: for tests of whatever writes or follows a log. Keeps nothing after close.

import { PlatformError } from '#core/kernel/errors.ts'
import type { Log, LogItem, LogRecord } from './log.ts'

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

  const without = (record: LogRecord, withPayloads = false): LogRecord =>
    withPayloads ? record : { ...record, payloads: [] }

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
    async read(from, limit, options) {
      return records.slice(from, from + limit).map((record) => without(record, options?.withPayloads))
    },
    async get(indices, options) {
      return indices.flatMap((index) => records[index] ?? []).map((record) => without(record, options?.withPayloads))
    },
    async findById(id, options) {
      const record = records[byId.get(id) ?? -1]
      return record && without(record, options?.withPayloads)
    },
    findOnce: async (once) => byOnce.get(once),
    head: () => records.length,
    onGrowth(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      closed = true
    },
  }
}
