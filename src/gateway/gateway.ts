// The decision gateway: admit → check contract → assign arm → call model → decide route → RECORD → answer.
//
// It reads one snapshot of pipelines and awaits two things, the model and the log. It never awaits the database.

import { canonicalJson } from '#core/kernel/canonical-json.ts'
import type { Actor } from '#core/use-case/events.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { uuidV7 } from '#core/kernel/id.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { saltBytes } from '#core/kernel/payload.ts'
import type { DecisionInput } from './admit.ts'
import { assignArm, drawAudit } from './assign-arm.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { judge } from './decide-route.ts'
import { createIdempotencyDesk, type Found, type Once } from './idempotency.ts'
import { observe, type Observed, type ObservedDecision } from './observe.ts'
import type { Pipeline } from './pipeline.ts'
import {
  decisionItem,
  dueAt,
  inputPayload,
  outputPayload,
  payloadRefs,
  splitSalts,
  type DecisionData,
} from './record.ts'
import { startStopwatch } from './stopwatch.ts'

export type Caller = { readonly by: Actor; readonly idempotencyKey?: string | undefined }

/** What the caller is told. `output` is undefined while a person has yet to decide, and for what was rejected. */
export type Decided = {
  readonly id: string
  readonly index: number
  readonly data: Omit<DecisionData, 'payloads'>
  readonly output: JsonValue | undefined
}

export type Gateway = {
  /** Swaps all pipelines at once. A decision under way ends on the pipeline it began with. */
  publish(pipelines: ReadonlyMap<string, Pipeline>): void
  pipeline(useCase: string): Pipeline
  /**
   * Decides once. `known`: this Idempotency-Key was decided before, by the entry at `index`.
   * Errors: not_found, request_malformed, idempotency_conflict, model_unavailable, overloaded, log_unavailable.
   */
  decide(useCase: string, request: DecisionInput, caller: Caller): Promise<Found<Decided>>
  /** Puts a decision made elsewhere on the log. Errors: not_found, request_malformed, overloaded, log_unavailable. */
  observe(useCase: string, observation: ObservedDecision, by: Actor): Promise<Observed>
}

export function createGateway(options: GatewayOptions): Gateway {
  const desk = createIdempotencyDesk<Decided>(options.log)
  let pipelines: ReadonlyMap<string, Pipeline> = new Map()
  let inFlight = 0

  function pipelineOf(useCase: string): Pipeline {
    const found = pipelines.get(useCase)
    if (found) return found
    throw new PlatformError('not_found', `There is no use case "${useCase}".`, {
      hint: 'Apply its manifest first: airworthy apply -f airworthy.yaml.',
    })
  }

  return {
    publish(next) {
      pipelines = next
    },
    pipeline: pipelineOf,
    observe: async (useCase, observation, by) => observe(options, pipelineOf(useCase), { observation, by }),
    async decide(useCase, request, { by, idempotencyKey }) {
      const pipeline = pipelineOf(useCase)
      if (inFlight >= options.inFlightMax) throw overloaded(inFlight)
      inFlight++
      try {
        if (idempotencyKey === undefined) return await decideTimed(options, pipeline, { request, by, once: undefined })
        const once = onceOf(options, useCase, { idempotencyKey, request })
        return await desk.run(once, () => decideTimed(options, pipeline, { request, by, once }))
      } finally {
        inFlight--
      }
    },
  }
}

function overloaded(inFlight: number): PlatformError {
  return new PlatformError('overloaded', `${inFlight} decisions are under way; no more are taken.`, {
    hint: 'Try again after the time in Retry-After.',
  })
}

function onceOf(
  { pseudonym }: GatewayOptions,
  useCase: string,
  { idempotencyKey, request }: { idempotencyKey: string; request: DecisionInput },
): Once {
  const key = pseudonym(`idempotency-key\n${useCase}\n${idempotencyKey}`)
  const { input, subject, context } = request
  const body = pseudonym(
    `body\n${canonicalJson(subject === undefined ? { input, context } : { input, subject, context })}`,
  )
  return { once: `idempotency:${useCase}:${key}`, key, body }
}

type Job = { readonly request: DecisionInput; readonly by: Actor; readonly once: Once | undefined }

async function decideTimed(options: GatewayOptions, pipeline: Pipeline, job: Job): Promise<Found<Decided>> {
  const { monotonic, onDecided } = options
  const began = monotonic()
  const found = await decideOnce(options, pipeline, job)
  if (found.kind === 'new') onDecided?.(found.result.data, monotonic() - began)
  return found
}

async function decideOnce(options: GatewayOptions, pipeline: Pipeline, job: Job): Promise<Found<Decided>> {
  const { clock, monotonic, random, log } = options
  const { request, by, once } = job
  const watch = startStopwatch(monotonic)
  const at = clock()
  const id = uuidV7(at, random(10))
  const salts = splitSalts(random(2 * saltBytes))
  // Before the model is called, so that an input without a canonical form costs nobody anything.
  const input = inputPayload(pipeline.redact, request, salts.input)
  const subject = request.subject ?? pipeline.policy.subject(request) ?? undefined
  const arm = assignArm(pipeline.arms, subject ?? id)
  const violations = pipeline.contract.checkInput(request.input)
  watch.lap('contract')

  const { verdict, failure } = await judge(pipeline, request, { violations, arm, watch })

  const audited = verdict.route === 'act' && drawAudit(pipeline.useCase, id, pipeline.auditShare)
  const { manifest, auditShare, reviewDueMs } = pipeline
  const output = verdict.output === undefined ? undefined : outputPayload(pipeline.redact, verdict.output, salts.output)
  // In canonical order: see decisionItem.
  const data: DecisionData = {
    actions: followingActions(pipeline, request, verdict),
    arm,
    audit: verdict.route === 'act' && auditShare > 0 ? { drawn: audited, probability: auditShare } : null,
    by,
    confidence: verdict.confidence,
    failure,
    idempotency: once ? { body: once.body, key: once.key } : null,
    model: verdict.usedModel ? { name: manifest.model.name, version: manifest.model.version } : null,
    origin: 'gateway',
    payloads: payloadRefs(input, output),
    reason: verdict.reason,
    review:
      verdict.status === 'pending_review' || audited
        ? { dueAt: dueAt(at, reviewDueMs), kind: audited ? 'audit' : 'decision' }
        : null,
    revision: pipeline.revision,
    route: verdict.route,
    status: verdict.status,
    steps: watch.laps,
    useCase: pipeline.useCase,
    value: verdict.value,
    violations: verdict.violations,
  }
  const subjectRef = subject === undefined ? undefined : options.pseudonym(`subject\n${subject}`)
  const appended = await log.append(
    decisionItem({ id, origin: log.origin, at, data, input, output, subjectRef, once: once?.once }),
  )
  if (appended.kind === 'taken') return { kind: 'known', index: appended.index }
  const answered = verdict.status === 'decided' ? verdict.output : undefined
  return { kind: 'new', result: { id, index: appended.index, data, output: answered } }
}

function followingActions(
  pipeline: Pipeline,
  request: DecisionInput,
  verdict: { readonly status: string; readonly output: JsonValue | undefined; readonly value: DecisionData['value'] },
): readonly number[] {
  if (verdict.status !== 'decided') return []
  return pipeline.policy.actions('act', { input: request.input, output: verdict.output ?? null, value: verdict.value })
}
