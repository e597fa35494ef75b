// Log entries as rows for the database: one JSON text per event type and batch, read by `jsonb_to_recordset`.
//
// The log takes texts that PostgreSQL does not: what cannot be stored is replaced or cut here, so that no entry that is
// valid on the log can stop the projection. The log keeps the exact bytes, and whoever shows one decision reads those.

import type { Event } from '#core/kernel/event.ts'

/** One entry of the log, parsed. */
export type Entry<E extends Event = Event> = {
  readonly index: number
  readonly id: string
  /** Of the entry: RFC 3339 UTC. */
  readonly at: string
  readonly data: E['data']
}

/** U+0000 has no place in jsonb and text, nor have halves of surrogate pairs. */
const unstorable = /\\u(?:0000|d[89a-f][0-9a-f]{2})/i

export function rowsJson(rows: readonly object[]): string {
  const json = JSON.stringify(rows)
  if (!unstorable.test(json)) return json
  return JSON.stringify(rows, (_name, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '\ufffd').toWellFormed() : value,
  )
}

/** Names that stand in an index, which holds about 2,700 bytes. */
const nameLengthMax = 200

export function shortName<T extends string | null>(name: T): T | string {
  return name !== null && name.length > nameLengthMax ? `${name.slice(0, nameLengthMax - 1)}…` : name
}

const earliest = '0001-01-01T00:00:00.000Z'
const latest = '9999-12-31T23:59:59.999Z'

/** Times that callers send may lie outside of what the database counts as years. */
export function storableTime(at: string): string {
  const year = /^(\d{4})-/.exec(at)?.[1]
  if (year === undefined) return at.startsWith('-') ? earliest : latest
  return year === '0000' ? earliest : at
}
