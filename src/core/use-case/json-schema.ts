// JSON Schema 2020-12 as contracts use it: how a schema is compiled, and what is wrong with one that cannot be.
//
// Schemas come from people who may apply manifests, the values from anybody who may ask for decisions. So what a value can
// make expensive is bounded here: patterns run in linear time, and `uniqueItems` needs a bound where it compares in pairs.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { closestTo } from './closest.ts'
import { compileLinearPattern } from './linear-pattern.ts'
import type { JsonSchema } from './manifest.ts'

export type SchemaProblem = { readonly path: string; readonly message: string; readonly hint: string | null }

export type CompiledSchema = {
  /** Stops at the first fault: what the valid case costs. */
  readonly isValid: ValidateFunction
  /** Collects every fault. */
  readonly findFaults: ValidateFunction
}

/** For schemas that `checkJsonSchema` found nothing in. Validating changes nothing and fills in nothing. */
export function compileJsonSchema(schema: JsonSchema): CompiledSchema {
  // One instance each: two schemas of a manifest may use the same $id.
  return {
    isValid: schemaCompiler({ allErrors: false }).compile(schema),
    findFaults: schemaCompiler({ allErrors: true }).compile(schema),
  }
}

function schemaCompiler({ allErrors, strict = false }: { allErrors: boolean; strict?: boolean }): Ajv2020 {
  const ajv = new Ajv2020({
    allErrors,
    // Else every object has the members that JavaScript gives it: a required `toString` would never be missing.
    ownProperties: true,
    strictSchema: strict,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    validateFormats: true,
    validateSchema: false,
    meta: false,
    logger: false,
    code: { regExp: linearEngine },
  })
  addFormats.default(ajv)
  return ajv
}

const linearEngine = Object.assign(
  (source: string) => {
    const compiled = compileLinearPattern(source)
    if (compiled.kind === 'invalid') throw new Error(`The pattern "${source}" cannot be used: ${compiled.message}.`)
    return compiled.pattern
  },
  // Ajv asks for the source of the engine, for validators that it writes to a file; ours live in memory.
  { code: 'linearEngine' },
)

/** Everything wrong with a schema, by JSON Pointer into it. Empty: it can be compiled. */
export function checkJsonSchema(schema: unknown): readonly SchemaProblem[] {
  if (typeof schema === 'boolean') return []
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    return [{ path: '', message: 'A JSON Schema is an object, true or false.', hint: null }]
  }
  const dialect = (schema as { $schema?: unknown }).$schema
  if (dialect !== undefined && dialect !== draft && dialect !== `${draft}#`) {
    return [
      { path: '/$schema', message: 'Schemas are JSON Schema 2020-12.', hint: `Write ${draft}, or leave $schema out.` },
    ]
  }
  const problems = [...keywordProblems(schema), ...shapeProblems(schema)]
  return problems.length > 0 ? problems : compileProblems(schema)
}

const draft = 'https://json-schema.org/draft/2020-12/schema'

/** Holds the meta-schema alone, compiled at its first use: that costs more than checking any schema against it. */
const metaSchema = new Ajv2020({ allErrors: true, strict: false, logger: false })

/** Against the meta-schema: a keyword has the wrong kind of value. */
function shapeProblems(schema: object): SchemaProblem[] {
  if (metaSchema.validateSchema(schema) === true) return []
  const faults = new Map((metaSchema.errors ?? []).map((fault) => [fault.instancePath, fault.message ?? 'is wrong']))
  return Array.from(faults, ([path, message]) => ({ path, message: `Not a JSON Schema: ${message}.`, hint: null }))
}

function compileProblems(schema: object): SchemaProblem[] {
  try {
    const compiler = schemaCompiler({ allErrors: false, strict: true })
    for (const keyword of ownKeywords(schema)) compiler.addKeyword(keyword)
    compiler.compile(schema)
    return []
  } catch (error) {
    const { message } = error as Error
    const ref = /can't resolve reference (\S+)/.exec(message)?.[1]
    if (ref === undefined) return [{ path: '', message: `The schema does not compile: ${message}.`, hint: null }]
    const hint = 'References stay inside the schema: put it under $defs and refer to #/$defs/….'
    return [{ path: '', message: `Nothing stands at the reference ${ref}.`, hint }]
  }
}

function ownKeywords(root: object): ReadonlySet<string> {
  const own = new Set<string>()
  forEachSubschema(root, (schema) => {
    for (const keyword of Object.keys(schema)) if (keyword.startsWith('x-')) own.add(keyword)
  })
  return own
}

/** What the meta-schema lets pass: keywords that do not exist, patterns that are not linear, comparisons in pairs. */
function keywordProblems(root: object): SchemaProblem[] {
  const problems: SchemaProblem[] = []
  forEachSubschema(root, (schema, path) => {
    for (const keyword of Object.keys(schema)) {
      if (known.has(keyword) || keyword.startsWith('x-')) continue
      const closest = closestTo(keyword, [...known])
      const hint =
        closest === undefined ? 'Own keywords begin with x-.' : `Did you mean ${closest}? Own keywords begin with x-.`
      problems.push({
        path: `${path}/${escapePointer(keyword)}`,
        message: `JSON Schema has no keyword ${keyword}.`,
        hint,
      })
    }
    for (const [at, pattern] of patternsOf(schema)) {
      const compiled = compileLinearPattern(pattern)
      if (compiled.kind === 'invalid') {
        problems.push({ path: `${path}${at}`, message: `The pattern cannot be used: ${compiled.message}.`, hint: null })
      }
    }
    if (schema['uniqueItems'] === true && !isBounded(schema)) {
      const hint = 'Give maxItems (at most 1000), or let items be strings, numbers or booleans by their type.'
      problems.push({
        path: `${path}/uniqueItems`,
        message: 'uniqueItems compares every pair of a list without a bound.',
        hint,
      })
    }
  })
  return problems
}

function isBounded(schema: Subschema): boolean {
  const { maxItems, items } = schema as { maxItems?: unknown; items?: { type?: unknown } }
  const isScalar = ['string', 'number', 'integer', 'boolean'].includes(String(items?.type))
  return isScalar || (typeof maxItems === 'number' && maxItems <= 1000)
}

function patternsOf(schema: Subschema): [string, string][] {
  const { pattern, patternProperties } = schema
  const own: [string, string][] = typeof pattern === 'string' ? [['/pattern', pattern]] : []
  const names =
    typeof patternProperties === 'object' && patternProperties !== null ? Object.keys(patternProperties) : []
  return [...own, ...names.map((name): [string, string] => [`/patternProperties/${escapePointer(name)}`, name])]
}

type Subschema = { readonly [keyword: string]: unknown }

const holdsSchema = [
  'additionalProperties',
  'propertyNames',
  'items',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentSchema',
]
const holdsSchemas = ['allOf', 'anyOf', 'oneOf', 'prefixItems']
const holdsNamedSchemas = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']
const known = new Set(
  [
    '$id $schema $ref $anchor $dynamicRef $dynamicAnchor $vocabulary $comment',
    'type enum const multipleOf maximum exclusiveMaximum minimum exclusiveMinimum',
    'maxLength minLength pattern maxItems minItems uniqueItems maxContains minContains',
    'maxProperties minProperties required dependentRequired format contentEncoding contentMediaType',
    'title description default deprecated readOnly writeOnly examples',
  ]
    .flatMap((keywords) => keywords.split(' '))
    .concat(holdsSchema, holdsSchemas, holdsNamedSchemas),
)

function forEachSubschema(schema: unknown, visit: (schema: Subschema, path: string) => void, path = ''): void {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return
  const own = schema as Subschema
  visit(own, path)
  for (const keyword of holdsSchema) forEachSubschema(own[keyword], visit, `${path}/${keyword}`)
  for (const keyword of holdsSchemas) {
    const list = own[keyword]
    if (Array.isArray(list))
      for (const [at, item] of list.entries()) forEachSubschema(item, visit, `${path}/${keyword}/${at}`)
  }
  for (const keyword of holdsNamedSchemas) {
    for (const [name, member] of Object.entries(own[keyword] ?? {})) {
      forEachSubschema(member, visit, `${path}/${keyword}/${escapePointer(name)}`)
    }
  }
}

/** RFC 6901. */
export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
