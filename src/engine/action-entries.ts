// What the action runner appends after an attempt: delivered, to be tried again, or given up.

import { setTimeout } from 'node:timers/promises'
import type { ActionAttempted, ActionDeadLettered, ActionDelivered } from '#core/actions/events.ts'
import { nextAttempt } from '#core/actions/next-attempt.ts'
import { formatInstant } from '#core/kernel/instant.ts'
import type { Journal, Written } from './journal.ts'
import type { ActionRow, EngineLogger, WebhookResult } from './ports.ts'

export type AttemptEnd = WebhookResult | { readonly kind: 'impossible'; readonly because: string }

export type AttemptPen = {
  readonly journal: Journal
  /** In [0,1). */
  readonly random: () => number
  readonly logger: EngineLogger
  readonly retryMs: number
  readonly giveUp: AbortSignal
}

/**
 * The one attempt that is due now. When it is due differs from attempt to attempt, also after a replay, so the name is
 * never used twice.
 */
export function attemptName({ id, nextAt }: ActionRow): string {
  return `action-attempt:${id}:${nextAt ?? 0}`
}

/**
 * Appends until the log takes it: the webhook is out, and an end that is not recorded would be sent again. Answers the
 * entry's index. Errors: log_unavailable, only once `giveUp` says that the server stops.
 */
export async function recordAttempt(pen: AttemptPen, row: ActionRow, end: AttemptEnd): Promise<number> {
  const entry = { ...entryOf(pen, row, end), subject: `use-case/${row.useCase}`, once: attemptName(row) }
  for (;;) {
    try {
      return (await pen.journal.write<Ended>(entry)).index
    } catch (error) {
      if (pen.giveUp.aborted) throw error
      pen.logger.error({ err: error, action: row.id }, 'What became of an action cannot be recorded; trying again.')
      await setTimeout(pen.retryMs)
    }
  }
}

type Ended = ActionDelivered | ActionAttempted | ActionDeadLettered
type Entry = Pick<Written<Ended>, 'type' | 'data'>

function entryOf({ journal, random }: AttemptPen, row: ActionRow, end: AttemptEnd): Entry {
  const attempt = row.attempts + 1
  const base = { useCase: row.useCase, decision: row.decision, action: row.id, attempt }
  if (end.kind === 'delivered') return { type: 'action-delivered', data: { ...base, status: end.status, ms: end.ms } }
  if (end.kind === 'impossible') return { type: 'action-dead-lettered', data: { ...base, error: end.because } }
  const { retryAfterMs, gone } = end
  const error = end.error.slice(0, errorLengthMax).toWellFormed()
  const next = nextAttempt({ attempt, now: journal.now(), random: random(), retryAfterMs, gone })
  if (next.kind === 'retry')
    return { type: 'action-attempted', data: { ...base, error, nextAt: formatInstant(next.at) } }
  return { type: 'action-dead-lettered', data: { ...base, error } }
}

/** The entry is for ever and has a limit of its own. */
const errorLengthMax = 500
