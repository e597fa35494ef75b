// What a reviewer has entered for the item in front of them, and the verdict it comes to. Pure.

import type { ReviewDecision, ReviewItem } from '#wire/review.ts'
import {
  fieldName,
  formOutput,
  jsonOutput,
  outputForm,
  overrideValues,
  startValues,
  type FormValues,
  type OutputForm,
  type Scalar,
} from './output-form.ts'

export type Draft = {
  /** `deciding`: with an output of one's own; else the proposal stands before them to be approved or not. */
  readonly isDeciding: boolean
  readonly values: FormValues
  /** Where the output is edited as JSON. */
  readonly json: string
  readonly reason: string | undefined
  readonly comment: string
}

export type DraftProblem = { readonly field: string; readonly message: string }
export type DraftResult =
  | { readonly kind: 'decision'; readonly decision: ReviewDecision }
  | { readonly kind: 'invalid'; readonly problems: readonly DraftProblem[] }

export function formOf(item: ReviewItem): OutputForm {
  return outputForm(item.outputSchema, item.proposal)
}

/** With nothing to approve, one's own output is asked for at once. `earlier`: a verdict that came back. */
export function startDraft(item: ReviewItem, earlier?: ReviewDecision): Draft {
  const form = formOf(item)
  const fields = form.kind === 'fields' ? form.fields : []
  const output = earlier?.output ?? item.proposal
  return {
    isDeciding: earlier?.verdict === 'override' || (item.allowed.approve !== null && item.allowed.override === null),
    values: earlier?.output === undefined ? overrideValues(fields, item.proposal) : startValues(fields, output),
    json: output === null || output === undefined ? '' : JSON.stringify(output, null, 2),
    reason: earlier?.reason,
    comment: earlier?.comment ?? '',
  }
}

export function approval(draft: Draft): ReviewDecision {
  return { verdict: 'approve', ...commentOf(draft) }
}

/** Every problem at once; what passes here is checked again by the server. */
export function ownDecision(item: ReviewItem, draft: Draft): DraftResult {
  const form = formOf(item)
  const result = form.kind === 'fields' ? formOutput(form.fields, draft.values, item.proposal) : jsonOutput(draft.json)
  const problems = result.kind === 'invalid' ? [...result.problems] : []
  if (needsReason(item) && draft.reason === undefined) {
    problems.push({ field: 'reason', message: 'Choose a reason: it tells why this was not left to the model.' })
  }
  if (result.kind === 'invalid' || problems.length > 0) return { kind: 'invalid', problems }
  const reason = draft.reason === undefined ? {} : { reason: draft.reason }
  return { kind: 'decision', decision: { verdict: 'override', output: result.output, ...reason, ...commentOf(draft) } }
}

/** Who audits blindly does not see what the system did, so cannot say why it was wrong. */
export function needsReason(item: ReviewItem): boolean {
  return item.kind === 'decision' && item.reasons.length > 0
}

export type ChoiceGroup = {
  readonly name: string
  readonly options: readonly Scalar[]
  readonly chosen: Scalar | undefined
}

/** What the digits can choose, in order: the output's choices, then the reason. */
export function choiceGroups(item: ReviewItem, draft: Draft): ChoiceGroup[] {
  const form = formOf(item)
  const fields = form.kind === 'fields' ? form.fields : []
  const groups = fields.flatMap((field): ChoiceGroup[] =>
    field.input.kind === 'choice'
      ? [{ name: fieldName(field), options: field.input.options, chosen: draft.values[fieldName(field)] }]
      : [],
  )
  return needsReason(item) ? [...groups, { name: 'reason', options: item.reasons, chosen: draft.reason }] : groups
}

/** The group that digits choose in: the one asked for, else the first without a choice, else the last. */
export function activeGroup(groups: readonly ChoiceGroup[], asked: string | undefined): ChoiceGroup | undefined {
  return (
    groups.find((group) => group.name === asked) ?? groups.find((group) => group.chosen === undefined) ?? groups.at(-1)
  )
}

export function choose(draft: Draft, group: string, option: Scalar): Draft {
  if (group === 'reason') return { ...draft, reason: String(option) }
  return { ...draft, values: { ...draft.values, [group]: option } }
}

function commentOf({ comment }: Draft): { comment?: string } {
  return comment.trim() === '' ? {} : { comment: comment.trim() }
}
