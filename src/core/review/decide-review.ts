// A person's verdict: what it comes to, or what is missing. Whether this person may decide at all is in allowed-actions.ts.

import type { DecidedValue, ReviewKind, Violation } from '#core/decision/events.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import type { ReviewVerdict } from './events.ts'

/** As it came from outside, its types already checked. `output` is undefined when none was given (null is an output). */
export type GivenVerdict = {
  readonly verdict: ReviewVerdict
  readonly output?: JsonValue | undefined
  readonly reason?: string | undefined
  readonly comment?: string | undefined
}

export type ReviewedDecision = {
  readonly kind: ReviewKind
  /** What the model answered; undefined when it was not asked, failed, or its answer was erased. */
  readonly proposal: JsonValue | undefined
  /** The model's (or, for an audit, the system's) decision in one scalar. */
  readonly value: DecidedValue | null
}

/** What the manifest of the decision's revision says. All of it is pure. */
export type ReviewRules = {
  /** Reason codes that an override may give; empty when the manifest lists none. */
  readonly reasons: readonly string[]
  checkOutput(output: JsonValue): readonly Violation[]
  /** `decision.output` over the person's output. */
  value(output: JsonValue): DecidedValue | null
  /** Positions of the actions that follow when a person decided so. */
  actions(output: JsonValue, value: DecidedValue | null): readonly number[]
}

type VerdictProblem = { readonly path: string; readonly message: string }

export type ReviewOutcome =
  | {
      readonly kind: 'decided'
      readonly verdict: ReviewVerdict
      readonly reason: string | null
      readonly value: DecidedValue | null
      readonly agrees: boolean | null
      readonly actions: readonly number[]
      /** The person's own; undefined after an approval, where the proposal stands. */
      readonly output: JsonValue | undefined
      readonly comment: string | undefined
    }
  | { readonly kind: 'refused'; readonly problems: readonly VerdictProblem[] }

/** Every problem at once. */
export function decideReview(decision: ReviewedDecision, given: GivenVerdict, rules: ReviewRules): ReviewOutcome {
  return given.verdict === 'approve' ? approve(decision, given, rules) : override(decision, given, rules)
}

function approve(decision: ReviewedDecision, given: GivenVerdict, rules: ReviewRules): ReviewOutcome {
  const problems: VerdictProblem[] = []
  if (decision.kind === 'audit') {
    problems.push({ path: '/verdict', message: 'A blind audit is decided with "override" and one’s own output.' })
  } else if (decision.proposal === undefined) {
    problems.push({ path: '/verdict', message: 'There is no proposal to approve; use "override" with an output.' })
  }
  if (given.output !== undefined) {
    problems.push({
      path: '/output',
      message: 'An approval takes the proposal as it is; to change it, use "override".',
    })
  }
  problems.push(...reasonProblems(given.reason, rules.reasons, false))
  const { proposal } = decision
  if (problems.length > 0 || proposal === undefined) return { kind: 'refused', problems }
  return {
    kind: 'decided',
    verdict: 'approve',
    reason: given.reason ?? null,
    value: decision.value,
    agrees: true,
    actions: rules.actions(proposal, decision.value),
    output: undefined,
    comment: commentOf(given),
  }
}

function override(decision: ReviewedDecision, given: GivenVerdict, rules: ReviewRules): ReviewOutcome {
  const { output } = given
  // Who audits does not see what the system did, so cannot say why it was wrong.
  const needsReason = decision.kind === 'decision' && rules.reasons.length > 0
  const problems = [...outputProblems(output, rules), ...reasonProblems(given.reason, rules.reasons, needsReason)]
  if (problems.length > 0 || output === undefined) return { kind: 'refused', problems }
  const value = rules.value(output)
  return {
    kind: 'decided',
    verdict: 'override',
    reason: given.reason ?? null,
    value,
    agrees: agreement(decision.value, value),
    // An audit looks at what was done already; it does not do it again, nor undo it.
    actions: decision.kind === 'audit' ? [] : rules.actions(output, value),
    output,
    comment: commentOf(given),
  }
}

function outputProblems(output: JsonValue | undefined, rules: ReviewRules): VerdictProblem[] {
  if (output === undefined) return [{ path: '/output', message: 'The output that you decide on is missing.' }]
  return rules.checkOutput(output).map(({ path, message }) => ({ path, message }))
}

/** The entry is for ever, so a reason is a code; words go into the comment, which can be erased. */
const reasonCode = /^[a-z][a-z0-9-]{0,62}$/

function reasonProblems(reason: string | undefined, known: readonly string[], needed: boolean): VerdictProblem[] {
  const path = '/reason'
  if (reason === undefined) {
    return needed ? [{ path, message: `An override needs a reason, one of: ${known.join(', ')}.` }] : []
  }
  if (known.length === 0) {
    if (reasonCode.test(reason)) return []
    return [{ path, message: 'A reason is a short code (a-z, 0-9, -); write the rest as a comment.' }]
  }
  return known.includes(reason) ? [] : [{ path, message: `The reason must be one of: ${known.join(', ')}.` }]
}

/** Null when there is nothing to compare. */
function agreement(model: DecidedValue | null, person: DecidedValue | null): boolean | null {
  return model === null || person === null ? null : model === person
}

function commentOf({ comment }: GivenVerdict): string | undefined {
  return comment === undefined || comment.trim() === '' ? undefined : comment
}
