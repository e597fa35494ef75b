// Outcomes: what turned out later, tied to a decision or to a subject. All of a request is checked before any is written.
//
// A label known by subject goes to the subject’s latest decision, and its entry names that decision.

import { assertAllowed, allows, useCasesAllowed } from '#core/access/permissions.ts'
import type { DecidedValue, DecisionRecorded } from '#core/decision/events.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { payloadRef } from '#core/kernel/payload.ts'
import type { Principal } from '#core/kernel/principal.ts'
import {
  checkOutcomes,
  fitProblem,
  outcomesMax,
  type GivenOutcome,
  type OutcomeProblem,
} from '#core/outcomes/check-outcomes.ts'
import type { OutcomeRecorded } from '#core/outcomes/events.ts'
import type { Log } from '#log/log.ts'
import type { Journal, Written } from './journal.ts'
import { mapBounded } from './map-bounded.ts'
import { eventOf } from './read-entry.ts'
import { latestDecisionOf } from './subject-decisions.ts'

export type OutcomeLedgerParts = {
  readonly journal: Journal
  /** Decisions are looked up in the log, which is never behind: an outcome may follow its decision at once. */
  readonly log: Pick<Log, 'findById' | 'findBySubject' | 'get'>
  /** Pseudonym of a subject, the same as the gateway's: by it the outcome meets the subject's decisions. */
  readonly subjectRef: (subject: string) => string
  /** What the manifest in force of the use case redacts. */
  readonly redact: (useCase: string, value: JsonValue) => JsonValue
}

/** Outcomes in one call. */
export const outcomesAtOnceMax = outcomesMax

type OutcomesWritten = { readonly recorded: number; readonly first: number; readonly last: number }

export type OutcomeLedger = {
  /**
   * One outcome or an array of up to 10,000. Durable when it resolves. Errors: request_malformed (with every problem and
   * its position; nothing was written), outcome_unknown_decision, forbidden, log_unavailable (details.recorded tells how
   * many were written before).
   */
  record(body: JsonValue | undefined, principal: Principal): Promise<OutcomesWritten>
}

/** Enough to fill group commits, not so much that the gateway's records wait behind. */
const writesAtOnce = 256
const readsAtOnce = 64

export function createOutcomeLedger(parts: OutcomeLedgerParts): OutcomeLedger {
  return {
    async record(body, principal) {
      // Whoever may record nothing learns nothing about what was sent.
      if (useCasesAllowed(principal, 'record-outcomes').length === 0) assertAllowed(principal, 'record-outcomes')
      const checked = checkOutcomes(body, parts.journal.now())
      if (checked.kind === 'invalid') throw malformed(checked.problems)
      const path = Array.isArray(body) ? (position: number) => `/${position}` : () => ''
      const belongings = await belongingsOf(parts, checked.outcomes, { principal, path })
      return write(parts, checked.outcomes, { principal, belongings })
    },
  }
}

type Asked = { readonly principal: Principal; readonly path: (position: number) => string }

/** What an outcome belongs to. No use case: a subject alone is known, and no decision of theirs. */
type Belonging = { readonly decision: string | null; readonly useCase: string | null }

/** By position. */
async function belongingsOf(
  parts: OutcomeLedgerParts,
  outcomes: readonly GivenOutcome[],
  { principal, path }: Asked,
): Promise<readonly Belonging[]> {
  const decisions = await findDecisions(parts.log, outcomes, principal)
  const latest = await findLatest(parts, outcomes)
  const unknown: OutcomeProblem[] = []
  const unfit: OutcomeProblem[] = []
  const belongings = outcomes.map((outcome, position): Belonging => {
    if (outcome.decision === null) assertAllowed(principal, 'record-outcomes', outcome.useCase ?? undefined)
    const found = outcome.decision === null ? latest.get(latestKey(outcome)) : decisions.get(outcome.decision)
    if (!found) {
      if (outcome.decision !== null)
        unknown.push({ path: `${path(position)}/decision`, message: `There is no decision ${outcome.decision}.` })
      return { decision: null, useCase: outcome.useCase }
    }
    const problem = fitProblem(outcome, found.data)
    if (problem) unfit.push({ path: `${path(position)}${problem.path}`, message: problem.message })
    return { decision: found.id, useCase: found.data.useCase }
  })
  if (unknown.length > 0) throw unknownDecisions(unknown)
  if (unfit.length > 0) throw malformed(unfit)
  return belongings
}

/** For labels known by subject, by `latestKey`. Each subject is looked up once for all of a request. */
async function findLatest(
  { log, subjectRef }: OutcomeLedgerParts,
  outcomes: readonly GivenOutcome[],
): Promise<ReadonlyMap<string, DecisionRecorded>> {
  const asked = new Map<string, GivenOutcome>()
  for (const outcome of outcomes) {
    if (outcome.decision === null && outcome.label !== null) asked.set(latestKey(outcome), outcome)
  }
  const found = new Map<string, DecisionRecorded>()
  await mapBounded([...asked], readsAtOnce, async ([key, { subject, useCase }]) => {
    const decision = await latestDecisionOf(log, subjectRef(subject ?? ''), useCase)
    if (decision) found.set(key, decision)
  })
  return found
}

/** Figures alone belong to no decision. */
function latestKey({ subject, useCase, label }: GivenOutcome): string {
  return label === null ? '' : `${useCase ?? ''}\n${subject ?? ''}`
}

/** Only those that the key may record outcomes for: the others are none of its business. */
async function findDecisions(
  log: OutcomeLedgerParts['log'],
  outcomes: readonly GivenOutcome[],
  principal: Principal,
): Promise<ReadonlyMap<string, DecisionRecorded>> {
  const ids = [...new Set(outcomes.flatMap((outcome) => outcome.decision ?? []))]
  const found = new Map<string, DecisionRecorded>()
  await mapBounded(ids, readsAtOnce, async (id) => {
    const record = await log.findById(id)
    const event = record && (eventOf(record) as DecisionRecorded)
    if (event?.type !== 'decision-recorded') return
    if (allows(principal, 'record-outcomes', event.data.useCase)) found.set(id, event)
  })
  return found
}

async function write(
  parts: OutcomeLedgerParts,
  outcomes: readonly GivenOutcome[],
  { principal, belongings }: { readonly principal: Principal; readonly belongings: readonly Belonging[] },
): Promise<OutcomesWritten> {
  const indices: number[] = []
  try {
    await mapBounded(outcomes, writesAtOnce, async (outcome, position) => {
      const entry = entryOf(parts, outcome, { principal, ...(belongings[position] ?? nowhere) })
      indices.push((await parts.journal.write<OutcomeRecorded>(entry)).index)
    })
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error
    throw new PlatformError(
      error.code,
      `${error.message} ${indices.length} of ${outcomes.length} outcomes were recorded.`,
      {
        cause: error,
        hint: 'Send them again: a label replaces the one before it.',
        details: { recorded: indices.length },
      },
    )
  }
  return { recorded: indices.length, first: indices.reduce(min), last: indices.reduce(max) }
}

const nowhere: Belonging = { decision: null, useCase: null }

function entryOf(
  { journal, subjectRef, redact }: OutcomeLedgerParts,
  outcome: GivenOutcome,
  { principal, decision, useCase }: Belonging & { readonly principal: Principal },
): Written<OutcomeRecorded> {
  const { subject, label, kpi, at } = outcome
  // Without a use case nobody can say what is to be redacted: then the pseudonym alone is kept, which is enough to join.
  const payload =
    subject === null || useCase === null ? undefined : journal.payload('subject', redact(useCase, subject))
  return {
    type: 'outcome-recorded',
    subject: useCase === null ? `key/${principal.keyId}` : `use-case/${useCase}`,
    data: {
      decision,
      useCase,
      // As the decision's value was: what was taken out of one would never equal the other.
      label: useCase !== null && typeof label === 'string' ? (redact(useCase, label) as DecidedValue) : label,
      kpi,
      at,
      by: { key: principal.keyId, name: principal.name },
      payloads: payload === undefined ? {} : { subject: payloadRef(payload) },
    },
    ...(payload === undefined ? {} : { payloads: [payload] }),
    ...(subject === null ? {} : { subjectRef: subjectRef(subject) }),
  }
}

function malformed(problems: readonly OutcomeProblem[]): PlatformError {
  return new PlatformError('request_malformed', `${count(problems, 'problem')} in the outcomes; none was recorded.`, {
    hint: 'Correct what is listed and send all of them again.',
    details: { problems: problems.slice(0, problemsShownMax), problemsInAll: problems.length },
  })
}

function unknownDecisions(problems: readonly OutcomeProblem[]): PlatformError {
  return new PlatformError(
    'outcome_unknown_decision',
    `${count(problems, 'decision')} not known; no outcome was recorded.`,
    {
      hint: 'Check the ids; the key must be for the decisions’ use case.',
      details: { problems: problems.slice(0, problemsShownMax), problemsInAll: problems.length },
    },
  )
}

/** An answer of ten thousand problems helps nobody; their number is given beside them. */
const problemsShownMax = 1_000

function count({ length }: readonly unknown[], what: string): string {
  return `${length} ${what}${length === 1 ? '' : 's'}`
}

const min = (a: number, b: number) => Math.min(a, b)
const max = (a: number, b: number) => Math.max(a, b)
