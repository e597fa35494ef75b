// Any JSON over HTTP. By default `{"input": …}` goes out and `{"output": …}` comes back; two expressions of the manifest map
// everything else.

import { isJsonObject, type JsonValue } from '#core/kernel/json.ts'
import type { Endpoint } from '#core/use-case/manifest.ts'
import { unfit } from './attempt.ts'
import type { Dialect, Encoded } from './over-http.ts'

/** May throw: then this input cannot be sent. */
export type MapRequest = (input: JsonValue, context: JsonValue) => JsonValue
/** May throw: then the answer does not fit. */
export type MapResponse = (body: JsonValue, status: number) => JsonValue

export type HttpDialectOptions = {
  readonly method: Endpoint['method']
  readonly mapRequest: MapRequest | undefined
  readonly mapResponse: MapResponse | undefined
}

export function httpDialect({ method = 'POST', mapRequest, mapResponse }: HttpDialectOptions): Dialect {
  return {
    method,
    path: '',
    encode(input, context) {
      if (method === 'GET') return nothing
      if (!mapRequest) return { kind: 'encoded', body: `{"input":${JSON.stringify(input)}}` }
      const body = JSON.stringify(mapRequest(input, context)) as string | undefined
      return body === undefined
        ? unfit('The manifest’s `request` gives nothing for this input.')
        : { kind: 'encoded', body }
    },
    decode(body, { status }) {
      if (mapResponse) return { kind: 'decoded', output: mapResponse(body, status) }
      if (isJsonObject(body) && Object.hasOwn(body, 'output')) return { kind: 'decoded', output: body['output'] }
      return unfit('The answer has no member `output`; the manifest’s `response` can say where the output is.')
    },
  }
}

const nothing: Encoded = { kind: 'encoded', body: null }
