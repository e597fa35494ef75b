// How route schemas (TypeBox, src/wire) are checked: by Ajv, strictly for bodies, with types coerced for queries only.

import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import type { FastifySchema } from 'fastify'

const strict = new Ajv({ allErrors: false, strict: false, removeAdditional: false, useDefaults: true })
const query = new Ajv({
  allErrors: false,
  strict: false,
  removeAdditional: false,
  useDefaults: true,
  coerceTypes: true,
})
for (const ajv of [strict, query]) formats.default(ajv)

type Task = { readonly schema: FastifySchema; readonly httpPart?: string | undefined }

export function compileRouteSchema({ schema, httpPart }: Task): ValidateFunction {
  const ajv = httpPart === 'querystring' || httpPart === 'params' ? query : strict
  // Wire schemas carry `$id` for openapi.json; compiled per route, the same id would clash.
  return ajv.compile(withoutIds(schema))
}

function withoutIds(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema, (name, value: unknown) => (name === '$id' ? undefined : value))) as object
}
