// Reads a log again from the first entry and says whether it holds: gapless indices, canonical entries, unique ids,
// and payloads that match the digests in their entries. Erased payloads are absent, which is no fault.

import { canonicalJson } from '#core/kernel/canonical-json.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { payloadRef, type PayloadRef } from '#core/kernel/payload.ts'
import type { Log, LogRecord } from './log.ts'

export type LogVerification =
  | { readonly kind: 'holds'; readonly entries: number; readonly payloads: number }
  | { readonly kind: 'broken'; readonly index: number; readonly problem: string }

const batch = 500

/** Checks everything below the head as it is when called. `onProgress` is told how many entries are done. */
export async function verifyLog(log: Log, onProgress?: (done: number, of: number) => void): Promise<LogVerification> {
  const head = log.head()
  let payloads = 0
  for (let from = 0; from < head; from += batch) {
    const limit = Math.min(batch, head - from)
    const records = await log.read(from, limit, { withPayloads: true })
    for (const [at, record] of records.entries()) {
      const problem = problemOf(record, { index: from + at, origin: log.origin })
      if (problem !== undefined) return { kind: 'broken', index: from + at, problem }
      payloads += record.payloads.length
    }
    if (records.length < limit)
      return { kind: 'broken', index: from + records.length, problem: 'The entry is missing.' }
    onProgress?.(from + limit, head)
  }
  return { kind: 'holds', entries: head, payloads }
}

type Expected = { readonly index: number; readonly origin: string }

function problemOf(record: LogRecord, { index, origin }: Expected): string | undefined {
  if (record.index !== index) return `The entry is missing; the next one there is ${record.index}.`
  const text = Buffer.from(record.entry).toString('utf8')
  let event: { source?: string; data?: { payloads?: Record<string, PayloadRef> } }
  try {
    const value = JSON.parse(text) as JsonValue
    if (canonicalJson(value) !== text) return 'The entry is not canonical JSON.'
    event = value as typeof event
  } catch (error) {
    return `The entry cannot be read: ${(error as Error).message}.`
  }
  if (event.source !== `/${origin}`) return `The entry is from another log (${event.source ?? 'no source'}).`
  return payloadProblem(record, event.data?.payloads ?? {})
}

function payloadProblem(record: LogRecord, refs: Record<string, PayloadRef>): string | undefined {
  for (const payload of record.payloads) {
    const ref = refs[payload.part]
    if (!ref) return `The payload "${payload.part}" is not one the entry names.`
    if (payloadRef(payload).digest !== ref.digest) return `The payload "${payload.part}" does not match its digest.`
  }
  return undefined
}
