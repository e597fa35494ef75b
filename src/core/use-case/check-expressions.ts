// Every expression of the manifest: does it parse, does it fit the schemas, does it give what it is for?

import type { ASTNode } from '@marcbachmann/cel-js'
import { checkRedaction } from './check-redaction.ts'
import { checkRules } from './check-rules.ts'
import { expressionVariables, type ExpressionVariable } from './expression-variables.ts'
import { typeCheck } from './expression-types.ts'
import { compileExpression, type ExpressionProblem } from './expressions.ts'
import type { ManifestDraft } from './manifest-draft.ts'
import type { JsonSchema } from './manifest.ts'
import type { Report } from './manifest-problem.ts'

/** `true` where the schema is missing or wrong: then anything goes, and the other mistakes are still found. */
export type ContractSchemas = { readonly input: JsonSchema; readonly output: JsonSchema }

type Purpose = {
  readonly path: string
  readonly use: keyof typeof expressionVariables
  /** CEL's names of the types that fit; undefined: any. */
  readonly gives?: readonly string[]
  readonly wanted?: string
}

const booleans = { gives: ['bool'], wanted: 'true or false' }
const scalars = { gives: ['string', 'double', 'int', 'uint', 'bool'], wanted: 'one text, number, true or false' }
const numbers = { gives: ['double', 'int', 'uint'], wanted: 'a number' }
const subjects = { gives: ['string', 'double', 'int', 'uint'], wanted: 'a text or a number' }

export function checkExpressions(draft: ManifestDraft, schemas: ContractSchemas, report: Report): void {
  const rules = draft.items('/decision/rules')
  const purposes: Purpose[] = [
    { path: '/decision/output', use: 'output', ...scalars },
    { path: '/decision/confidence', use: 'confidence', ...numbers },
    ...rules.map((path): Purpose => ({ path: `${path}/when`, use: 'rule', ...booleans })),
    { path: '/subject', use: 'subject', ...subjects },
    ...draft.items('/actions').map((path): Purpose => ({ path: `${path}/when`, use: 'action', ...booleans })),
    { path: '/model/endpoint/request', use: 'request' },
    { path: '/model/endpoint/response', use: 'response' },
  ]
  const trees = new Map<string, ASTNode>()
  for (const purpose of purposes) {
    const text = draft.text(purpose.path)
    // An empty one is the shape's problem.
    if (text === undefined || text === '') continue
    const checked = checkOne(text, purpose, schemas)
    if (checked.problem !== undefined) reportAt(purpose.path, checked.problem, report)
    if (checked.tree !== undefined) trees.set(purpose.path, checked.tree)
  }
  const ruleTrees = new Map(
    rules.flatMap((path) => {
      const tree = trees.get(`${path}/when`)
      return tree === undefined ? [] : [[path, tree] as const]
    }),
  )
  checkRules(draft, ruleTrees, report)
  checkRedaction(draft, trees, report)
}

type Checked = { readonly problem?: ExpressionProblem; readonly tree?: ASTNode }

function checkOne(text: string, { use, gives, wanted = '' }: Purpose, schemas: ContractSchemas): Checked {
  const variables = expressionVariables[use]
  const compiled = compileExpression(text, variables)
  if (compiled.kind === 'invalid') return { problem: withVariables(compiled.problem, variables) }
  const types = Object.fromEntries(variables.map((name: ExpressionVariable) => [name, typeOf(name, schemas)]))
  const typed = typeCheck(text, types)
  if (typed.kind === 'invalid') return { problem: typed.problem, tree: compiled.tree }
  const type = /^dyn<(.+)>$/.exec(typed.type)?.[1] ?? typed.type
  if (gives === undefined || type === 'dyn' || gives.includes(type)) return { tree: compiled.tree }
  return {
    problem: { message: `This must give ${wanted}, and gives ${inWords(type)}.`, hint: null, offset: 0 },
    tree: compiled.tree,
  }
}

function typeOf(variable: ExpressionVariable, { input, output }: ContractSchemas): JsonSchema | 'confidence' {
  switch (variable) {
    case 'input':
      return input
    case 'output':
      return output
    case 'confidence':
      return 'confidence'
    case 'status':
      return { type: 'integer' }
    case 'model':
      return {
        type: 'object',
        additionalProperties: false,
        properties: { name: { type: 'string' }, version: { type: 'string' } },
      }
    case 'context':
    case 'value':
    case 'body':
      return true
    default:
      return variable satisfies never
  }
}

function inWords(type: string): string {
  if (type === 'bool') return 'true or false'
  if (type === 'string') return 'a text'
  if (type === 'double' || type === 'int') return 'a number'
  if (type.startsWith('list')) return 'a list'
  return type === 'null' ? 'null' : 'an object'
}

function withVariables(problem: ExpressionProblem, variables: readonly string[]): ExpressionProblem {
  return problem.message.startsWith('Unknown variable')
    ? { ...problem, hint: `It may read ${variables.join(', ')}.` }
    : problem
}

function reportAt(path: string, { message, hint, offset }: ExpressionProblem, report: Report): void {
  const where = offset > 0 ? ` (at character ${offset + 1})` : ''
  report({ path, message: `${message.replace(/\.$/, '')}${where}.`, hint, part: { kind: 'value', offset } })
}
