// How a manifest becomes a pipeline: its model is opened, its expressions are compiled.

import { compileMapping } from '#core/decision/policy.ts'
import { expressionVariables } from '#core/use-case/expression-variables.ts'
import type { Evaluated, Variables } from '#core/use-case/expressions.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import type { DecisionRules } from '#engine/ports.ts'
import type { Prepare } from '#engine/use-case-registry.ts'
import { compileContract } from '#gateway/check-contract.ts'
import { compilePipeline, compileRecordedPolicy } from '#gateway/compile-pipeline.ts'
import type { Pipeline } from '#gateway/pipeline.ts'
import type { ModelCaller } from '#gateway/ports.ts'
import { compileRedaction } from '#gateway/redact.ts'
import { openModel, type OpenModelOptions } from '#models/open-model.ts'

export type ModelSetting = Pick<OpenModelOptions, 'modelDir' | 'guard' | 'resolveSecret' | 'clock'>

/** See Prepare: `apply` refuses what cannot work, `start` gives a model that fails, so that the fallback decides. */
export function createPreparer(setting: ModelSetting): Prepare<Pipeline> {
  return async (manifest, { revision, purpose }) => {
    const model = await openOrFail(setting, manifest, purpose)
    return compilePipeline({ manifest, revision, model })
  }
}

async function openOrFail(
  setting: ModelSetting,
  manifest: ResolvedManifest,
  purpose: 'apply' | 'start',
): Promise<ModelCaller> {
  const { request, response } = manifest.model.endpoint
  const { name, version } = manifest.model
  try {
    return await openModel({
      ...setting,
      model: manifest.model,
      ...(request === undefined ? {} : { mapRequest: mapRequest(request, { name, version }) }),
      ...(response === undefined ? {} : { mapResponse: mapResponse(response) }),
    })
  } catch (error) {
    if (purpose === 'apply') throw error
    return unavailableModel(manifest, (error as Error).message)
  }
}

function mapRequest(expression: string, model: { readonly name: string; readonly version: string }) {
  const map = compileMapping(expression, expressionVariables.request)
  return (input: JsonValue, context: JsonValue) => valueOf(map({ input, context, model }))
}

function mapResponse(expression: string) {
  const map: (values: Variables) => Evaluated = compileMapping(expression, expressionVariables.response)
  return (body: JsonValue, status: number) => valueOf(map({ body, status }))
}

function valueOf(evaluated: Evaluated): JsonValue {
  if (evaluated.kind === 'error') throw new Error(evaluated.message)
  return evaluated.value
}

/** A model that was there when the manifest was applied and is not there now: every call fails, and health says why. */
function unavailableModel(manifest: ResolvedManifest, detail: string): ModelCaller {
  const { protocol, url, path } = manifest.model.endpoint
  return {
    call: async () => ({ kind: 'failure', failure: { cause: 'unreachable', detail } }),
    health: () => ({ protocol, target: path ?? url?.split('?')[0] ?? '', state: 'unavailable', detail }),
    close: async () => undefined,
  }
}

/** What people's decisions are held to: the same contract, policy and redaction as the gateway's. */
export function compileRules(manifest: ResolvedManifest): DecisionRules {
  const contract = compileContract(manifest)
  const policy = compileRecordedPolicy(manifest)
  return {
    checkOutput: (output) => contract.checkOutput(output),
    redact: compileRedaction(manifest.privacy),
    value: (facts) => policy.value(facts),
    actionsAfterReview: (facts) => policy.actions('review', facts),
  }
}
