// The envelope of every log entry: a CloudEvents 1.0 event in canonical JSON (RFC 8785), at most 65,535 bytes.
//
// An entry is for ever. It holds what must be provable and nothing that a person may ask us to forget: inputs, outputs,
// manifests and comments are payloads, stored apart; the entry holds their digests.

import { canonicalJson } from './canonical-json.ts'
import { PlatformError } from './errors.ts'
import { formatInstant, type Instant } from './instant.ts'
import type { JsonObject } from './json.ts'

/** C2SP tlog-tiles prefixes entries with a uint16 length. */
const entryBytesMax = 65_535

export type Event<Type extends string = string, Data extends JsonObject = JsonObject> = {
  readonly specversion: '1.0'
  /** Unique on this log. For `decision-recorded` it is the decision's id. */
  readonly id: string
  /** Which log wrote it: `/<origin>`. */
  readonly source: string
  readonly type: Type
  /** RFC 3339 UTC, milliseconds. By the clock of the writer: the index orders entries, the time does not. */
  readonly time: string
  /** What it is about: `use-case/<name>` or `key/<id>`. */
  readonly subject: string
  readonly data: Data
}

export type EventHead = { readonly id: string; readonly source: string; readonly at: Instant; readonly subject: string }

export function makeEvent<Type extends string, Data extends JsonObject>(
  head: EventHead,
  type: Type,
  data: Data,
): Event<Type, Data> {
  const { id, source, at, subject } = head
  // In canonical order: see canonicalJson.
  return { data, id, source, specversion: '1.0', subject, time: formatInstant(at), type }
}

/** The bytes that go on the log, as UTF-8. Errors: entry_too_large, json_not_canonical. */
export function entryBytes(event: Event): Buffer {
  const bytes = Buffer.from(canonicalJson(event), 'utf8')
  if (bytes.length > entryBytesMax) {
    throw new PlatformError('entry_too_large', `The log entry would be ${bytes.length} bytes; ${entryBytesMax} fit.`, {
      hint: 'Shorten names and reasons; contents belong into payloads.',
    })
  }
  return bytes
}
