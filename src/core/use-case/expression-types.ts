// Checks an expression against the JSON Schemas of what it reads, before it ever runs: a rule that misspells a member would
// otherwise fail on every request, and every request would wait for a person.
//
// What the schema leaves open stays open: a member that is not declared where `additionalProperties` allows more, or a
// type that is a union, is "anything" and checked when the rule runs.

import type { ASTNode, Environment } from '@marcbachmann/cel-js'
import { celProblem, children, jsonEnvironment, surveyTree, type ExpressionProblem } from './expressions.ts'
import type { JsonSchema } from './manifest.ts'
import { closestTo } from './closest.ts'
import { resolvePointer } from './schema-fields.ts'

/** What an expression reads: JSON Schemas by name; `confidence` is a number that may be null. */
export type VariableTypes = { readonly [name: string]: JsonSchema | 'confidence' }

/** CEL's name of the result's type: bool, double, int, string, list…, map…, a member's path, or dyn where it is open. */
export type TypeChecked =
  | { readonly kind: 'typed'; readonly type: string }
  | { readonly kind: 'invalid'; readonly problem: ExpressionProblem }

/** `text` must have compiled already. */
export function typeCheck(text: string, variables: VariableTypes): TypeChecked {
  const types = new TypeTable(jsonEnvironment(), new Set(text.match(/[A-Za-z_][A-Za-z0-9_]*/g)))
  for (const [name, schema] of Object.entries(variables)) types.declare(name, schema)
  const names = Object.keys(variables)
  const tree = prepare(types.environment, { text, names })
  for (const tested of membersTested(tree)) {
    const offset = tested.start
    const part = types.environment.parse(text.slice(offset, tested.end))
    const wrong = names.includes(rootOf(tested)) ? types.unknownMember(part.check().error) : undefined
    if (wrong !== undefined) return { kind: 'invalid', problem: { ...wrong, offset: wrong.offset + offset } }
  }
  const checked = checkTree(types.environment, { text, names })
  if (checked.valid) return { kind: 'typed', type: checked.type ?? 'dyn' }
  return { kind: 'invalid', problem: types.unknownMember(checked.error) ?? withHint(celProblem(checked.error)) }
}

type Source = { readonly text: string; readonly names: readonly string[] }

function prepare(environment: Environment, { text, names }: Source): ASTNode {
  const tree = environment.parse(text).ast
  surveyTree(tree, { patterns: new Map(), variables: names })
  return tree
}

function checkTree(environment: Environment, { text, names }: Source) {
  const parsed = environment.parse(text)
  surveyTree(parsed.ast, { patterns: new Map(), variables: names })
  return parsed.check()
}

/** The arguments of `has(…)`: the library looks at their root only. */
function membersTested(node: ASTNode): ASTNode[] {
  const below = children(node).flatMap(membersTested)
  return node.op === 'call' && node.args[0] === 'has' && node.args[1][0] ? [node.args[1][0], ...below] : below
}

function rootOf(node: ASTNode): string {
  if (node.op === 'id') return node.args
  return node.op === '.' || node.op === '[]' ? rootOf(node.args[0]) : ''
}

function withHint(problem: ExpressionProblem): ExpressionProblem {
  if (!problem.message.includes('whole number')) return problem
  return {
    ...problem,
    hint: 'Turn a whole number into a JSON number with double(…), a JSON number into a whole one with int(…).',
  }
}

/** Declares a type for every object that a schema describes, under the path at which it stands. */
class TypeTable {
  readonly environment: Environment
  readonly #named: ReadonlySet<string>
  readonly #members = new Map<string, { readonly path: string; readonly names: readonly string[] }>()

  /** `named`: every name in the expression. Open objects get those as members of any type. */
  constructor(environment: Environment, named: ReadonlySet<string>) {
    this.environment = environment
    this.#named = named
  }

  declare(name: string, schema: JsonSchema | 'confidence'): void {
    const type = schema === 'confidence' ? 'dyn<double>' : this.#typeOf(schema, { root: schema, path: name, refs: [] })
    this.environment.registerVariable(name, type)
  }

  /** If `error` is about a member that a closed object does not have: the problem, naming those it has. */
  unknownMember(error: unknown): ExpressionProblem | undefined {
    const { code, node } = (error ?? {}) as { code?: string; node?: ASTNode }
    if (code !== 'no_such_key' || node === undefined || (node.op !== '.' && node.op !== '[]')) return undefined
    const type = (node.args[0] as ASTNode & { checkedType?: { name: string } }).checkedType?.name ?? ''
    const known = this.#members.get(type)
    if (known === undefined) return undefined
    const member: unknown = typeof node.args[1] === 'string' ? node.args[1] : node.args[1].args
    const name = typeof member === 'string' ? member : JSON.stringify(member)
    const closest = closestTo(name, known.names)
    return {
      message: `The schema knows no member ${name} in ${known.path}.`,
      hint:
        closest === undefined
          ? `It knows ${known.names.join(', ') || 'none at all'}.`
          : `Did you mean ${closest}? It knows ${known.names.join(', ')}.`,
      offset: node.start,
    }
  }

  #typeOf(schema: unknown, at: SchemaPlace): string {
    if (typeof schema !== 'object' || schema === null) return 'dyn'
    const { $ref, type, properties, items } = schema as JsonSchemaObject
    if (typeof $ref === 'string') return this.#typeOfRef($ref, at)
    const kinds = (Array.isArray(type) ? type : [type ?? impliedType(schema as JsonSchemaObject)]).filter(
      (kind) => kind !== 'null',
    )
    if (kinds.length !== 1) return 'dyn'
    const isNullable = Array.isArray(type) && type.includes('null')
    switch (kinds[0]) {
      case 'string':
        return isNullable ? 'dyn<string>' : 'string'
      case 'number':
      case 'integer':
        return isNullable ? 'dyn<double>' : 'double'
      case 'boolean':
        return isNullable ? 'dyn<bool>' : 'bool'
      case 'array':
        return isNullable ? 'dyn' : `list<${this.#typeOf(items, { ...at, path: `${at.path}.items` })}>`
      case 'object':
        return isNullable || properties === undefined ? 'dyn' : this.#objectType(schema, at)
      default:
        return 'dyn'
    }
  }

  #typeOfRef(ref: string, at: SchemaPlace): string {
    // A schema that contains itself would go on for ever: from there on anything goes.
    if (at.refs.includes(ref) || !ref.startsWith('#')) return 'dyn'
    return this.#typeOf(resolvePointer(at.root, ref), { ...at, refs: [...at.refs, ref] })
  }

  #objectType(schema: JsonSchemaObject, at: SchemaPlace): string {
    const properties = schema.properties ?? {}
    const fields = Object.create(null) as Record<string, string>
    for (const [name, member] of Object.entries(properties)) {
      fields[name] = this.#typeOf(member, { ...at, path: `${at.path}.${name.replaceAll(/\W/g, '_')}` })
    }
    const isClosed = schema.additionalProperties === false && schema.patternProperties === undefined
    if (!isClosed) for (const name of this.#named) fields[name] ??= 'dyn'
    // Types share one name space, and two members may differ only in characters that a type's name cannot have.
    let type = at.path
    while (this.#members.has(type)) type += '_'
    this.#members.set(type, { path: at.path, names: Object.keys(properties) })
    this.environment.registerType(type, { fields })
    this.environment.registerOperator(`string in ${type}`, () => true)
    this.environment.registerOperator(`${type} == ${type}`, () => true)
    this.environment.registerFunction(`size(${type}): int`, () => 0n, { async: false } as object)
    return type
  }
}

type SchemaPlace = { readonly root: unknown; readonly path: string; readonly refs: readonly string[] }
type JsonSchemaObject = {
  readonly $ref?: unknown
  readonly type?: unknown
  readonly enum?: unknown
  readonly const?: unknown
  readonly properties?: { readonly [name: string]: unknown }
  readonly patternProperties?: unknown
  readonly additionalProperties?: unknown
  readonly items?: unknown
  readonly prefixItems?: unknown
}

function impliedType(schema: JsonSchemaObject): string | undefined {
  if (schema.properties !== undefined) return 'object'
  const values: unknown[] = Array.isArray(schema.enum) ? schema.enum : schema.const === undefined ? [] : [schema.const]
  const kinds = new Set(values.map((value) => typeof value))
  const [kind] = kinds
  return kinds.size === 1 && kind !== 'object' ? kind : undefined
}
