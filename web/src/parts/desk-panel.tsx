// Where a reviewer decides: what the system proposes, who holds the item, the buttons, and the form for an output of one's
// own. All of it works by keys alone.

import { useRef, useState } from 'react'
import type { ReviewItem } from '#wire/review.ts'
import { useKeys } from '../app/keys.tsx'
import { useNow } from '../app/services.ts'
import { formatClock, formatConfidence, formatRelative } from '../text/format.ts'
import { reasonWords } from '../text/words.ts'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { toneBox } from '../ui/verdict.tsx'
import { ChoiceButtons } from './choice-buttons.tsx'
import { ContentView } from './content-view.tsx'
import {
  activeGroup,
  approval,
  choiceGroups,
  choose,
  formOf,
  needsReason,
  ownDecision,
  startDraft,
  type Draft,
  type DraftProblem,
} from './desk-draft.ts'
import { OutputFields } from './output-fields.tsx'
import type { Desk } from './use-desk.ts'

/** Remounted for each item (by its key), so that nothing entered for one is left for the next. */
export function DeskPanel({ item, desk }: { item: ReviewItem; desk: Desk }) {
  const [draft, setDraft] = useState<Draft>(() => startDraft(item, desk.earlier))
  const [problems, setProblems] = useState<readonly DraftProblem[]>([])
  const [asked, setAsked] = useState<string>()
  const others = useRef<HTMLDetailsElement>(null)
  const form = useRef<HTMLFormElement>(null)
  const groups = choiceGroups(item, draft)
  const digits = draft.isDeciding ? activeGroup(groups, asked) : undefined
  const { approve: whyNotApprove, override: whyNotDecide } = item.allowed

  function begin(change: Partial<Draft> = {}): void {
    if (whyNotDecide === null) setDraft({ ...draft, ...change, isDeciding: true })
  }
  function leave(): void {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    setProblems([])
    if (whyNotApprove === null) setDraft({ ...draft, isDeciding: false })
  }
  function doApprove(): void {
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
    const option = digits?.options[digit - 1]
    if (digits === undefined || option === undefined) return
    setDraft(choose(draft, digits.name, option))
    setAsked(undefined)
  }
  /** After the form is drawn: it may have opened by the same key. */
  function focusIn(find: () => HTMLElement | null | undefined): void {
    requestAnimationFrame(() => find()?.focus())
  }

  useKeys('Review desk', [
    { keys: 'a', does: 'Approve the proposal', run: doApprove },
    { keys: 'o', does: 'Decide otherwise', run: () => begin() },
    { keys: '1-9', does: 'Choose: the reason, or an option of the output', run: pickDigit },
    {
      keys: 'e',
      does: 'Edit the output',
      run: () => {
        begin()
        focusIn(() => {
          if (others.current) others.current.open = true
          return form.current?.querySelector<HTMLElement>('details input, details textarea, textarea[rows="8"], input')
        })
      },
    },
    {
      keys: 'c',
      does: 'Write a comment',
      run: () => focusIn(() => form.current?.querySelector<HTMLElement>('[name=comment]')),
    },
    { keys: 'Enter', does: 'Hand in your own decision', run: submit },
    { keys: 'Ctrl+Enter', does: 'The same, from within a field', run: submit },
    { keys: 'Escape', does: 'Leave the field or the form', alsoInFields: true, run: leave },
    { keys: 's', does: 'Skip: it comes again after the others', run: desk.skip },
    {
      keys: 'u',
      does: 'Give it back, so that somebody else can take it',
      run: () => (item.allowed.release === null ? desk.release() : undefined),
    },
    { keys: 'j', does: 'Next item', run: desk.next },
    { keys: 'k', does: 'Previous item', run: desk.previous },
  ])

  const ownWords = item.kind === 'audit' || item.proposal === null ? 'Decide' : 'Override'
  const problemOf = (name: string) => problems.find((problem) => problem.field === name)?.message
  return (
    <form
      ref={form}
      className="flex flex-col gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Proposal item={item} />
      {draft.isDeciding ? (
        <section aria-label="Your decision" className="flex flex-col gap-4 rounded border border-ink p-3">
          <h3>Your decision</h3>
          <OutputFields
            form={formOf(item)}
            draft={draft}
            onDraft={setDraft}
            problems={problems}
            digits={digits?.name}
            onGroup={setAsked}
            others={others}
          />
          {needsReason(item) ? (
            <ChoiceButtons
              legend="Reason"
              options={item.reasons}
              words={(reason) => reasonWords(String(reason))}
              chosen={draft.reason}
              onChoose={(reason) => setDraft(choose(draft, 'reason', reason))}
              hasDigits={digits?.name === 'reason'}
              onFocus={() => setAsked('reason')}
              problem={problemOf('reason')}
            />
          ) : null}
        </section>
      ) : null}
      <TextArea
        label="Comment"
        name="comment"
        rows={2}
        maxLength={5000}
        value={draft.comment}
        onChange={(event) => setDraft({ ...draft, comment: event.target.value })}
        hint="May be left out. It stays with the decision."
      />
      <Holder item={item} onClaim={desk.claim} />
      <div className="sticky bottom-0 z-20 -mx-4 flex flex-wrap gap-2 border-t border-line bg-paper px-4 py-3 lg:static lg:mx-0 lg:border-0 lg:p-0">
        {draft.isDeciding ? (
          <>
            <Button kind="primary" type="submit" disabledReason={whyNotDecide} shortcut="Enter">
              Hand in
            </Button>
            {whyNotApprove === null ? (
              <Button onClick={leave} shortcut="Escape">
                Back
              </Button>
            ) : null}
          </>
        ) : (
          <>
            <Button kind="primary" disabledReason={whyNotApprove} shortcut="a" onClick={doApprove}>
              Approve
            </Button>
            <Button disabledReason={whyNotDecide} shortcut="o" onClick={() => begin()}>
              {ownWords}
            </Button>
          </>
        )}
        <Button shortcut="s" onClick={desk.skip}>
          Skip
        </Button>
        <Button kind="quiet" disabledReason={item.allowed.release} shortcut="u" onClick={desk.release}>
          Give back
        </Button>
      </div>
      <WhyNot reasons={[whyNotApprove, whyNotDecide]} />
    </form>
  )
}

/** The reasons why buttons are off, also for those who cannot hover. */
function WhyNot({ reasons }: { reasons: readonly (string | null)[] }) {
  const all = [...new Set(reasons.filter((reason) => reason !== null))]
  return all.length === 0 ? null : <p className="text-13 text-soft">{all.join(' ')}</p>
}

function Proposal({ item }: { item: ReviewItem }) {
  if (item.kind === 'audit') {
    return (
      <p className={toneBox('unknown')}>
        <strong className="font-medium">Blind audit.</strong> The system has decided this one already. Its answer is
        hidden, so that yours is your own.
      </p>
    )
  }
  if (item.proposal === null || item.proposal === undefined) {
    return (
      <p className={toneBox('unknown')}>
        <strong className="font-medium">No proposal.</strong> There is no answer of a model for this one; decide by
        yourself.
      </p>
    )
  }
  return (
    <section aria-label="Proposal">
      <div className="mb-1 flex flex-wrap items-baseline justify-between gap-x-3">
        <h3>The model proposes</h3>
        <p className="text-13 text-soft" data-figure="">
          confidence {formatConfidence(item.confidence)}
          {item.model === null ? '' : `, ${item.model.name} ${item.model.version}`}
        </p>
      </div>
      <ContentView label="Proposal" value={item.proposal} />
    </section>
  )
}

function Holder({ item, onClaim }: { item: ReviewItem; onClaim: () => void }) {
  const now = useNow()
  const until = item.claimedUntil
  const isLapsed = until !== null && Date.parse(until) <= now
  if (item.status === 'claimed' && until !== null && !isLapsed) {
    const who = item.claimedByMe ? 'You hold this one' : `${item.claimedBy ?? 'Somebody else'} holds this one`
    return (
      <p className="text-13 text-soft">
        {who} until {formatClock(until)} ({formatRelative(until, now)}).
      </p>
    )
  }
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-13 text-soft">
      {isLapsed && item.claimedByMe
        ? `Your hold lapsed at ${formatClock(until)}; it can still be decided.`
        : 'Nobody holds this one.'}
      {item.allowed.claim === null ? (
        <Button kind="quiet" onClick={onClaim}>
          Take it
        </Button>
      ) : null}
    </p>
  )
}
