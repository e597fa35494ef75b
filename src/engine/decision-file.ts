// Everything about one decision: its entry and contents from the log, and what became of it from the view.
//
// The log alone is enough. What the view does not know yet (the projector lags, the database is away) is taken from the
// log where the log can be asked by name, and left out where it cannot (claims, attempts of actions, outcomes).

import type { DecisionRecorded } from '#core/decision/events.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { isUuid } from '#core/kernel/id.ts'
import type { Instant } from '#core/kernel/instant.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { ReviewDecided } from '#core/review/events.ts'
import type { Log, LogRecord } from '#log/log.ts'
import { assembleDecision, type DecisionContents, type DecisionSheet } from './assemble-decision.ts'
import type { DecisionTrace, DecisionTraceReads, ReadRevision } from './ports.ts'
import { eventOf, payloadOf } from './read-entry.ts'

export type DecisionFileParts = {
  readonly log: Pick<Log, 'findById' | 'findOnce' | 'get'>
  /** How many entries the newest checkpoint covers. */
  readonly checkpointed: () => number
  readonly traces: DecisionTraceReads
  readonly readRevision: ReadRevision
  readonly clock: () => Instant
}

export type ReadAs = {
  /** Who looks: whether a claim is one's own. */
  readonly viewer?: string | undefined
  /**
   * Also what a blind audit hides. For the caller who asked for the decision, and for nobody who might review it.
   */
  readonly asRecorded?: boolean
}

export type DecisionFile = {
  /** Undefined when there is no such decision. Errors: log_unavailable. */
  read(id: string, as?: ReadAs): Promise<DecisionSheet | undefined>
  /** The decision that the entry at `index` records. */
  readAt(index: number, as?: ReadAs): Promise<DecisionSheet | undefined>
}

export function createDecisionFile(parts: DecisionFileParts): DecisionFile {
  const { log } = parts
  return {
    async read(id, as = {}) {
      return isUuid(id) ? sheetOf(parts, await log.findById(id, { withPayloads: true }), as) : undefined
    },
    async readAt(index, as = {}) {
      const [record] = await log.get([index], { withPayloads: true })
      return sheetOf(parts, record, as)
    },
  }
}

async function sheetOf(
  parts: DecisionFileParts,
  record: LogRecord | undefined,
  { viewer, asRecorded = false }: ReadAs,
): Promise<DecisionSheet | undefined> {
  if (!record) return undefined
  const event = eventOf(record)
  if (event.type !== 'decision-recorded') return undefined
  const decision = event as DecisionRecorded
  const { useCase, revision } = decision.data
  const [trace, reviewed, declared] = await Promise.all([
    traceOf(parts, decision.id),
    decision.data.review ? reviewedOf(parts, decision.id) : undefined,
    parts.readRevision(useCase, revision),
  ])
  return assembleDecision({
    decision,
    index: record.index,
    isCheckpointed: record.index < parts.checkpointed(),
    // What an erasure names is not shown any more, also before its bytes are gone.
    contents: trace?.erased ? erased : contentsOf(decision, record),
    trace,
    reviewed,
    manifest: declared?.manifest,
    viewer,
    now: parts.clock(),
    asRecorded,
  })
}

/** A view that is away takes nothing from what the log says. */
async function traceOf({ traces }: DecisionFileParts, id: string): Promise<DecisionTrace | undefined> {
  try {
    return await traces.find(id)
  } catch (error) {
    if (error instanceof PlatformError && error.code === 'view_unavailable') return undefined
    throw error
  }
}

export type Reviewed = {
  readonly event: ReviewDecided
  readonly index: number
  readonly output: JsonValue | undefined
  readonly comment: string | null
  /** The person's output was recorded and is gone. */
  readonly isErased: boolean
}

async function reviewedOf({ log }: DecisionFileParts, id: string): Promise<Reviewed | undefined> {
  const index = await log.findOnce(`review-decided:${id}`)
  const [record] = index === undefined ? [] : await log.get([index], { withPayloads: true })
  if (!record) return undefined
  const event = eventOf(record) as ReviewDecided
  const output = payloadOf(record, 'output')
  const comment = payloadOf(record, 'comment')
  return {
    event,
    index: record.index,
    output,
    comment: typeof comment === 'string' ? comment : null,
    isErased: event.data.payloads.output !== undefined && output === undefined,
  }
}

const erased: DecisionContents = { input: undefined, output: undefined, isErased: true }

function contentsOf(decision: DecisionRecorded, record: LogRecord): DecisionContents {
  const input = payloadOf(record, 'input') as DecisionContents['input']
  const output = payloadOf(record, 'output')
  const isErased = input === undefined || (decision.data.payloads.output !== undefined && output === undefined)
  return { input, output, isErased }
}
