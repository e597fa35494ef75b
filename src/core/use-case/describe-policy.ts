// The policy in plain sentences, for the people who answer for it and do not read CEL.

import { serialize, type ASTNode } from '@marcbachmann/cel-js'
import { expressionVariables } from './expression-variables.ts'
import { compileExpression } from './expressions.ts'
import type { ResolvedManifest } from './resolved-manifest.ts'

/** First match first; conditions that have no plain words are shown as they are written. */
export function describePolicy(manifest: ResolvedManifest): string[] {
  const { decision, contract, rollout, review } = manifest
  const sentences = [`An input that breaks the data contract: ${outcomes[contract.onViolation]}.`]
  for (const [at, rule] of decision.rules.entries()) {
    const why = rule.reason === undefined ? '' : ` (${rule.reason})`
    sentences.push(`${at === 0 ? 'When' : 'Else, when'} ${conditionInWords(rule.when)}, ${outcomes[rule.route]}${why}.`)
  }
  sentences.push(`${decision.rules.length === 0 ? 'Always' : 'Otherwise'}, ${outcomes[decision.otherwise]}.`)
  const acts = [decision.otherwise, ...decision.rules.map((rule) => rule.route)].includes('act')
  if (acts) sentences.push('Without a usable confidence, and when a rule cannot be evaluated, a person decides.')
  sentences.push(`When the model gives no usable answer, ${fallbackInWords(manifest)}.`)
  if (rollout?.holdout)
    sentences.push(`${percent(rollout.holdout)} of cases go the old way, without the model, to measure its value.`)
  if (review?.audit)
    sentences.push(`${percent(review.audit)} of automatic decisions are drawn for a blind second look by a person.`)
  return sentences
}

const outcomes = {
  act: 'the system decides by itself',
  review: 'a person decides',
  fallback: 'the fallback decides',
  reject: 'the request is refused',
} as const

function fallbackInWords({ decision: { fallback } }: ResolvedManifest): string {
  if (fallback === undefined) return 'the caller gets an error'
  const output = JSON.stringify(fallback.output)
  return fallback.route === 'review'
    ? `a person decides, with ${output} proposed`
    : `${outcomes[fallback.route]}: ${output}`
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}

function conditionInWords(when: string): string {
  const compiled = compileExpression(when, expressionVariables.rule)
  return compiled.kind === 'expression' ? inWords(compiled.tree, when) : asWritten(when)
}

const comparisons: Readonly<Record<string, string>> = {
  '>': 'is over',
  '>=': 'is at least',
  '<': 'is under',
  '<=': 'is at most',
  '==': 'is',
  '!=': 'is not',
  in: 'is one of',
}

function inWords(node: ASTNode, text: string): string {
  const own = () => asWritten(written(node))
  if (node.op === '&&' || node.op === '||') {
    const [left, right] = node.args
    // Either-or inside a both-and would read both ways without brackets.
    const part = (child: ASTNode) =>
      node.op === '&&' && child.op === '||' ? asWritten(written(child)) : inWords(child, text)
    return `${part(left)} ${node.op === '&&' ? 'and' : 'or'} ${part(right)}`
  }
  const verb = comparisons[node.op]
  if (verb !== undefined) {
    const [left, right] = node.args as unknown as readonly [ASTNode, ASTNode]
    const subject = thing(left)
    return subject !== undefined && isConstant(right)
      ? `${subject} ${verb} ${text.slice(right.start, right.end)}`
      : own()
  }
  if (node.op === 'call' && node.args[0] === 'has' && node.args[1][0]) {
    const subject = thing(node.args[1][0])
    return subject === undefined ? own() : `${subject} is given`
  }
  if (node.op === 'value' && node.args === true) return 'anything is asked'
  return own()
}

/** `input.amount` is read as "amount", `confidence` as "the confidence", `output.score` as "the model’s score". */
function thing(node: ASTNode): string | undefined {
  if (node.op === 'id') return node.args === 'confidence' ? 'the confidence' : undefined
  if (node.op === 'call' && node.args[0] === 'size' && node.args[1][0]) {
    const counted = thing(node.args[1][0])
    return counted === undefined ? undefined : `the size of ${counted}`
  }
  const path = pathOf(node)
  if (path === undefined) return undefined
  const [root, ...names] = path
  const name = names.join('.')
  return root === 'input' ? name : root === 'output' ? `the model’s ${name}` : `the context’s ${name}`
}

function pathOf(node: ASTNode): string[] | undefined {
  if (node.op !== '.') return undefined
  const [left, name] = node.args
  const before = left.op === 'id' ? [left.args] : pathOf(left)
  return before && [...before, name]
}

function isConstant(node: ASTNode): boolean {
  if (node.op === '-_') return isConstant(node.args)
  return node.op === 'value' || (node.op === 'list' && node.args.every(isConstant))
}

/** From the tree, because a node's place in the text leaves out the brackets around it. */
function written(node: ASTNode): string {
  return serialize(node).replaceAll('matchesLinearly', 'matches')
}

function asWritten(text: string): string {
  return `\`${text.trim()}\``
}
