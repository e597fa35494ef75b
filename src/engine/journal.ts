// The pen: how the engine writes to the log. It adds what every entry needs (id, time, source, salt) and nothing else.

import { randomBytes } from 'node:crypto'
import { canonicalJson } from '#core/kernel/canonical-json.ts'
import { entryBytes, makeEvent, type Event } from '#core/kernel/event.ts'
import { uuidV7 } from '#core/kernel/id.ts'
import type { Instant } from '#core/kernel/instant.ts'
import type { JsonObject, JsonValue } from '#core/kernel/json.ts'
import { makePayload, saltBytes, type Payload } from '#core/kernel/payload.ts'
import type { Log } from '#log/log.ts'

export type Written<E extends Event = Event> = {
  readonly type: E['type']
  readonly subject: string
  readonly data: E['data'] & JsonObject
  readonly payloads?: readonly Payload[]
  readonly subjectRef?: string
  /** See LogItem.once: the append happens only if nobody used this before. */
  readonly once?: string
}

/** `at`: the time that the entry carries. */
export type WriteResult = {
  readonly kind: 'appended' | 'taken'
  readonly index: number
  readonly id: string
  readonly at: Instant
}

export type Journal = {
  /** Resolves when durable. `taken`: somebody else did it first (at `index`), nothing was written. */
  write<E extends Event>(what: Written<E>): Promise<WriteResult>
  /** A payload of canonical JSON with a fresh salt. */
  payload(part: string, value: JsonValue): Payload
  now(): Instant
}

export function createJournal(log: Log, clock: () => Instant): Journal {
  return {
    async write(what) {
      const at = clock()
      const id = uuidV7(at, randomBytes(10))
      const head = { id, source: `/${log.origin}`, at, subject: what.subject }
      const entry = entryBytes(makeEvent(head, what.type, what.data))
      const appended = await log.append({
        entry,
        id,
        ...(what.payloads === undefined ? {} : { payloads: what.payloads }),
        ...(what.subjectRef === undefined ? {} : { subjectRef: what.subjectRef }),
        ...(what.once === undefined ? {} : { once: what.once }),
      })
      return { ...appended, id, at }
    },
    payload: (part, value) => makePayload(part, randomBytes(saltBytes), canonicalJson(value)),
    now: clock,
  }
}
