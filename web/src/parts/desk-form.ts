// The state of the form in front of a reviewer, and the keys that work it.

import { useRef, useState, type RefObject } from 'react'
import type { ReviewItem } from '#wire/review.ts'
import { useKeys } from '../app/keys.tsx'
import {
  activeGroup,
  approval,
  choiceGroups,
  choose,
  needsReason,
  ownDecision,
  startDraft,
  type Draft,
  type DraftProblem,
} from './desk-draft.ts'
import type { Desk } from './use-desk.ts'

export type DeskForm = {
  readonly draft: Draft
  readonly setDraft: (draft: Draft) => void
  readonly problems: readonly DraftProblem[]
  /** The group of choices in which digits choose now. */
  readonly digits: string | undefined
  readonly askDigits: (group: string) => void
  readonly form: RefObject<HTMLFormElement | null>
  readonly others: RefObject<HTMLDetailsElement | null>
  readonly approve: () => void
  /** Opens the form for an output of one's own. */
  readonly begin: () => void
  readonly leave: () => void
  readonly submit: () => void
}

export function useDeskForm(item: ReviewItem, desk: Desk): DeskForm {
  const [draft, setDraft] = useState<Draft>(() => startDraft(item, desk.earlier))
  const [problems, setProblems] = useState<readonly DraftProblem[]>([])
  const [asked, setAsked] = useState<string>()
  const others = useRef<HTMLDetailsElement>(null)
  const form = useRef<HTMLFormElement>(null)
  const group = draft.isDeciding ? activeGroup(choiceGroups(item, draft), asked) : undefined
  const { approve: whyNotApprove, override: whyNotDecide } = item.allowed

  function begin(change: Partial<Draft> = {}): void {
    if (whyNotDecide === null) setDraft({ ...draft, ...change, isDeciding: true })
  }
  function leave(): void {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    setProblems([])
    if (whyNotApprove === null) setDraft({ ...draft, isDeciding: false })
  }
  function approve(): void {
    if (whyNotApprove === null) desk.decide(approval(draft))
  }
  function submit(): void {
    if (!draft.isDeciding || whyNotDecide !== null) return
    const result = ownDecision(item, draft)
    if (result.kind === 'decision') desk.decide(result.decision)
    else setProblems(result.problems)
  }
  function pickDigit(digit: number): void {
    // Before the form is open, a digit means: otherwise, and this is why.
    const reason = item.reasons[digit - 1]
    if (!draft.isDeciding && needsReason(item) && reason !== undefined) begin({ reason })
    const option = group?.options[digit - 1]
    if (group === undefined || option === undefined) return
    setDraft(choose(draft, group.name, option))
    setAsked(undefined)
  }
  useDeskKeys({ item, desk, form, others, approve, begin: () => begin(), leave, submit, pickDigit })
  return {
    draft,
    setDraft,
    problems,
    digits: group?.name,
    askDigits: setAsked,
    form,
    others,
    approve,
    begin: () => begin(),
    leave,
    submit,
  }
}

type DeskKeys = Pick<DeskForm, 'form' | 'others' | 'approve' | 'begin' | 'leave' | 'submit'> & {
  readonly item: ReviewItem
  readonly desk: Desk
  readonly pickDigit: (digit: number) => void
}

function useDeskKeys({ item, desk, form, others, pickDigit, ...does }: DeskKeys): void {
  const find = (selector: string) => form.current?.querySelector<HTMLElement>(selector)
  function edit(): void {
    does.begin()
    // After the form is drawn: the same key may have opened it.
    requestAnimationFrame(() => {
      if (others.current) others.current.open = true
      const plain = find('[data-output] details :is(input, textarea)')
      ;(plain ?? find('[data-output] :is(input, textarea)'))?.focus()
    })
  }
  function giveBack(): void {
    if (item.allowed.release === null) desk.release()
  }
  useKeys('Review desk', [
    { keys: 'a', does: 'Approve the proposal', run: does.approve },
    { keys: 'o', does: 'Decide otherwise', run: does.begin },
    { keys: '1-9', does: 'Choose: the reason, or an option of the output', run: pickDigit },
    { keys: 'e', does: 'Edit the output', run: edit },
    { keys: 'c', does: 'Write a comment', run: () => find('[name=comment]')?.focus() },
    { keys: 'Enter', does: 'Hand in your own decision', run: does.submit },
    { keys: 'Ctrl+Enter', does: 'The same, from within a field', run: does.submit },
    { keys: 'Escape', does: 'Leave the field or the form', alsoInFields: true, run: does.leave },
    { keys: 's', does: 'Skip: it comes again after the others', run: desk.skip },
    { keys: 'u', does: 'Give it back, so that somebody else can take it', run: giveBack },
    { keys: 'j', does: 'Next item', run: desk.next },
    { keys: 'k', does: 'Previous item', run: desk.previous },
  ])
}
