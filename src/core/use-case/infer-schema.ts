// A first data contract from examples: what every one of them satisfies, closed, so that a misspelt member is noticed.
//
// It is a beginning, not knowledge: one example cannot say what may be missing or how large a number may be.

import { isJsonObject, type JsonValue } from '#core/kernel/json.ts'
import type { JsonSchema } from './manifest.ts'

/** At least one example. Members that are in every example are required. */
export function inferSchema(examples: readonly JsonValue[]): JsonSchema {
  const types = new Set(examples.map(typeOf))
  // Whole numbers in a few examples do not mean that there are no others.
  const [type] = types
  if (types.size !== 1 || type === undefined) return { type: [...types] }
  if (type === 'array') {
    const items = examples.flatMap((example) => (Array.isArray(example) ? (example as JsonValue[]) : []))
    return items.length === 0 ? { type } : { type, items: inferSchema(items) }
  }
  return type === 'object' ? objectSchema(examples.filter(isJsonObject)) : { type }
}

function objectSchema(examples: readonly { readonly [name: string]: JsonValue }[]): JsonSchema {
  const names = [...new Set(examples.flatMap((example) => Object.keys(example)))]
  const properties = names.map((name) => {
    const values = examples.flatMap((example) => (Object.hasOwn(example, name) ? [example[name] ?? null] : []))
    return [name, inferSchema(values)] as const
  })
  const required = names.filter((name) => examples.every((example) => Object.hasOwn(example, name)))
  return { type: 'object', additionalProperties: false, required, properties: Object.fromEntries(properties) }
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
