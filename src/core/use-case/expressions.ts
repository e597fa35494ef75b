// Expressions of the policy: CEL (https://cel.dev) over JSON values.
//
// CEL tells whole numbers (64 bit) from doubles; JSON does not, and every number that reaches a rule comes from JSON. So
// one rule is laid over CEL here: a number literal is a JSON number. `input.n == 3` and `input.n == 3.0` are the same, and
// `7 / 2` is 3.5. `size()`, `indexOf()` and `int()` still give whole numbers; they mix with JSON numbers in every operator.
// Results go back to JSON the same way, and what has no JSON form (a number over 2^53, NaN, bytes) is an error.
//
// Expressions are parsed once, and evaluated for every decision.

import { Environment, type ASTNode } from '@marcbachmann/cel-js'
import type { JsonValue } from '#core/kernel/json.ts'
import { compileLinearPattern, type LinearPattern } from './linear-pattern.ts'
import { resultToJson } from './expression-result.ts'

export type Variables = { readonly [name: string]: JsonValue | undefined }

export type Evaluated =
  | { readonly kind: 'value'; readonly value: JsonValue }
  | { readonly kind: 'error'; readonly message: string }

export type Expression = {
  readonly text: string
  /** The variables it reads. */
  readonly reads: readonly string[]
  /** Never throws; deterministic. A member that is missing, or types that do not fit, are errors. */
  evaluate(variables: Variables): Evaluated
}

/** What is wrong with an expression, and where: `offset` counts UTF-16 units from its start. */
export type ExpressionProblem = { readonly message: string; readonly hint: string | null; readonly offset: number }

export type CompiledExpression =
  | { readonly kind: 'expression'; readonly expression: Expression; readonly tree: ASTNode }
  | { readonly kind: 'invalid'; readonly problem: ExpressionProblem }

/** A parsed expression may not be larger: an expression is a rule, not a program. */
const limits = { maxAstNodes: 500, maxDepth: 50, maxListElements: 1000, maxMapEntries: 100, maxCallArguments: 10 }
const textLengthMax = 2000
/** `all`, `exists`, `map`, … inside one another: each level multiplies the time by the length of a list that the caller sends. */
const macroNestingMax = 2

const loopMacros = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])
const macros = new Set([...loopMacros, 'has', 'bind'])

/**
 * An environment in which JSON numbers and whole numbers mix. `patterns` are what `matches` may be called with: they are
 * compiled beforehand, so that matching is linear in the text.
 */
export function jsonEnvironment(patterns: ReadonlyMap<string, LinearPattern> = new Map()): Environment {
  const environment = new Environment({ homogeneousAggregateLiterals: false, limits })
  for (const [left, right] of [
    ['int', 'double'],
    ['double', 'int'],
  ]) {
    environment.registerOperator(`${left} + ${right}: double`, (a, b) => Number(a) + Number(b))
    environment.registerOperator(`${left} - ${right}: double`, (a, b) => Number(a) - Number(b))
    environment.registerOperator(`${left} * ${right}: double`, (a, b) => Number(a) * Number(b))
    environment.registerOperator(`${left} / ${right}: double`, (a, b) => Number(a) / Number(b))
    environment.registerOperator(`${left} % ${right}: double`, (a, b) => Number(a) % Number(b))
  }
  environment.registerOperator('int == double', (a, b) => Number(a) === b)
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b)
  environment.registerFunction(
    `string.${linearMatches}(string): bool`,
    (text: string, source: string) => patterns.get(source)?.test(text) ?? false,
    { async: false } as object,
  )
  return environment
}

/** What calls of `matches` are renamed to, so that they reach the linear matcher and not the platform's engine. */
const linearMatches = 'matchesLinearly'

/** Parses `text`, which may read `variables` only. The tree has its number literals as JSON numbers. */
export function compileExpression(text: string, variables: readonly string[]): CompiledExpression {
  if (text.length > textLengthMax) {
    return invalid(textLengthMax, `The expression is longer than ${textLengthMax} characters.`, 'Split it into rules.')
  }
  const patterns = new Map<string, LinearPattern>()
  const environment = jsonEnvironment(patterns)
  for (const name of variables) environment.registerVariable(name, 'dyn')
  try {
    const parsed = environment.parse(text)
    const survey = surveyTree(parsed.ast, { patterns, variables })
    if (survey.problem !== undefined) return { kind: 'invalid', problem: survey.problem }
    const checked = parsed.check()
    if (!checked.valid) return { kind: 'invalid', problem: celProblem(checked.error) }
    const convert = survey.plain ? (value: unknown) => value as JsonValue : resultToJson
    const evaluate = (values: Variables): Evaluated => {
      try {
        return { kind: 'value', value: convert(parsed(values)) }
      } catch (error) {
        return { kind: 'error', message: celProblem(error).message }
      }
    }
    return { kind: 'expression', expression: { text, reads: [...survey.reads], evaluate }, tree: parsed.ast }
  } catch (error) {
    return { kind: 'invalid', problem: celProblem(error) }
  }
}

type Survey = {
  readonly patterns: Map<string, LinearPattern>
  readonly variables: readonly string[]
}
type Surveyed = { problem: ExpressionProblem | undefined; readonly reads: Set<string>; plain: boolean }

/** Walks the tree once: turns number literals into JSON numbers, compiles patterns, bounds loops, lists variables. */
export function surveyTree(tree: ASTNode, survey: Survey): Surveyed {
  const seen: Surveyed = { problem: undefined, reads: new Set(), plain: true }
  const visit = (node: ASTNode, keepsWhole: boolean, loops: number): void => {
    if (!staysJson(node, survey.variables)) seen.plain = false
    if (node.op === 'value') {
      if (typeof node.args === 'bigint' && !keepsWhole) seen.problem ??= toJsonNumber(node)
      return
    }
    if (node.op === 'id' && survey.variables.includes(node.args)) seen.reads.add(node.args)
    const name = node.op === 'call' || node.op === 'rcall' ? node.args[0] : ''
    const inLoops = node.op === 'rcall' && loopMacros.has(name) ? loops + 1 : loops
    if (inLoops > macroNestingMax) {
      seen.problem ??= problem(
        node,
        `More than ${macroNestingMax} loops (all, exists, map, …) stand inside one another.`,
      )
    }
    if (name === 'matches' || name === linearMatches) seen.problem ??= useLinearMatch(node, survey.patterns)
    for (const child of children(node)) visit(child, keepsWholeNumbers({ node, child, keepsWhole }), inLoops)
  }
  visit(tree, false, 0)
  return seen
}

/** Reading members of variables gives JSON as it came: the result then needs no conversion. */
function staysJson(node: ASTNode, variables: readonly string[]): boolean {
  if (node.op === 'id') return variables.includes(node.args)
  if (node.op === 'value') return typeof node.args !== 'object' || node.args === null
  return node.op === '.' || node.op === '[]'
}

/** Indexes and arguments of functions stay whole numbers: that is what the library's functions take. */
function keepsWholeNumbers({
  node,
  child,
  keepsWhole,
}: {
  node: ASTNode
  child: ASTNode
  keepsWhole: boolean
}): boolean {
  if (node.op === '[]') return child === node.args[1]
  if (node.op !== 'call' && node.op !== 'rcall') return keepsWhole
  if (macros.has(node.args[0])) return false
  return node.op === 'call' || child !== node.args[1] || keepsWhole
}

/** The nodes right below one. */
export function children(node: ASTNode): readonly ASTNode[] {
  const args: unknown = node.args
  const list = Array.isArray(args) ? (args as unknown[]).flat(2) : [args]
  return list.filter((item): item is ASTNode => typeof item === 'object' && item !== null && 'op' in item)
}

function toJsonNumber(node: ASTNode): ExpressionProblem | undefined {
  const number = Number(node.args)
  if (!Number.isSafeInteger(number))
    return problem(node, `The number ${number} is beyond what JSON numbers hold exactly.`)
  // The library types a literal by its value when it checks, which is after this.
  ;(node as { args: unknown }).args = number
  return undefined
}

function useLinearMatch(node: ASTNode, patterns: Map<string, LinearPattern>): ExpressionProblem | undefined {
  if (node.op !== 'rcall') return problem(node, 'matches() is called on a text: input.name.matches("…").')
  const [, , [pattern]] = node.args
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') {
    return problem(
      node,
      'matches() takes a pattern that is written out, not one that is computed.',
      'Write the pattern as a literal.',
    )
  }
  const compiled = compileLinearPattern(pattern.args)
  if (compiled.kind === 'invalid') return problem(pattern, `The pattern cannot be used: ${compiled.message}.`)
  patterns.set(pattern.args, compiled.pattern)
  ;(node.args as unknown[])[0] = linearMatches
  return undefined
}

function problem(node: ASTNode, message: string, hint: string | null = null): ExpressionProblem {
  return { message, hint, offset: node.start }
}

function invalid(offset: number, message: string, hint: string): CompiledExpression {
  return { kind: 'invalid', problem: { message, hint, offset } }
}

/** The library's errors in words of this manifest: its types double and int are both "number" to a JSON reader. */
export function celProblem(error: unknown): ExpressionProblem {
  const { summary, range, message } = error as { summary?: string; range?: { start: number }; message?: string }
  const words = (summary ?? message ?? String(error))
    .replaceAll(linearMatches, 'matches')
    .replaceAll(/\bdyn<(\w+)>/g, '$1')
    .replaceAll(/\bdyn\b/g, 'anything')
    .replaceAll(/\bdouble\b(?!\()/g, 'number')
    .replaceAll(/\bint\b(?!\()/g, 'whole number')
    .replace(/^Exceeded maxAstNodes/, 'The expression has too many parts')
    .replace(/^Exceeded maxDepth/, 'The expression is nested too deeply')
    .replace(/^no such overload: /, 'These types do not go together: ')
  return {
    message: `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`,
    hint: null,
    offset: range?.start ?? 0,
  }
}
