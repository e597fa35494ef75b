// Does a schema know a member? Only a schema that closes its objects can say no.

import type { JsonSchema } from './manifest.ts'

export type FieldKnown =
  | { readonly kind: 'known' | 'open' }
  /** `known`: the members that the schema does have where the path breaks off. */
  | { readonly kind: 'unknown'; readonly name: string; readonly known: readonly string[] }

/** `field` is dotted; below a list its items are meant. */
export function findField(schema: JsonSchema, field: string): FieldKnown {
  let at: unknown = schema
  for (const name of field.split('.')) {
    const object = objectBelow(at, schema)
    if (object === undefined) return { kind: 'open' }
    const properties = (object['properties'] ?? {}) as Readonly<Record<string, unknown>>
    if (!Object.hasOwn(properties, name)) {
      const isClosed = object['additionalProperties'] === false && object['patternProperties'] === undefined
      return isClosed ? { kind: 'unknown', name, known: Object.keys(properties) } : { kind: 'open' }
    }
    at = properties[name]
  }
  return { kind: 'known' }
}

type Keywords = { readonly [keyword: string]: unknown }

/** The schema of an object, behind references and lists; undefined where anything may stand. */
function objectBelow(schema: unknown, root: JsonSchema): Keywords | undefined {
  let at = schema
  // A chain of references longer than this is a circle.
  for (let step = 0; step < 20; step++) {
    if (typeof at !== 'object' || at === null) return undefined
    const keywords = at as Keywords
    if (typeof keywords['$ref'] === 'string') at = resolvePointer(root, keywords['$ref'])
    else if (keywords['type'] === 'array') at = keywords['items']
    else return keywords['type'] === undefined || keywords['type'] === 'object' ? keywords : undefined
  }
  return undefined
}

/** What stands at `#/a/b` of `root`; undefined for references that lead elsewhere. */
export function resolvePointer(root: unknown, ref: string): unknown {
  if (!ref.startsWith('#')) return undefined
  return ref
    .slice(1)
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => (typeof at === 'object' && at !== null ? (at as Keywords)[part] : undefined), root)
}
