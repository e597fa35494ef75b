// Decisions of a period as a file of rows: what came in, what the model said, how sure it was, what turned out.
//
// Contents that were erased are left out and counted. Nested members become columns by their path (`applicant.income`); beside them
// stands what came in as it came, for what must not read it from columns: the data contract and the model.

import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { isJsonObject, type JsonObject, type JsonValue } from '#core/kernel/json.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { DecidedValue } from '#core/decision/events.ts'
import type { Log } from '#log/log.ts'
import type { Period, PeriodDecision, PeriodReads, ValueCount } from './assessment-ports.ts'
import { payloadOf } from './read-entry.ts'

export type DecisionsFileParts = { readonly log: Pick<Log, 'get'>; readonly periods: PeriodReads }

/** Columns that stand beside those of the input. */
export const decisionColumns = {
  prediction: 'decision.value',
  /** Of two answers: how likely the positive one was held to be; of others: the confidence in the answer. */
  score: 'decision.confidence',
  timestamp: 'decision.at',
  target: 'outcome.label',
  /** JSON: `{input, context}`, as it was kept. */
  received: 'decision.received',
} as const

export type WrittenDecisions = {
  readonly rows: number
  readonly erased: number
  readonly labelled: number
  /** Columns in which a list was. */
  readonly lists: ReadonlySet<string>
}

const pageRows = 200
/** Of one period. */
const rowsMax = 500_000

export type PeriodFile = {
  readonly useCase: string
  readonly period: Period
  readonly file: string
  readonly signal: AbortSignal
  /** Of two answers, the one that counts as positive; undefined where there are more. */
  readonly positive: DecidedValue | undefined
}

/** Writes NDJSON. Errors: request_too_large, not_found for a period without decisions that are still there. */
export async function writeDecisions(
  { log, periods }: DecisionsFileParts,
  { useCase, period, file, signal, positive }: PeriodFile,
): Promise<WrittenDecisions> {
  await refuseTooMany(periods, useCase, period)
  const written = { rows: 0, erased: 0, labelled: 0, lists: new Set<string>() }
  async function* lines(): AsyncGenerator<string> {
    for (let after = -1; !signal.aborted;) {
      const page = await periods.page({ useCase, ...period, after, limit: pageRows })
      const found = await linesOf(log, page, { positive, lists: written.lists })
      written.rows += found.length
      written.erased += page.length - found.length
      written.labelled += page.filter(({ label, isErased }) => label !== null && !isErased).length
      if (found.length > 0) yield `${found.join('\n')}\n`
      if (page.length < pageRows) return
      after = page.at(-1)?.index ?? after
      // Callers of the gateway come first.
      await setImmediate()
    }
  }
  await pipeline(lines, createWriteStream(file, { mode: 0o600 }))
  signal.throwIfAborted()
  if (written.rows === 0) throw nothingThere(useCase, period, written.erased)
  return written
}

async function refuseTooMany(periods: PeriodReads, useCase: string, period: Period): Promise<void> {
  const count = await periods.count(useCase, period)
  if (count <= rowsMax) return
  throw new PlatformError(
    'request_too_large',
    `${useCase} has ${count} decisions from ${period.from} to ${period.to}; ${rowsMax} can be assessed at once.`,
    { hint: 'Choose a shorter period.' },
  )
}

function nothingThere(useCase: string, { from, to }: Period, erased: number): PlatformError {
  const why = erased === 0 ? '' : ` The contents of ${erased} were erased.`
  return new PlatformError('not_found', `${useCase} has no decisions from ${from} to ${to} to look at.${why}`, {
    hint: 'Choose other periods; the list of decisions shows when there were some.',
  })
}

async function linesOf(
  log: Pick<Log, 'get'>,
  page: readonly PeriodDecision[],
  { positive, lists }: Pick<PeriodFile, 'positive'> & { readonly lists: Set<string> },
): Promise<string[]> {
  const kept = page.filter(({ isErased }) => !isErased)
  if (kept.length === 0) return []
  const records = await log.get(
    kept.map(({ index }) => index),
    { withPayloads: true },
  )
  const inputs = new Map(records.map((record) => [record.index, payloadOf(record, 'input')]))
  return kept.flatMap((decision) => {
    const payload = inputs.get(decision.index)
    // Erased a moment ago.
    if (!isJsonObject(payload ?? null)) return []
    const { input = null, context = {} } = payload as JsonObject
    return JSON.stringify({
      ...columnsOf(input, { onList: (column) => lists.add(column) }),
      [decisionColumns.prediction]: decision.value,
      [decisionColumns.score]: scoreOf(decision, positive),
      [decisionColumns.timestamp]: decision.at,
      [decisionColumns.target]: decision.label,
      [decisionColumns.received]: JSON.stringify({ input, context }),
    })
  })
}

/** A confidence is in the answer that was given; of two answers, it says as much of the other. */
function scoreOf({ value, confidence }: PeriodDecision, positive: DecidedValue | undefined): number | null {
  if (confidence === null || positive === undefined || value === null || value === positive) return confidence
  return Number((1 - confidence).toFixed(12))
}

/**
 * Which of two answers counts as positive: the one that was asked for, else true, else the rarer. Undefined where there are not two:
 * `values` are what was decided or turned out, at least three where there are more.
 */
export function positiveOf(values: readonly ValueCount[], asked: string | undefined): DecidedValue | undefined {
  if (values.length !== 2) return undefined
  const found = values.map(({ value }) => value)
  if (asked !== undefined) return found.find((value) => String(value) === asked)
  return found.includes(true) ? true : values.toSorted((a, b) => a.n - b.n)[0]?.value
}

type Scalar = string | number | boolean | null
type Flattening = { readonly path?: string; readonly onList?: (column: string) => void }

/** Of an input that is no object: its only column. */
const wholeInput = 'input'

/** Objects are flattened, lists become JSON. */
export function columnsOf(input: JsonValue, { path = '', onList }: Flattening = {}): Record<string, Scalar> {
  if (!isJsonObject(input)) {
    const column = path === '' ? wholeInput : path
    if (typeof input !== 'object' || input === null) return { [column]: input }
    onList?.(column)
    return { [column]: JSON.stringify(input) }
  }
  return Object.assign(
    {},
    ...Object.entries(input).map(([name, value]) =>
      columnsOf(value, { path: path === '' ? name : `${path}.${name}`, ...(onList && { onList }) }),
    ),
  ) as Record<string, Scalar>
}

/** The input with another value in one of its columns; what is written as text stays text. */
export function withColumn(input: JsonValue, column: string, value: JsonValue): JsonValue {
  if (!isJsonObject(input)) return typeof input === 'string' && typeof value === 'number' ? String(value) : value
  const held = Object.keys(input).find((name) => {
    return column === name || (column.startsWith(`${name}.`) && isJsonObject(input[name] ?? null))
  })
  // A member that is not there has no column here: another row has it.
  if (held === undefined) return { ...input, [column]: value }
  return { ...input, [held]: withColumn(input[held] ?? null, column.slice(held.length + 1), value) }
}
