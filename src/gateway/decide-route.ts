// Steps 4 and 5: call the model, check its answer, apply the policy. Answers a verdict; writes nothing.
//
// The order is the manifest's promise: what broke the contract is not shown to the model, a holdout is decided without
// it, and a model that fails leads to the declared fallback.

import type { Arm, ModelFailure, Violation } from '#core/decision/events.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { DecisionInput } from './admit.ts'
import type { Pipeline, Verdict } from './pipeline.ts'
import type { Stopwatch } from './stopwatch.ts'

export type Judged = { readonly verdict: Verdict; readonly failure: ModelFailure | null }

/** Errors: overloaded; model_unavailable, only when the model failed and the manifest declares no fallback. */
export async function judge(pipeline: Pipeline, request: DecisionInput, setting: Setting): Promise<Judged> {
  const { violations, arm, watch } = setting
  if (violations.length > 0) return { verdict: onViolation(pipeline, violations), failure: null }
  if (arm === 'holdout') return { verdict: waiting('holdout'), failure: null }

  const answer = await pipeline.model.call(request.input, request.context)
  watch.lap('model')
  if (answer.kind === 'failure') {
    return { verdict: onFailure(pipeline, request, answer.failure), failure: answer.failure }
  }
  const broken = pipeline.contract.checkOutput(answer.output)
  if (broken.length > 0) {
    const failure: ModelFailure = { cause: 'bad-answer', detail: 'The answer breaks the output contract.' }
    return { verdict: { ...onFailure(pipeline, request, failure), violations: broken }, failure }
  }
  const verdict = applyPolicy(pipeline, request, answer.output)
  watch.lap('policy')
  return { verdict, failure: null }
}

export type Setting = { readonly violations: readonly Violation[]; readonly arm: Arm; readonly watch: Stopwatch }

function applyPolicy(pipeline: Pipeline, request: DecisionInput, output: JsonValue): Verdict {
  const { policy } = pipeline
  const facts = { input: request.input, output, context: request.context }
  const confidence = policy.confidence(facts)
  const { route, reason } = policy.route({ ...facts, confidence })
  if (route === 'fallback') return fallback(pipeline, request, { reason, confidence })
  return {
    status: route === 'act' ? 'decided' : route === 'reject' ? 'rejected' : 'pending_review',
    route,
    reason,
    output,
    value: policy.value(facts),
    confidence,
    violations: [],
    usedModel: true,
  }
}

function onViolation(pipeline: Pipeline, violations: readonly Violation[]): Verdict {
  const reason = 'contract-violation'
  switch (pipeline.manifest.contract.onViolation) {
    case 'reject':
      return { ...waiting(reason), status: 'rejected', route: 'reject', violations }
    case 'fallback':
      return { ...fallback(pipeline, undefined, { reason, confidence: null }), usedModel: false, violations }
    case 'review':
      return { ...waiting(reason), violations }
    default:
      throw new Error('unreachable: the manifest’s schema knows no other')
  }
}

function onFailure(pipeline: Pipeline, request: DecisionInput, failure: ModelFailure): Verdict {
  // Not the model's fault and over in a moment: the caller should come again, rather than people get what it could not do.
  if (failure.cause === 'busy')
    throw new PlatformError('overloaded', failure.detail, { hint: 'Try again after the time in Retry-After.' })
  if (!pipeline.manifest.decision.fallback) {
    const { name, version } = pipeline.manifest.model
    throw new PlatformError(
      'model_unavailable',
      `The model ${name} ${version} failed (${failure.cause}): ${failure.detail}`,
      {
        hint: 'Declare decision.fallback in the manifest, so that a failing model leads to a person or a baseline rule.',
      },
    )
  }
  return fallback(pipeline, request, { reason: `model-${failure.cause}`, confidence: null })
}

/** The baseline rule decides; or, where the manifest says `review`, proposes what a person then decides. */
function fallback(pipeline: Pipeline, request: DecisionInput | undefined, because: Because): Verdict {
  const declared = pipeline.manifest.decision.fallback
  if (!declared) return { ...waiting(because.reason), confidence: because.confidence }
  if (declared.route === 'reject') {
    return { ...waiting(because.reason), status: 'rejected', route: 'reject', confidence: because.confidence }
  }
  const output = declared.output as JsonValue
  const value = pipeline.policy.value({ input: request?.input ?? null, output, context: request?.context ?? {} })
  const status = declared.route === 'review' ? 'pending_review' : 'decided'
  return { ...waiting(because.reason), ...because, status, route: declared.route, output, value }
}

type Because = { readonly reason: string; readonly confidence: number | null }

/** A person decides, and no model's output is shown. */
function waiting(reason: string): Verdict {
  return {
    status: 'pending_review',
    route: 'review',
    reason,
    output: undefined,
    value: null,
    confidence: null,
    violations: [],
    usedModel: false,
  }
}
