// Decisions made elsewhere, put on the same log: for shadow periods, batch jobs, and systems that cannot be put behind
// the gateway yet. They are checked against the same contract and valued by the same expressions, and nothing follows
// from them: no review, no action.

import type { Actor } from '#core/use-case/events.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { uuidV7 } from '#core/kernel/id.ts'
import { parseInstant } from '#core/kernel/instant.ts'
import type { JsonObject, JsonValue } from '#core/kernel/json.ts'
import { saltBytes } from '#core/kernel/payload.ts'
import type { GatewayOptions } from './gateway-options.ts'
import type { Pipeline } from './pipeline.ts'
import { decisionItem, inputPayload, outputPayload, payloadRefs, splitSalts } from './record.ts'

export type ObservedDecision = {
  /** The other system's id: the same id is recorded once. */
  readonly id?: string
  readonly input: JsonValue
  readonly output: JsonValue
  readonly subject?: string
  readonly context?: JsonObject
  readonly confidence?: number
  readonly model?: { readonly name: string; readonly version: string }
  readonly at?: string
}

export type Observed = { readonly id: string; readonly index: number; readonly recorded: 'now' | 'before' }

/** Errors: request_malformed, log_unavailable, overloaded. */
export async function observe(
  options: GatewayOptions,
  pipeline: Pipeline,
  { observation, by }: { readonly observation: ObservedDecision; readonly by: Actor },
): Promise<Observed> {
  const { input, output, context = {} } = observation
  const at = observation.at === undefined ? options.clock() : parseInstant(observation.at)
  if (at === undefined) throw new PlatformError('request_malformed', '"at" must be an RFC 3339 time that exists.')
  const request = { input, subject: observation.subject, context }
  const facts = { input, output, context }
  const id = uuidV7(options.clock(), options.random(10))
  const salts = splitSalts(options.random(2 * saltBytes))
  const subject = observation.subject ?? pipeline.policy.subject(request) ?? undefined
  const once = observation.id === undefined ? undefined : onceOf(options, pipeline, observation.id)
  const inputPart = inputPayload(pipeline.redact, request, salts.input)
  const outputPart = outputPayload(pipeline.redact, output, salts.output)
  const appended = await options.log.append(
    decisionItem({
      id,
      origin: options.log.origin,
      at,
      data: {
        useCase: pipeline.useCase,
        revision: pipeline.revision,
        origin: 'observation',
        status: 'decided',
        route: 'act',
        reason: 'observed',
        arm: 'champion',
        model: observation.model ?? null,
        confidence: observation.confidence ?? pipeline.policy.confidence(facts),
        value: pipeline.policy.value(facts),
        violations: [...pipeline.contract.checkInput(input), ...pipeline.contract.checkOutput(output)],
        failure: null,
        audit: null,
        review: null,
        actions: [],
        idempotency: null,
        by,
        steps: [],
        payloads: payloadRefs(inputPart, outputPart),
      },
      input: inputPart,
      output: outputPart,
      subjectRef: subject === undefined ? undefined : options.pseudonym(`subject\n${subject}`),
      once,
    }),
  )
  if (appended.kind === 'appended') return { id, index: appended.index, recorded: 'now' }
  const [before] = await options.log.get([appended.index])
  const event = JSON.parse(Buffer.from(before?.entry ?? []).toString('utf8')) as { id: string }
  return { id: event.id, index: appended.index, recorded: 'before' }
}

function onceOf({ pseudonym }: GatewayOptions, { useCase }: Pipeline, id: string): string {
  return `observation:${useCase}:${pseudonym(`observation\n${useCase}\n${id}`)}`
}
