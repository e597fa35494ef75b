// Step 2 (and after the model, step 4): does the input, or the output, satisfy the data contract?
//
// On the hot path: the valid case stops at nothing and allocates nothing. Violations say where and which rule, never the
// value, because they go into the log for ever and the value may be personal.

import type { ErrorObject } from 'ajv'
import type { Violation } from '#core/decision/events.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { compileJsonSchema } from '#core/use-case/json-schema.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { compileExpectations } from './check-expectations.ts'

export type Contract = {
  /** At most 20, the first found. Empty: it holds. */
  checkInput(input: JsonValue): readonly Violation[]
  checkOutput(output: JsonValue): readonly Violation[]
}

/** More help nobody; a body of a megabyte can break a contract half a million times. */
const violationsMax = 20
/** Values with more parts than this are told their first fault only: collecting all would cost the gateway too much. */
const partsMax = 5000
const none: readonly Violation[] = []

export function compileContract(manifest: ResolvedManifest): Contract {
  const { input, output } = manifest.contract
  const checkInput = compileCheck(input.schema, '/input')
  const expectations = compileExpectations(input.expectations ?? [])
  return {
    checkInput(value) {
      const broken = checkInput(value)
      const unexpected = expectations(value)
      return unexpected.length === 0 ? broken : [...broken, ...unexpected].slice(0, violationsMax)
    },
    checkOutput: compileCheck(output.schema, '/output'),
  }
}

function compileCheck(schema: ResolvedManifest['contract']['output']['schema'], at: string) {
  const { isValid, findFaults } = compileJsonSchema(schema)
  return (value: JsonValue): readonly Violation[] => {
    if (isValid(value)) return none
    let faults = isValid.errors ?? []
    if (!hasMoreParts(value, partsMax)) {
      findFaults(value)
      faults = findFaults.errors ?? []
    }
    return violationsOf(faults, at)
  }
}

function violationsOf(faults: readonly ErrorObject[], at: string): Violation[] {
  const told = faults.filter((fault) => !isPartOfAnother(fault, faults)).slice(0, violationsMax)
  return told.map((fault) => ({ path: pathOf(fault, at), rule: fault.keyword, message: messageOf(fault) }))
}

/** When none of several alternatives fits, that says it; why each did not is noise. */
function isPartOfAnother(fault: ErrorObject, faults: readonly ErrorObject[]): boolean {
  if (fault.keyword === 'if') return faults.length > 1
  return faults.some((other) => {
    const isAlternative = other.keyword === 'anyOf' || other.keyword === 'oneOf'
    return isAlternative && other !== fault && fault.schemaPath.startsWith(`${other.schemaPath}/`)
  })
}

function pathOf({ instancePath, keyword, params }: ErrorObject, at: string): string {
  const { missingProperty, additionalProperty, unevaluatedProperty, propertyName } = params as Record<string, unknown>
  const path = at + instancePath.split('/').map(harmless).join('/')
  const name =
    keyword === 'dependentRequired'
      ? missingProperty
      : (missingProperty ?? additionalProperty ?? unevaluatedProperty ?? propertyName)
  return typeof name === 'string' ? `${path}/${harmless(name.replaceAll('~', '~0').replaceAll('/', '~1'))}` : path
}

/** Names of members come from the caller too: what does not look like a name might be an address or a number of somebody. */
function harmless(segment: string): string {
  return /^(?:[A-Za-z_][\w.-]{0,63}|\d{0,6})$/.test(segment) ? segment : '*'
}

const nouns: Readonly<Record<string, string>> = {
  array: 'a list',
  integer: 'a whole number',
  null: 'null',
  object: 'an object',
}

/** From the schema alone. */
function messageOf({ keyword, params }: ErrorObject): string {
  const { limit, type, format, allowedValues, multipleOf } = params as Record<string, unknown>
  switch (keyword) {
    case 'type':
      return `must be ${[type]
        .flat()
        .map((one) => nouns[String(one)] ?? `a ${String(one)}`)
        .join(' or ')}`
    case 'required':
    case 'dependentRequired':
      return 'is missing'
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not a member that the contract knows'
    case 'maximum':
      return `must be at most ${String(limit)}`
    case 'minimum':
      return `must be at least ${String(limit)}`
    case 'exclusiveMaximum':
      return `must be less than ${String(limit)}`
    case 'exclusiveMinimum':
      return `must be more than ${String(limit)}`
    case 'multipleOf':
      return `must be a multiple of ${String(multipleOf)}`
    case 'format':
      return `is not a valid ${String(format)}`
    case 'pattern':
      return 'does not have the form that the contract asks for'
    case 'enum':
      return `must be one of ${JSON.stringify(allowedValues).slice(1, -1).slice(0, 200)}`
    default:
      return sizes[keyword]?.replace('#', String(limit)) ?? `breaks the rule ${keyword}`
  }
}

const sizes: Readonly<Record<string, string>> = {
  maxLength: 'must have at most # characters',
  minLength: 'must have at least # characters',
  maxItems: 'must have at most # items',
  minItems: 'must have at least # items',
  maxProperties: 'must have at most # members',
  minProperties: 'must have at least # members',
  uniqueItems: 'must not have the same item twice',
  const: 'must be the one value that the contract allows',
  anyOf: 'fits none of the alternatives',
  oneOf: 'must fit exactly one of the alternatives',
  not: 'is what the contract excludes',
  'false schema': 'is not allowed',
  propertyNames: 'has a name that the contract does not allow',
}

function hasMoreParts(value: JsonValue, limit: number): boolean {
  let left = limit
  const open: JsonValue[] = [value]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (left-- <= 0) return true
    if (typeof next !== 'object' || next === null) continue
    const members = Array.isArray(next) ? (next as readonly JsonValue[]) : Object.values(next)
    if (members.length > left) return true
    open.push(...members)
  }
  return false
}
