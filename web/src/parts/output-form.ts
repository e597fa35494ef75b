// A form for an output, made from its JSON Schema, so that a person can decide otherwise without writing JSON.
//
// Only what a form can show plainly becomes fields: an object of enums, booleans, numbers, texts and lists of texts, nested
// objects included. A member that has no plain field stays as the model proposed it; where it is needed and nothing was
// proposed, the whole output is edited as JSON. What is checked here is checked again, and completely, by the server.

export type Scalar = string | number | boolean | null

export type FormField = {
  /** Where its value stands in the output. */
  readonly path: readonly string[]
  readonly label: string
  readonly hint: string | undefined
  readonly isRequired: boolean
  readonly input:
    | { readonly kind: 'choice'; readonly options: readonly Scalar[] }
    | {
        readonly kind: 'number'
        readonly isInteger: boolean
        readonly min: number | undefined
        readonly max: number | undefined
      }
    | { readonly kind: 'text'; readonly maxLength: number | undefined; readonly isLong: boolean }
    /** Texts, one a line; kept as one text while they are edited. */
    | { readonly kind: 'list'; readonly maxItems: number | undefined }
}

export type OutputForm = { readonly kind: 'fields'; readonly fields: readonly FormField[] } | { readonly kind: 'json' }

/** What is typed or chosen so far, by field; a field not touched is absent. */
export type FormValues = { readonly [field: string]: Scalar | undefined }

export type FormResult =
  | { readonly kind: 'output'; readonly output: unknown }
  | { readonly kind: 'invalid'; readonly problems: readonly { readonly field: string; readonly message: string }[] }

const fieldsMax = 30

/** `proposal` is what the model answered, null where there is none. */
export function outputForm(schema: unknown, proposal: unknown): OutputForm {
  const fields = objectFields(schema, [], proposal)
  return fields === undefined || fields.length === 0 || fields.length > fieldsMax
    ? { kind: 'json' }
    : { kind: 'fields', fields }
}

/** The name under which a field's value and problem are kept. */
export function fieldName(field: FormField): string {
  return field.path.join('.')
}

/** What the form starts with: the proposal's values where there are any. */
export function startValues(fields: readonly FormField[], proposal: unknown): FormValues {
  const values: Record<string, Scalar | undefined> = {}
  for (const field of fields) {
    const value = asTyped(field, valueAt(proposal, field.path))
    if (isScalar(value) && value !== null) values[fieldName(field)] = value
  }
  return values
}

/**
 * The values with which an override begins. Where one choice has just two options, deciding otherwise can only mean the
 * other one, so it is chosen already.
 */
export function overrideValues(fields: readonly FormField[], proposal: unknown): FormValues {
  const values = startValues(fields, proposal)
  const choices = fields.filter((field) => field.input.kind === 'choice')
  const only = choices[0]
  if (choices.length !== 1 || only?.input.kind !== 'choice' || only.input.options.length !== 2) return values
  const proposed = values[fieldName(only)]
  if (proposed === undefined) return values
  return { ...values, [fieldName(only)]: only.input.options.find((option) => option !== proposed) }
}

/** Puts the values into the proposal's shape: members that the form does not show stay as they were. */
export function formOutput(fields: readonly FormField[], values: FormValues, proposal: unknown): FormResult {
  const problems = fields.flatMap((field) => {
    const message = fieldProblem(field, values[fieldName(field)])
    return message === undefined ? [] : [{ field: fieldName(field), message }]
  })
  if (problems.length > 0) return { kind: 'invalid', problems }
  const output: Record<string, unknown> = isObject(proposal) ? structuredClone(proposal) : {}
  for (const field of fields) {
    const value = values[fieldName(field)]
    // A list that nobody touched goes back as it came, whatever its lines look like.
    const isUntouched = field.input.kind === 'list' && value === asTyped(field, valueAt(proposal, field.path))
    if (!isUntouched) place(output, field.path, field.input.kind === 'list' ? linesOf(value) : value)
  }
  return { kind: 'output', output }
}

/** A value as the form holds it. */
function asTyped(field: FormField, value: unknown): unknown {
  return field.input.kind === 'list' && Array.isArray(value) ? value.join('\n') : value
}

function linesOf(value: Scalar | undefined): string[] | undefined {
  if (value === undefined) return undefined
  return String(value)
    .split('\n')
    .filter((line) => line.trim() !== '')
}

/** Reads an output written as JSON. */
export function jsonOutput(text: string): FormResult {
  try {
    return { kind: 'output', output: JSON.parse(text) as unknown }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { kind: 'invalid', problems: [{ field: '', message: `This is not JSON yet: ${message}.` }] }
  }
}

function fieldProblem(field: FormField, value: Scalar | undefined): string | undefined {
  const { input } = field
  if (value === undefined || value === '') {
    return field.isRequired && input.kind !== 'list' ? `${field.label} is needed.` : undefined
  }
  if (input.kind === 'list') {
    const lines = linesOf(value)?.length ?? 0
    const isTooMany = input.maxItems !== undefined && lines > input.maxItems
    return isTooMany ? `${field.label} may have ${input.maxItems} lines; it has ${lines}.` : undefined
  }
  if (input.kind === 'choice')
    return input.options.includes(value) ? undefined : `${field.label} must be one of the choices.`
  if (input.kind === 'number') return numberProblem(field.label, input, value)
  if (input.maxLength !== undefined && String(value).length > input.maxLength) {
    return `${field.label} may have ${input.maxLength} characters; it has ${String(value).length}.`
  }
  return undefined
}

function numberProblem(
  label: string,
  input: FormField['input'] & { kind: 'number' },
  value: Scalar,
): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${label} must be a number.`
  if (input.isInteger && !Number.isInteger(value)) return `${label} must be a whole number.`
  if (input.min !== undefined && value < input.min) return `${label} must be at least ${input.min}.`
  if (input.max !== undefined && value > input.max) return `${label} must be at most ${input.max}.`
  return undefined
}

type SchemaObject = { readonly [keyword: string]: unknown }

function objectFields(schema: unknown, path: readonly string[], proposal: unknown): FormField[] | undefined {
  if (!isObject(schema) || schema['type'] !== 'object' || !isObject(schema['properties']) || path.length > 3)
    return undefined
  if (['$ref', 'oneOf', 'anyOf', 'allOf', 'if'].some((keyword) => keyword in schema)) return undefined
  const required = Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : []
  const fields: FormField[] = []
  for (const [name, member] of Object.entries(schema['properties'])) {
    const place = { path: [...path, name], isRequired: required.includes(name) }
    const found = memberFields(member, place, proposal)
    if (found !== undefined) fields.push(...found)
    else if (place.isRequired && valueAt(proposal, place.path) === undefined) return undefined
  }
  return fields
}

type Place = { readonly path: readonly string[]; readonly isRequired: boolean }

/** Undefined: no plain field. A member without one is left as the model had it. */
function memberFields(schema: unknown, place: Place, proposal: unknown): FormField[] | undefined {
  if (!isObject(schema)) return undefined
  const nested = objectFields(schema, place.path, proposal)
  if (nested !== undefined) return place.isRequired ? nested : nested.map((field) => ({ ...field, isRequired: false }))
  const input = scalarInput(schema)
  if (input === undefined) return undefined
  const title = typeof schema['title'] === 'string' ? schema['title'] : place.path.at(-1)
  const hint = typeof schema['description'] === 'string' ? schema['description'] : undefined
  return [{ path: place.path, label: readable(title ?? ''), hint, isRequired: place.isRequired, input }]
}

function scalarInput(schema: SchemaObject): FormField['input'] | undefined {
  if ('const' in schema && isScalar(schema['const'])) return { kind: 'choice', options: [schema['const']] }
  if (Array.isArray(schema['enum'])) {
    const options = schema['enum'] as unknown[]
    return options.length > 0 && options.every(isScalar) ? { kind: 'choice', options } : undefined
  }
  switch (schema['type']) {
    case 'boolean':
      return { kind: 'choice', options: [true, false] }
    case 'integer':
    case 'number':
      return {
        kind: 'number',
        isInteger: schema['type'] === 'integer',
        min: number(schema['minimum']),
        max: number(schema['maximum']),
      }
    case 'string': {
      const maxLength = number(schema['maxLength'])
      return { kind: 'text', maxLength, isLong: maxLength === undefined || maxLength > 200 }
    }
    case 'array': {
      const isTexts = isObject(schema['items']) && schema['items']['type'] === 'string' && !('enum' in schema['items'])
      return isTexts ? { kind: 'list', maxItems: number(schema['maxItems']) } : undefined
    }
    default:
      return undefined
  }
}

function readable(name: string): string {
  const words = name.replaceAll(/([a-z])([A-Z])/g, '$1 $2').replaceAll(/[_-]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), value)
}

function place(output: Record<string, unknown>, path: readonly string[], value: Scalar | string[] | undefined): void {
  const [name, ...rest] = path
  if (name === undefined) return
  if (rest.length === 0) {
    if (value === undefined || value === '') Reflect.deleteProperty(output, name)
    else output[name] = value
    return
  }
  const inner = isObject(output[name]) ? output[name] : {}
  place(inner, rest, value)
  if (Object.keys(inner).length > 0) output[name] = inner
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}
