// The decision policy: from input, output and confidence to a route, the same way every time.
//
// It is compiled once per revision and then only reads. Bad input never throws: what a rule cannot judge, a person judges.

import { compileExpression, type Evaluated, type Expression, type Variables } from '#core/use-case/expressions.ts'
import { expressionVariables } from '#core/use-case/expression-variables.ts'
import type { ResolvedManifest } from '#core/use-case/resolved-manifest.ts'
import { invariant } from '#core/kernel/errors.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { DecidedValue, Route } from './events.ts'

type DecisionFacts = { readonly input: JsonValue; readonly output: JsonValue; readonly context: JsonValue }
export type RoutingFacts = DecisionFacts & { readonly confidence: number | null }
type ActionFacts = { readonly input: JsonValue; readonly output: JsonValue; readonly value: DecidedValue | null }

/** `rule` is the matching (or failing) rule's `when` as the manifest writes it; null when none matched. */
type Routed = { readonly route: Route; readonly reason: string; readonly rule: string | null }

export type Policy = {
  /** The decision in one scalar (`decision.output`), texts cut at 200 characters. Null: not a scalar, or not computable. */
  value(facts: DecisionFacts): DecidedValue | null
  /** In [0,1]; null when it is anything else or there is none: no confidence is never `act`. */
  confidence(facts: DecisionFacts): number | null
  /** Whom it concerns; numbers as text. Null: none, empty, or longer than 512 characters. */
  subject(facts: Omit<DecisionFacts, 'output'>): string | null
  /** The first rule that holds decides. */
  route(facts: RoutingFacts): Routed
  /** Positions of the declared actions that follow when the system (`act`) or a person (`review`) decided. */
  actions(on: 'act' | 'review', facts: ActionFacts): number[]
}

const valueLengthMax = 200
const subjectLengthMax = 512

export function compilePolicy(manifest: ResolvedManifest): Policy {
  const { decision, subject } = manifest
  const output = compiled(decision.output, expressionVariables.output)
  const confidence = optional(decision.confidence, expressionVariables.confidence)
  const about = optional(subject, expressionVariables.subject)
  const rules = decision.rules.map((rule, at) => ({
    when: compiled(rule.when, expressionVariables.rule),
    route: rule.route,
    reason: rule.reason ?? `rule-${at + 1}`,
  }))
  const actions = (manifest.actions ?? []).map((action) => ({
    on: action.on,
    when: optional(action.when, expressionVariables.action),
  }))
  return {
    value: (facts) => scalar(output.evaluate(facts)),
    confidence: (facts) => (confidence === undefined ? null : probability(confidence.evaluate(facts))),
    subject: (facts) => (about === undefined ? null : subjectText(about.evaluate(facts))),
    route: (facts) => routeBy(rules, decision.otherwise, facts),
    actions: (on, facts) => following(actions, on, facts),
  }
}

/**
 * A mapping of the http protocol, over the variables of `expressionVariables.request` or `.response`. The expression must
 * have been validated. Evaluating never throws.
 */
export function compileMapping(expression: string, variables: readonly string[]): (values: Variables) => Evaluated {
  const mapping = compiled(expression, variables)
  return (values) => mapping.evaluate(values)
}

type CompiledRule = { readonly when: Expression; readonly route: Route; readonly reason: string }

function routeBy(rules: readonly CompiledRule[], otherwise: Route, facts: RoutingFacts): Routed {
  for (const { when, route, reason } of rules) {
    const holds = when.evaluate(facts)
    if (holds.kind === 'error' || typeof holds.value !== 'boolean') return failed(when, facts)
    if (holds.value) return withConfidence({ route, reason, rule: when.text }, facts)
  }
  return withConfidence({ route: otherwise, reason: 'otherwise', rule: null }, facts)
}

/** A rule that asks for a confidence that there is not has failed for that reason, which is the more useful one to read. */
function failed(when: Expression, facts: RoutingFacts): Routed {
  const lacksConfidence = facts.confidence === null && when.reads.includes('confidence')
  return { route: 'review', reason: lacksConfidence ? 'no-confidence' : 'rule-failed', rule: when.text }
}

function withConfidence(routed: Routed, facts: RoutingFacts): Routed {
  if (routed.route !== 'act' || facts.confidence !== null) return routed
  return { route: 'review', reason: 'no-confidence', rule: routed.rule }
}

type CompiledAction = { readonly on: 'act' | 'review' | 'decided'; readonly when: Expression | undefined }

/**
 * An action whose condition cannot be evaluated does not follow: an effect in another system cannot be taken back, one that
 * is missing can be made up for.
 */
function following(actions: readonly CompiledAction[], on: 'act' | 'review', facts: ActionFacts): number[] {
  const positions: number[] = []
  for (const [at, action] of actions.entries()) {
    if (action.on !== on && action.on !== 'decided') continue
    const holds = action.when?.evaluate(facts)
    if (holds === undefined || (holds.kind === 'value' && holds.value === true)) positions.push(at)
  }
  return positions
}

function scalar(result: Evaluated): DecidedValue | null {
  if (result.kind === 'error') return null
  const { value } = result
  if (typeof value === 'number' || typeof value === 'boolean') return value
  // Cutting may split a pair of surrogates, and half a pair has no place on the log.
  return typeof value === 'string' ? value.slice(0, valueLengthMax).toWellFormed() : null
}

function probability(result: Evaluated): number | null {
  if (result.kind === 'error' || typeof result.value !== 'number') return null
  return result.value >= 0 && result.value <= 1 ? result.value : null
}

function subjectText(result: Evaluated): string | null {
  if (result.kind === 'error') return null
  const { value } = result
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' && value.length <= subjectLengthMax ? value : null
}

function compiled(text: string, variables: readonly string[]): Expression {
  const result = compileExpression(text, variables)
  invariant(result.kind === 'expression', `the expression ${text} was not validated before it was compiled`)
  return result.expression
}

function optional(text: string | undefined, variables: readonly string[]): Expression | undefined {
  return text === undefined ? undefined : compiled(text, variables)
}
