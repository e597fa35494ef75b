// The manifest's JSON Schema for editors: `airworthy schema` prints it.

import { Manifest } from './manifest.ts'

/** Plain JSON Schema 2020-12, with descriptions. */
export function manifestJsonSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...(JSON.parse(JSON.stringify(Manifest)) as object),
  }
}
