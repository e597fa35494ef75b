// Reading entries back: the event, and what is left of its payloads.

import type { Event } from '#core/kernel/event.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { LogRecord } from '#log/log.ts'

/**
 * Our own canonical JSON, so it parses, and its `type` says which event it is. Member names of contents are written
 * without escapes (the gateway refuses others), which the pinned runtime's JSON.parse needs.
 */
export function eventOf(record: LogRecord): Event {
  return JSON.parse(utf8(record.entry)) as Event
}

/** Undefined when the record has no such part, or it was erased. */
export function payloadOf(record: LogRecord, part: string): JsonValue | undefined {
  const payload = record.payloads.find((candidate) => candidate.part === part)
  return payload === undefined ? undefined : (JSON.parse(utf8(payload.bytes)) as JsonValue)
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}
