// Step 6: the record. Nothing is answered before it is durable.
//
// The entry holds what must be provable for ever; contents (redacted as the manifest says) are payloads beside it.

import type { DecisionRecorded } from '#core/decision/events.ts'
import { canonicalJson } from '#core/kernel/canonical-json.ts'
import { entryBytes, makeEvent } from '#core/kernel/event.ts'
import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { makePayload, payloadRef, saltBytes, type Payload } from '#core/kernel/payload.ts'
import type { LogItem } from '#log/log.ts'
import type { DecisionInput } from './admit.ts'
import type { Pipeline } from './pipeline.ts'

export type DecisionData = DecisionRecorded['data']

/** Errors: json_not_canonical when the input holds what has no canonical form. */
export function inputPayload(redact: Pipeline['redact'], request: DecisionInput, salt: Uint8Array): Payload {
  const contents = {
    ...(Object.keys(request.context).length === 0 ? {} : { context: redact(request.context) }),
    input: redact(request.input),
    ...(request.subject === undefined ? {} : { subject: redact(request.subject) }),
  }
  return makePayload('input', salt, canonicalJson(contents))
}

export function outputPayload(redact: Pipeline['redact'], output: JsonValue, salt: Uint8Array): Payload {
  return makePayload('output', salt, canonicalJson(redact(output)))
}

export type DecisionToRecord = {
  readonly id: string
  readonly origin: string
  readonly at: Instant
  /** Members in canonical order, so that writing the entry is cheap. */
  readonly data: DecisionData
  readonly input: Payload
  readonly output: Payload | undefined
  readonly subjectRef: string | undefined
  readonly once: string | undefined
}

/** Errors: entry_too_large. */
export function decisionItem(decision: DecisionToRecord): LogItem {
  const { id, input, output, subjectRef, once } = decision
  const head = { id, source: `/${decision.origin}`, at: decision.at, subject: `use-case/${decision.data.useCase}` }
  return {
    id,
    entry: entryBytes(makeEvent(head, 'decision-recorded', decision.data)),
    payloads: output ? [input, output] : [input],
    ...(subjectRef === undefined ? {} : { subjectRef }),
    ...(once === undefined ? {} : { once }),
  }
}

/** What the entry says of them. */
export function payloadRefs(input: Payload, output: Payload | undefined): DecisionData['payloads'] {
  return output ? { input: payloadRef(input), output: payloadRef(output) } : { input: payloadRef(input) }
}

/** When a person must have decided; null without a promise in the manifest. */
export function dueAt(at: Instant, dueMs: number | null): string | null {
  return dueMs === null ? null : formatInstant(at + dueMs)
}

/** Two salts from one piece of randomness. */
export function splitSalts(random: Uint8Array): { input: Uint8Array; output: Uint8Array } {
  return { input: random.subarray(0, saltBytes), output: random.subarray(saltBytes, 2 * saltBytes) }
}
