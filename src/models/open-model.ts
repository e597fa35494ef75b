// Opens the model that a manifest names: its protocol, and the protection around it.
//
// What can be known to be wrong before the first call fails here, so that `apply` refuses the manifest: a file that is not
// there, an address that may not be called, a secret that cannot be read. A model server that is down is none of these.

import { PlatformError } from '#core/kernel/errors.ts'
import type { Endpoint } from '#core/use-case/manifest.ts'
import type { ModelCaller } from '#gateway/ports.ts'
import type { AddressGuard } from '#outgoing/address-guard.ts'
import { createConnectionPool } from '#outgoing/connection-pool.ts'
import type { ResolveSecret } from '#outgoing/secret.ts'
import type { Protocol } from './attempt.ts'
import { httpDialect, type MapRequest, type MapResponse } from './http.ts'
import { mlflowDialect } from './mlflow.ts'
import { resolveHeaders } from './model-headers.ts'
import { openModule } from './module.ts'
import { oipDialect } from './oip-v2.ts'
import { openOnnx } from './onnx.ts'
import { protocolOverHttp, type Dialect } from './over-http.ts'
import { protect, type Protection } from './protect.ts'

export type OpenModelOptions = {
  readonly model: { readonly name: string; readonly version: string; readonly endpoint: Endpoint }
  /** The folder that the server was told to trust; undefined: none. */
  readonly modelDir: string | undefined
  /** A guard with `allowPrivate`: models mostly run beside the gateway. */
  readonly guard: AddressGuard
  readonly resolveSecret: ResolveSecret
  /** The manifest's `request` and `response`, compiled; only for `http`. */
  readonly mapRequest?: MapRequest
  readonly mapResponse?: MapResponse
  /** Milliseconds that never go back, best `performance.now`. */
  readonly clock: () => number
}

/** Errors: manifest_invalid, configuration_invalid, address_refused, secret_unavailable, each with a hint. */
export async function openModel(options: OpenModelOptions): Promise<ModelCaller> {
  const { endpoint } = options.model
  const protection = protectionOf(endpoint)
  const protocol = await openers[endpoint.protocol](options, protection)
  return protect({ name: endpoint.protocol, protocol, protection, clock: options.clock })
}

/** The defaults are those that the manifest's schema names. */
function protectionOf(endpoint: Endpoint): Protection {
  const { timeoutMs = 2000, retries = 1, concurrency = 64, queue = 1024, circuit } = endpoint
  const { failures = 10, openMs = 5000 } = circuit ?? {}
  return { timeoutMs, retries, concurrency, queue, circuit: { failures, openMs } }
}

type Opener = (options: OpenModelOptions, protection: Protection) => Promise<Protocol>

const openers: Readonly<Record<Endpoint['protocol'], Opener>> = {
  http: (options, protection) => {
    const { model, mapRequest, mapResponse } = options
    return openOverHttp(options, protection, () =>
      httpDialect({ method: model.endpoint.method, mapRequest, mapResponse }),
    )
  },
  'oip-v2': (options, protection) => {
    const { name, endpoint } = options.model
    return openOverHttp(options, protection, () =>
      oipDialect({ model: endpoint.model ?? name, inputs: endpoint.inputs }),
    )
  },
  mlflow: (options, protection) => {
    const columns = options.model.endpoint.inputs
    return openOverHttp(options, protection, (url) => mlflowDialect({ urlPath: url.pathname, columns }))
  },
  module: ({ model, modelDir }) => openModule({ modelDir, path: model.endpoint.path }),
  onnx: ({ model, modelDir }) => openOnnx({ modelDir, path: model.endpoint.path, inputs: model.endpoint.inputs }),
}

async function openOverHttp(
  { model, guard, resolveSecret }: OpenModelOptions,
  { concurrency, timeoutMs }: Protection,
  dialectFor: (url: URL) => Dialect,
): Promise<Protocol> {
  const url = readUrl(model.endpoint.url)
  const refusal = guard.checkUrl(url)
  if (refusal) throw refusal
  const headers = await resolveHeaders(model.endpoint.headers ?? {}, resolveSecret)
  const pool = createConnectionPool({
    origin: url.origin,
    guard,
    connections: concurrency,
    // A connection that takes longer than the whole call is of no use to it.
    connectTimeoutMs: Math.max(1000, timeoutMs),
  })
  return protocolOverHttp(dialectFor(url), { url, headers }, pool)
}

function readUrl(text: string | undefined): URL {
  if (text !== undefined && URL.canParse(text)) return new URL(text)
  throw new PlatformError(
    'manifest_invalid',
    `model.endpoint.url is ${text === undefined ? 'missing' : 'not a URL'}.`,
    {
      hint: 'Write where the model listens: url: "http://models:8080".',
    },
  )
}
