// A model that an assessment may ask, to see how it bears disturbed inputs: by the protocols of the gateway, from this machine.

import { basename, dirname, resolve } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { AssessModel } from '#cli/services.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { isJsonObject, type JsonValue } from '#core/kernel/json.ts'
import { openModel } from '#models/open-model.ts'
import { createAddressGuard } from '#outgoing/address-guard.ts'
import { circuitNeverOpens, modelPort } from './assess-calls.ts'
import type { ModelPort } from './assess/options.ts'

export type OpenedModel = { readonly port: ModelPort; close(): Promise<void> }

/** Whoever types the command may reach every address that this machine reaches. */
const guard = () => createAddressGuard({ allow: [], allowLoopback: true, allowPrivate: true })
const timeoutMs = 10_000
const concurrency = 64

/** Errors: manifest_invalid, configuration_invalid, address_refused. */
export async function openAssessedModel({ url, protocol }: AssessModel): Promise<OpenedModel> {
  const isFile = protocol === 'module' || protocol === 'onnx'
  const file = resolve(url)
  const endpoint = {
    protocol,
    timeoutMs,
    concurrency,
    circuit: circuitNeverOpens,
    ...(isFile ? { path: basename(file) } : { url }),
  }
  const model = await openModel({
    model: { name: modelName(url), version: 'assessed', endpoint },
    modelDir: isFile ? dirname(file) : undefined,
    guard: guard(),
    resolveSecret: async (reference) => {
      throw new PlatformError('secret_unavailable', `An assessment knows no secrets, and ${reference} was asked for.`)
    },
    clock: () => performance.now(),
  })
  return {
    port: modelPort({
      call: ({ row }) => model.call(row, null),
      labelOf,
      noLabel: 'The answer holds no label: a text, a number, or a member such as "label".',
      atOnce: concurrency,
    }),
    close: () => model.close(),
  }
}

/** Of an address such as http://host/v2/models/credit/infer, the model's own name. */
function modelName(url: string): string {
  return /\/models\/([^/]+)/.exec(url)?.[1] ?? 'model'
}

/** Members by which models call what they decide, and how sure they are. */
const labelNames = ['label', 'prediction', 'predicted', 'class', 'output', 'result', 'value'] as const
const scoreName = /score|confidence|prob/i

/** A scalar, the first of a list, or the member of an object that is no score. */
function labelOf(output: JsonValue): string | undefined {
  if (typeof output === 'string' || typeof output === 'number' || typeof output === 'boolean') return String(output)
  if (Array.isArray(output)) return output[0] === undefined ? undefined : labelOf(output[0] as JsonValue)
  if (!isJsonObject(output)) return undefined
  const named = labelNames.find((name) => Object.hasOwn(output, name))
  const others = Object.keys(output).filter((name) => !scoreName.test(name))
  const member = named ?? (others.length === 1 ? others[0] : undefined)
  return member === undefined ? undefined : labelOf(output[member] ?? null)
}
