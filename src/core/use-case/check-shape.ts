// The manifest against its JSON Schema, in words that name what would be right.

import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { closestTo } from './closest.ts'
import { escapePointer } from './json-schema.ts'
import { Manifest } from './manifest.ts'
import type { Finding, ManifestPart, Report } from './manifest-problem.ts'

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false, logger: false })
addFormats.default(ajv)
const validate = ajv.compile(Manifest)

export function checkShape(value: unknown, report: Report): void {
  if (validate(value)) return
  for (const fault of telling(validate.errors ?? [])) report(findingOf(fault))
}

/** Of alternatives, the faults of the one that was meant: the one whose type fits. */
function telling(faults: readonly ErrorObject[]): ErrorObject[] {
  const alternatives = faults.filter((fault) => fault.keyword === 'anyOf')
  const branchOf = (fault: ErrorObject) => {
    const parent = alternatives.find(({ schemaPath }) => fault.schemaPath.startsWith(`${schemaPath}/`))
    return parent && { parent, branch: fault.schemaPath.slice(parent.schemaPath.length + 1).split('/', 1)[0] ?? '' }
  }
  const isMeant = (parent: ErrorObject, branch: string) =>
    !faults.some((fault) => {
      const place = branchOf(fault)
      return (
        place?.parent === parent &&
        place.branch === branch &&
        fault.keyword === 'type' &&
        fault.instancePath === parent.instancePath
      )
    })
  return faults.filter((fault) => {
    if (fault.keyword === 'anyOf')
      return !faults.some((other) => branchOf(other)?.parent === fault && isMeant(fault, branchOf(other)?.branch ?? ''))
    const place = branchOf(fault)
    return place === undefined || isMeant(place.parent, place.branch)
  })
}

type Described = { readonly description?: string; readonly properties?: Readonly<Record<string, Described>> }

type Words = {
  readonly message: string
  readonly hint?: string | null
  readonly name?: string
  readonly part?: ManifestPart
}
type Fault = Omit<ErrorObject, 'params'> & {
  readonly schema: Described
  readonly params: Readonly<Record<string, unknown>>
}

/** By keyword; `name` is a member below the place of the fault. */
const wordsFor: Readonly<Record<string, (fault: Fault) => Words>> = {
  additionalProperties({ schema, params }) {
    const name = String(params['additionalProperty'])
    const known = Object.keys(schema.properties ?? {})
    const closest = closestTo(name, known)
    const hint = `${closest === undefined ? '' : `Did you mean ${closest}? `}Known here: ${known.join(', ')}.`
    return { name, message: `There is no key ${name} here.`, hint, part: { kind: 'key' } }
  },
  required({ schema, params }) {
    const name = String(params['missingProperty'])
    return { name, message: `${name} is missing.`, hint: schema.properties?.[name]?.description ?? null }
  },
  enum({ data, params }) {
    const allowed = (params['allowedValues'] as unknown[]).map(String)
    const closest = typeof data === 'string' ? closestTo(data, allowed) : undefined
    const hint = closest === undefined ? null : `Did you mean ${closest}?`
    return { message: `${shown(data)} is not one of ${allowed.join(', ')}.`, hint }
  },
  const({ data, params }) {
    const [allowed] = [params['allowedValue']]
    return { message: `${shown(data)} is not ${shown(allowed)}.`, hint: `Write ${String(allowed)}.` }
  },
  type({ data, params, schema }) {
    const type = String(params['type'])
    const isUnquoted = type === 'string' && (typeof data === 'number' || typeof data === 'boolean')
    const hint = isUnquoted ? `Put it in quotes: "${data}".` : schema.description
    return { message: `This must be ${nouns[type] ?? type}.`, hint: hint ?? null }
  },
  pattern: formWords,
  format: formWords,
  anyOf: ({ schema }) => ({
    message: 'This fits none of the forms that are possible here.',
    hint: schema.description ?? null,
  }),
  minLength: ({ schema }) => ({ message: 'This is empty.', hint: schema.description ?? null }),
}

function findingOf(fault: ErrorObject): Finding {
  const schema = (fault.parentSchema ?? {}) as Described
  const words = wordsFor[fault.keyword]?.({ ...fault, schema })
  if (words === undefined) {
    // The rest are limits, which the validator words well: "must be <= 1".
    return {
      path: fault.instancePath,
      message: `This ${fault.message ?? `breaks ${fault.keyword}`}.`,
      hint: schema.description ?? null,
    }
  }
  const { name, ...finding } = words
  return { ...finding, path: name === undefined ? fault.instancePath : `${fault.instancePath}/${escapePointer(name)}` }
}

function formWords({ data, schema, instancePath }: Fault): Words {
  const hint = schema.description ?? (instancePath.endsWith('/url') ? 'It begins with http:// or https://.' : null)
  const isBlank = typeof data === 'string' && data.trim() === ''
  // Whoever writes the secret itself where its name belongs should not find it in a log as well.
  const what = instancePath.endsWith('/secretRef') ? 'This' : shown(data)
  return { message: isBlank ? 'This is blank.' : `${what} does not have the right form.`, hint }
}

const nouns: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'an object with keys',
  string: 'a text',
}

/** Short values only, and never what might be a secret: those keys take no enum, pattern or range. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`
}
