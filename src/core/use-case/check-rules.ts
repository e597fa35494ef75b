// Rules that can never match: a mistake in a policy that nobody would notice, because nothing fails.

import type { ASTNode } from '@marcbachmann/cel-js'
import type { ManifestDraft } from './manifest-draft.ts'
import type { Report } from './manifest-problem.ts'
import { implies, impossibleThresholds, readCondition, type Conjunction } from './rule-conditions.ts'

/** `when` of each rule that could be parsed, by the rule's path, in order. */
export type RuleTrees = ReadonlyMap<string, ASTNode>

export function checkRules(draft: ManifestDraft, trees: RuleTrees, report: Report): void {
  const earlier: { readonly name: string; readonly alternatives: readonly Conjunction[] }[] = []
  for (const [at, path] of draft.items('/decision/rules').entries()) {
    const tree = trees.get(path)
    if (tree === undefined) continue
    const name = `rule ${at + 1}`
    const alternatives = readCondition(tree)
    const thresholds = impossibleThresholds(tree)
    if (thresholds.length > 0) {
      const [threshold = 0] = thresholds
      const hint =
        threshold > 1 && threshold <= 100 ? `Did you mean ${threshold / 100}?` : 'Compare it with a number from 0 to 1.'
      report({
        path: `${path}/when`,
        message: `Confidence is between 0 and 1; it is compared with ${threshold}.`,
        hint,
      })
    } else if (alternatives?.length === 0) {
      report({
        path: `${path}/when`,
        message: 'This rule can never match: its condition is never true.',
        hint: 'Correct the condition or remove the rule.',
      })
    } else if (alternatives !== undefined) {
      reportShadowed({ path, alternatives, earlier }, report)
      earlier.push({ name, alternatives })
    }
  }
  checkConfidence(draft, trees, report)
}

type Shadowed = {
  readonly path: string
  readonly alternatives: readonly Conjunction[]
  readonly earlier: readonly { readonly name: string; readonly alternatives: readonly Conjunction[] }[]
}

/** Every alternative of the rule is covered by one earlier rule or another: whatever would match it has matched before. */
function reportShadowed({ path, alternatives, earlier }: Shadowed, report: Report): void {
  const covering = alternatives.map((narrow) =>
    earlier.find((rule) => rule.alternatives.some((wide) => implies(narrow, wide))),
  )
  if (covering.length === 0 || covering.includes(undefined)) return
  const names = [...new Set(covering.map((rule) => rule?.name))].join(' and ')
  const hint = 'The first match wins: put the narrower rule first, or remove this one.'
  report({
    path: `${path}/when`,
    message: `This rule can never match: whatever it matches, ${names} matches before.`,
    hint,
  })
}

/** No confidence is never `act`, so a policy without one that acts would send everything to people without saying so. */
function checkConfidence(draft: ManifestDraft, trees: RuleTrees, report: Report): void {
  if (draft.has('/decision/confidence')) return
  const hint =
    'Declare decision.confidence, for example output.score; without confidence nothing is decided automatically.'
  for (const path of draft.items('/decision/rules')) {
    const tree = trees.get(path)
    if (tree !== undefined && mentionsConfidence(tree)) {
      report({
        path: `${path}/when`,
        message: 'This rule asks for confidence, but decision.confidence is not declared.',
        hint,
      })
    } else if (draft.at(`${path}/route`) === 'act') {
      report({ path: `${path}/route`, message: 'This rule acts, but decision.confidence is not declared.', hint })
    }
  }
  if (draft.at('/decision/otherwise') === 'act') {
    report({ path: '/decision/otherwise', message: 'The policy acts, but decision.confidence is not declared.', hint })
  }
}

function mentionsConfidence(node: ASTNode): boolean {
  if (node.op === 'id') return node.args === 'confidence'
  const below: unknown[] = Array.isArray(node.args) ? (node.args as unknown[]).flat(2) : [node.args]
  return below.some(
    (child) => typeof child === 'object' && child !== null && 'op' in child && mentionsConfidence(child as ASTNode),
  )
}
