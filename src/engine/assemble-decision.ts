// One decision as it is shown: put together from what was read, nothing read here.
//
// While a blind audit is open, a second person is to judge the case without knowing what the system did. So until then the
// answer, its value, its confidence, the reason and the rule (each tells the answer) are left out, unless the caller is the
// one who got the answer anyway.

import type { DecidedValue, DecisionRecorded, DecisionStatus, InputPayload } from '#core/decision/events.ts'
import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import type { Reviewed } from './decision-file.ts'
import type { ActionRow, DecisionTrace, OutcomeRow } from './ports.ts'
import { durationMs } from './project-decisions.ts'

export type DecisionContents = {
  readonly input: InputPayload | undefined
  readonly output: JsonValue | undefined
  /** Something that the entry names is gone. */
  readonly isErased: boolean
}

export type DecisionFacts = {
  readonly decision: DecisionRecorded
  readonly index: number
  /** A checkpoint covers the entry. */
  readonly isCheckpointed: boolean
  readonly contents: DecisionContents
  readonly trace: DecisionTrace | undefined
  readonly reviewed: Reviewed | undefined
  /** Of the decision's revision. */
  readonly manifest: ResolvedManifest | undefined
  readonly viewer: string | undefined
  readonly now: Instant
  readonly asRecorded: boolean
}

export type DecisionSheet = ReturnType<typeof assembleDecision>

export function assembleDecision(facts: DecisionFacts) {
  const { decision, contents, reviewed } = facts
  const isErased = contents.isErased || reviewed?.isErased === true
  // Nobody is asked for a second look at what was erased, so nothing is hidden for its sake.
  const isBlind = !facts.asRecorded && decision.data.review?.kind === 'audit' && !reviewed && !contents.isErased
  const sheet = recordedSheet(facts)
  const withheld = isErased ? ('erased' as const) : isBlind ? ('blind-audit' as const) : null
  return isBlind ? { ...sheet, ...blinded, withheld } : { ...sheet, withheld }
}

const blinded = {
  reason: 'audit',
  confidence: null,
  value: null,
  finalValue: null,
  output: null,
  finalOutput: null,
  rule: null,
}

function recordedSheet(facts: DecisionFacts) {
  const { decision, contents, trace } = facts
  const { data } = decision
  const final = finalOf(facts)
  return {
    id: decision.id,
    useCase: data.useCase,
    revision: data.revision,
    origin: data.origin,
    at: decision.time,
    status: final.status,
    route: data.route,
    reason: data.reason,
    arm: data.arm,
    model: data.model,
    confidence: data.confidence,
    value: data.value,
    finalValue: final.value,
    label: trace?.label ?? null,
    durationMs: durationMs(data.steps),
    log: { index: facts.index },
    subject: contents.input?.subject ?? null,
    input: contents.input?.input ?? null,
    context: contents.input?.context ?? null,
    output: contents.output ?? null,
    finalOutput: final.output ?? null,
    rule: ruleOf(data, facts.manifest),
    violations: [...data.violations],
    failure: data.failure,
    audit: data.audit,
    by: data.by,
    steps: [...data.steps],
    payloads: { ...data.payloads },
    proof: { index: facts.index, checkpointed: facts.isCheckpointed },
    review: reviewOf(facts),
    actions: actionsOf(facts),
    outcomes: (trace?.outcomes ?? []).map(outcomeOf),
    erased: trace?.erased ?? null,
  }
}

type Final = {
  readonly status: DecisionStatus
  readonly value: DecidedValue | null
  readonly output: JsonValue | undefined
}

/** What stands now: the person's answer where a person was asked. An audit changes nothing of what was decided. */
function finalOf({ decision: { data }, contents, reviewed }: DecisionFacts): Final {
  if (reviewed && data.review?.kind === 'decision') {
    const { value, payloads } = reviewed.event.data
    // Approved without saying it again: the proposal stands.
    const output = payloads.output === undefined ? contents.output : reviewed.output
    return { status: 'decided', value, output }
  }
  if (data.status !== 'decided') return { status: data.status, value: null, output: undefined }
  return { status: 'decided', value: data.value, output: contents.output }
}

/** The entry keeps the rule's reason; the manifest of its revision has the rule. Where several share it, one of them held. */
function ruleOf({ reason, route }: DecisionRecorded['data'], manifest: ResolvedManifest | undefined): string | null {
  const rules = manifest?.decision.rules ?? []
  const matching = rules.filter(
    (rule, at) => (rule.reason ?? `rule-${at + 1}`) === reason && (rule.route === route || rule.route === 'fallback'),
  )
  if (matching.length < 2) return matching[0]?.when ?? null
  return matching.map(({ when }) => `(${when})`).join(' || ')
}

function reviewOf({ decision, contents, trace, reviewed, viewer, now }: DecisionFacts) {
  const { review, useCase } = decision.data
  if (!review || (review.kind === 'audit' && !reviewed && contents.isErased)) return null
  const claim = reviewed ? undefined : trace?.review?.claim
  const held = claim && claim.until > now ? claim : undefined
  return {
    id: decision.id,
    useCase,
    kind: review.kind,
    status: reviewed ? ('done' as const) : held ? ('claimed' as const) : ('open' as const),
    openedAt: decision.time,
    dueAt: review.dueAt,
    claimedBy: held?.name ?? null,
    claimedByMe: held !== undefined && held.key === viewer,
    claimedUntil: held ? formatInstant(held.until) : null,
    ...(reviewed ? verdictOf(reviewed) : noVerdict),
  }
}

function verdictOf({ event: { data, time }, comment, index }: Reviewed) {
  const { by, verdict, reason, agrees } = data
  return { doneAt: time, doneBy: by.name, verdict, reason, comment, agrees, log: { index } }
}

const noVerdict = {
  doneAt: null,
  doneBy: null,
  verdict: null,
  reason: null,
  comment: null,
  agrees: null,
  log: null,
}

type ShownAction = {
  id: string
  decision: string
  useCase: string
  target: string
  status: ActionRow['status']
  attempts: number
  nextAt: string | null
  lastError: string | null
  queuedAt: string
  endedAt: string | null
}

/** Those that the view knows, and those that the log says were queued since. */
function actionsOf({ decision, trace, reviewed, manifest }: DecisionFacts): ShownAction[] {
  const targetOf = (position: number) => addressOf(manifest?.actions?.[position]?.webhook.url)
  const shared = { decision: decision.id, useCase: decision.data.useCase }
  const known = (trace?.actions ?? []).map((row) => ({
    ...shared,
    id: row.id,
    target: targetOf(row.position),
    status: row.status,
    attempts: row.attempts,
    nextAt: row.nextAt === null ? null : formatInstant(row.nextAt),
    lastError: row.lastError,
    queuedAt: formatInstant(row.queuedAt),
    endedAt: row.endedAt === null ? null : formatInstant(row.endedAt),
  }))
  const ids = new Set(known.map(({ id }) => id))
  const queued = [
    ...decision.data.actions.map((position) => ({ position, at: decision.time })),
    ...(reviewed?.event.data.actions ?? []).map((position) => ({
      position,
      at: reviewed?.event.time ?? decision.time,
    })),
  ]
  const fresh = queued
    .map(({ position, at }) => ({ position, at, id: `${decision.id}.${position}` }))
    .filter(({ id }) => !ids.has(id))
    .map(({ position, at, id }) => ({
      ...shared,
      id,
      target: targetOf(position),
      status: 'queued' as const,
      attempts: 0,
      nextAt: at,
      lastError: null,
      queuedAt: at,
      endedAt: null,
    }))
  return [...known, ...fresh]
}

/** Without credentials and query, which may hold what is not for everybody's eyes. */
function addressOf(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return ''
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

function outcomeOf({ label, kpi, at, recordedAt, logIndex }: OutcomeRow) {
  return { label, kpi: { ...kpi }, at, recordedAt, log: { index: logIndex } }
}
