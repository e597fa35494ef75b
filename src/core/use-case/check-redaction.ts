// What the manifest redacts must not stand on the log after all. `decision.output` and `decision.confidence` give scalars that
// every entry holds for ever, without the names by which members are taken out: so neither may hand on such a member.
//
// It follows which members a result may be made of: through functions, arithmetic, lists and loops, but not through
// comparisons and conditions, which tell something about a member and do not give it.

import type { ASTNode } from '@marcbachmann/cel-js'
import { children } from './expressions.ts'
import type { ManifestDraft } from './manifest-draft.ts'
import type { Report } from './manifest-problem.ts'

const kept = [
  ['/decision/output', 'decision.output'],
  ['/decision/confidence', 'decision.confidence'],
] as const

/** `trees` are the expressions that could be parsed, by path. */
export function checkRedaction(draft: ManifestDraft, trees: ReadonlyMap<string, ASTNode>, report: Report): void {
  const fields = draft.items('/privacy/redact').flatMap((path) => {
    const field = draft.text(`${path}/field`)
    return field === undefined || field === '' ? [] : [{ path: `${path}/field`, field }]
  })
  for (const [path, name] of kept) {
    const tree = trees.get(path)
    if (tree === undefined) continue
    const read = membersOf(tree, new Map())
    for (const { path: at, field } of fields) {
      if (!read.some((members) => gives(members, field.split('.')))) continue
      report({
        path: at,
        message: `${field} is to be redacted, but ${name} reads it, and what that gives stands on the log for ever.`,
        hint: `Let ${name} give something that is not personal (a category, a yes or no), or do not redact ${field}.`,
      })
    }
  }
}

/** Names from the root (`input`, `output`, `context`) on, without indices of lists, as redaction sees them. */
type Members = readonly string[]
/** Stands for a name that is only known later. */
const anyName = '*'

/** Of the field itself, of what is in it, or of an object that it is in. */
function gives([, ...members]: Members, field: readonly string[]): boolean {
  return members.slice(0, field.length).every((name, at) => name === anyName || name === field[at])
}

type Scope = ReadonlyMap<string, readonly Members[]>

const about = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', '&&', '||', '!_'])
const aboutCalls = new Set(['has', 'size', 'exists', 'exists_one', 'all', 'startsWith', 'endsWith', 'contains'])
const aboutMore = new Set(['matchesLinearly', 'indexOf', 'lastIndexOf', 'type', 'bool'])

/** The members that the result may be made of. */
function membersOf(node: ASTNode, scope: Scope): readonly Members[] {
  if (about.has(node.op)) return []
  if (node.op === 'id') return scope.get(node.args) ?? [[node.args]]
  if (node.op === '.' || node.op === '.?') return below(membersOf(node.args[0], scope), node.args[1])
  if (node.op === '[]' || node.op === '[?]') return indexed(node.args[0], node.args[1], scope)
  if (node.op === '?:') return node.args.slice(1).flatMap((branch) => membersOf(branch, scope))
  if (node.op === 'call' || node.op === 'rcall') return ofCall(node, scope)
  return children(node).flatMap((child) => membersOf(child, scope))
}

function below(found: readonly Members[], name: string): readonly Members[] {
  return found.map((members) => [...members, name])
}

/** Items of a list are judged as the list's own; a computed name may be any. */
function indexed(of: ASTNode, index: ASTNode, scope: Scope): readonly Members[] {
  const found = membersOf(of, scope)
  if (index.op !== 'value') return [...found, ...below(found, anyName)]
  return typeof index.args === 'string' ? below(found, index.args) : found
}

function ofCall(node: ASTNode & { op: 'call' | 'rcall' }, scope: Scope): readonly Members[] {
  const [name] = node.args
  if (aboutCalls.has(name) || aboutMore.has(name)) return []
  if (node.op === 'call') return children(node).flatMap((child) => membersOf(child, scope))
  const [, receiver, [variable, first, ...rest]] = node.args
  if (name === 'bind' && variable?.op === 'id' && first)
    return rest.flatMap((body) => membersOf(body, new Map([...scope, [variable.args, membersOf(first, scope)]])))
  const from = membersOf(receiver, scope)
  if (name === 'filter') return from
  if (name !== 'map' || variable?.op !== 'id') return children(node).flatMap((child) => membersOf(child, scope))
  // map(x, give) or map(x, only if, give)
  const given = rest.at(-1) ?? first
  return given === undefined ? from : membersOf(given, new Map([...scope, [variable.args, from]]))
}
