// One decision's row against the entry that recorded it.

import { isDeepStrictEqual } from 'node:util'
import type { ViewedDecision } from './view-source.ts'

/** The entry as it stands on the log. */
export type RecordedDecision = {
  readonly id: string
  readonly time: string
  readonly data: {
    readonly useCase: string
    readonly revision: number
    readonly origin: string
    readonly status: string
    readonly route: string
    readonly reason: string
    readonly arm: string
    readonly model: { readonly name: string; readonly version: string } | null
    readonly confidence: number | null
    readonly value: unknown
    readonly steps: readonly { readonly ms: number }[]
  }
}

/** What a person decided, and in which entry. */
export type Settled = { readonly index: number; readonly value: unknown }

/** Names are cut in the view at so many characters. */
const nameLengthMax = 200

export function parsedEntry(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, unknown>
  } catch {
    // It was reported as not canonical where it was read.
    return undefined
  }
}

/** What the row says else than the log; undefined when they agree. */
export function rowProblem(
  row: ViewedDecision,
  { id, time, data }: RecordedDecision,
  settled: Settled | undefined,
): string | undefined {
  const isDecided = settled !== undefined || data.status === 'decided'
  const expected: Partial<Record<keyof ViewedDecision, unknown>> = {
    id,
    at: time,
    useCase: data.useCase,
    revision: data.revision,
    origin: data.origin,
    status: settled ? 'decided' : data.status,
    route: data.route,
    reason: shownName(data.reason),
    arm: data.arm,
    model: data.model && { name: shownName(data.model.name), version: shownName(data.model.version) },
    confidence: data.confidence,
    value: shown(data.value),
    finalValue: isDecided ? shown(settled ? settled.value : data.value) : null,
    durationMs: Math.fround(durationOf(data.steps)),
  }
  for (const [name, value] of Object.entries(expected)) {
    // Single precision is what the view keeps a duration in.
    const told = name === 'durationMs' ? Math.fround(row.durationMs) : row[name as keyof ViewedDecision]
    // Undefined: kept back from whoever looks.
    if (told === undefined || isDeepStrictEqual(told, value)) continue
    return `the view says ${name} ${JSON.stringify(told)}, and the log ${JSON.stringify(value)}`
  }
  return undefined
}

function durationOf(steps: readonly { readonly ms: number }[]): number {
  let sum = 0
  for (const { ms } of steps) sum += ms
  return Math.round(sum * 1000) / 1000
}

function shownName(name: string): unknown {
  return shown(name.length > nameLengthMax ? `${name.slice(0, nameLengthMax - 1)}…` : name)
}

/** A text as the view can keep it. */
function shown(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return value.replaceAll('\0', '\ufffd').toWellFormed()
}
