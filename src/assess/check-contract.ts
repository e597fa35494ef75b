// Every rule of a data contract, counted over the rows of both files, with an example.

import type { ErrorObject } from 'ajv'
import { checkJsonSchema, compileJsonSchema } from '#core/use-case/json-schema.ts'
import type { JsonSchema } from '#core/use-case/manifest.ts'
import type { ContractAssessment } from '#core/monitoring/assessment.ts'
import { rate } from '#core/monitoring/performance-values.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { ContractPort, Row, RowFault } from './options.ts'
import { rowReader } from './row-values.ts'
import type { BothTables, OpenedTable } from './read-both.ts'

type Violation = ContractAssessment['violations'][number]
type Tally = { path: string; rule: string; message: string; count: number; reference: number; example: string }
type MutableRow = { [column: string]: JsonValue }

const violationsMax = 200

export type ContractQuestion = {
  readonly contract: JsonSchema | ContractPort
  readonly both: BothTables
  readonly alongside: readonly string[]
}

/** Errors: configuration_invalid for a contract that is no JSON Schema. */
export function checkContract({ contract, both, alongside }: ContractQuestion): {
  assessment: ContractAssessment
  notes: string[]
} {
  const { names, check, notes } = isPort(contract)
    ? { names: () => alongside, check: contract.check, notes: contract.notes }
    : schemaCheck(contract, both)
  const tallies = new Map<string, Tally>()
  const count = (opened: OpenedTable, side: 'count' | 'reference') => {
    const read = rowReader(opened, both.forms, names(opened))
    let passed = 0
    for (let at = 0; at < opened.sample.size; at += 1) {
      const faults = check(read(at))
      if (faults.length === 0) passed += 1
      for (const fault of faults) tally(tallies, { fault, side, weight: opened.sample.step })
    }
    return rate(passed, opened.sample.size)
  }
  const live = count(both.live, 'count')
  const reference = count(both.reference, 'reference')
  const violations = [...tallies.values()]
    .sort((a, b) => b.count - a.count || b.reference - a.reference)
    .slice(0, violationsMax)
  const sampled = [both.reference, both.live].filter(({ sample }) => sample.step > 1)
  const sampling = sampled.map(
    ({ table, sample }) =>
      `The contract was checked on every ${sample.step}th row of ${table.file}; counts are taken to all rows.`,
  )
  return {
    assessment: { passRate: { reference, live }, violations: violations satisfies Violation[] },
    notes: [...notes(), ...sampling],
  }
}

function isPort(contract: JsonSchema | ContractPort): contract is ContractPort {
  return typeof contract === 'object' && typeof contract['check'] === 'function'
}

type RowCheck = ContractPort & { readonly names: (opened: OpenedTable) => readonly string[] }

/** Errors: configuration_invalid. */
function schemaCheck(schema: JsonSchema, both: BothTables): RowCheck {
  const [problem] = checkJsonSchema(schema)
  if (problem !== undefined) {
    throw new PlatformError(
      'configuration_invalid',
      `The contract is wrong at ${problem.path || '/'}: ${problem.message}`,
      {
        hint: problem.hint ?? 'Give a JSON Schema (2020-12) of one row.',
      },
    )
  }
  const { isValid, findFaults } = compileJsonSchema(schema)
  const shape = shapeOf(schema)
  return {
    names: ({ table }) => table.columns.map(({ name }) => name).filter((name) => !isExtra(name, both, shape)),
    check(row) {
      const fitted = shape.fit(row)
      if (isValid(fitted)) return []
      findFaults(fitted)
      return (findFaults.errors ?? []).map((fault) => faultOf(fault, fitted))
    },
    notes: () => [],
  }
}

type Shape = { readonly properties: ReadonlyMap<string, JsonSchema>; readonly fit: (row: Row) => MutableRow }

/** An empty field of a property that may be left out and may not be null is one that was left out: a table has no other way to say it. */
function shapeOf(schema: JsonSchema): Shape {
  const isObject = typeof schema === 'object' && schema !== null
  const own = (isObject ? (schema as { properties?: Record<string, JsonSchema> }).properties : undefined) ?? {}
  const properties = new Map(Object.entries(own))
  const takesNull = (property: JsonSchema | undefined) => {
    if (typeof property !== 'object' || property === null) return true
    const { type } = property as { type?: string | readonly string[] }
    return type === undefined || [type].flat().includes('null')
  }
  return {
    properties,
    fit(row) {
      const fitted: MutableRow = {}
      for (const [name, value] of Object.entries(row)) {
        if (value === null && properties.has(name) && !takesNull(properties.get(name))) continue
        fitted[name] = value
      }
      return fitted
    },
  }
}

/** The labels and answers beside a row are no part of the model's input unless the contract names them. */
function isExtra(name: string, { roles }: BothTables, { properties }: Shape): boolean {
  const beside = [roles.target, roles.prediction, roles.score].includes(name) || roles.ignored.has(name)
  return beside && !properties.has(name)
}

type Counted = { readonly fault: RowFault; readonly side: 'count' | 'reference'; readonly weight: number }

function tally(tallies: Map<string, Tally>, { fault, side, weight }: Counted): void {
  const key = `${fault.path}\t${fault.rule}`
  const known = tallies.get(key) ?? { ...fault, count: 0, reference: 0 }
  known[side] += weight
  tallies.set(key, known)
}

function faultOf(fault: ErrorObject, row: Row): RowFault {
  const params = fault.params as Record<string, unknown>
  const named = [params['missingProperty'], params['additionalProperty'], params['unevaluatedProperty']].find(
    (one) => typeof one === 'string',
  )
  const path = named === undefined ? fault.instancePath || '/' : `${fault.instancePath}/${named}`
  return { path, rule: fault.keyword, message: messageOf(fault), example: exampleAt(fault.instancePath, row) }
}

function messageOf({ keyword, message, params }: ErrorObject): string {
  if (keyword === 'required') return 'is missing'
  if (keyword === 'additionalProperties') return 'is not a column that the contract knows'
  const { allowedValues } = params as { allowedValues?: readonly unknown[] }
  if (allowedValues !== undefined) return `must be one of ${JSON.stringify(allowedValues).slice(1, -1).slice(0, 200)}`
  return message ?? `breaks the rule ${keyword}`
}

/** The value at a JSON Pointer, as JSON. */
function exampleAt(pointer: string, row: Row): string {
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  const value = parts.reduce<JsonValue | undefined>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Row)[part] : undefined),
    row,
  )
  return (JSON.stringify(value ?? null) ?? '').slice(0, 120)
}
