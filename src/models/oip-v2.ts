// Open Inference Protocol V2 over REST (kserve/open-inference-protocol, specification/protocol/inference_rest.md): KServe,
// Triton, MLServer, OpenVINO, TorchServe.

import { isJsonObject, type JsonObject, type JsonValue } from '#core/kernel/json.ts'
import { unfit, type Unfit } from './attempt.ts'
import type { Dialect } from './over-http.ts'
import { tensorsFrom, valueFrom, type TensorInput, type TensorScalar } from './tensor.ts'

export type OipDialectOptions = {
  /**
   * The model's name on the server; `name/versions/3` asks for one version. Without one the server serves the version it
   * prefers: the version in a manifest is the team's own and need not be known there.
   */
  readonly model: string
  readonly inputs: readonly TensorInput[] | undefined
}

export function oipDialect({ model, inputs }: OipDialectOptions): Dialect {
  let calls = 0
  return {
    method: 'POST',
    path: `/v2/models/${model.split('/').map(encodeURIComponent).join('/')}/infer`,
    encode(input, context) {
      const tensors = tensorsFrom(input, inputs)
      if ('kind' in tensors) return tensors
      const id = idOf(context) ?? String(++calls)
      const sent = tensors.map(({ name, shape, datatype, data }) => ({ name, shape, datatype, data }))
      return { kind: 'encoded', body: JSON.stringify({ id, inputs: sent }), id }
    },
    decode(body, { encoded }) {
      if (!isJsonObject(body)) return unfit('The answer is no inference response.')
      const { id, outputs, error } = body
      if (error !== undefined && outputs === undefined) return unfit('The answer is an error of the model server.')
      // An answer to somebody else's question must never become this one's.
      if (typeof id === 'string' && id !== '' && id !== encoded.id)
        return unfit('The answer carries the id of another request.')
      const output = outputsFrom(outputs)
      return 'kind' in output ? output : { kind: 'decoded', output: output.values }
    },
  }
}

function idOf(context: JsonValue): string | undefined {
  const id = isJsonObject(context) ? context['id'] : undefined
  return typeof id === 'string' && id !== '' ? id : undefined
}

function outputsFrom(outputs: JsonValue | undefined): { readonly values: Readonly<Record<string, JsonValue>> } | Unfit {
  if (!Array.isArray(outputs) || outputs.length === 0) return unfit('The answer has no outputs.')
  const values: [string, JsonValue][] = []
  for (const output of outputs as readonly JsonValue[]) {
    const name = isJsonObject(output) ? output['name'] : undefined
    if (!isJsonObject(output) || typeof name !== 'string') return unfit('An output of the answer has no name.')
    const value = outputValue(output)
    if (isUnfit(value)) return value
    values.push([name, value])
  }
  // fromEntries defines members, so that no name can reach a setter.
  return { values: Object.fromEntries(values) }
}

function outputValue(output: JsonObject): JsonValue | Unfit {
  const { shape, data, datatype } = output
  if (!Array.isArray(shape) || !Array.isArray(data)) return unfit('An output of the answer has no shape or no data.')
  // Row-major data may come flat or nested; flat is what it means.
  const flat: readonly unknown[] = data.flat(Number.POSITIVE_INFINITY)
  if (!flat.every(isScalar)) return unfit('An output of the answer holds other than numbers, texts and booleans.')
  if ((datatype === 'INT64' || datatype === 'UINT64') && !flat.every(Number.isSafeInteger)) {
    return unfit('An output of the answer holds an integer beyond 2^53, which would not be exact.')
  }
  return valueFrom(shape as readonly number[], flat)
}

function isScalar(value: unknown): value is TensorScalar {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean'
}

function isUnfit(value: JsonValue | Unfit): value is Unfit {
  return isJsonObject(value) && value['kind'] === 'unfit'
}
