// Where a reviewer decides: what the system proposes, who holds the item, the buttons, and the form for an output of one's
// own. All of it works by keys alone (desk-form.ts).

import type { ReviewItem } from '#wire/review.ts'
import { useNow } from '../app/services.ts'
import { formatClock, formatConfidence, formatRelative } from '../text/format.ts'
import { reasonWords } from '../text/words.ts'
import { Button } from '../ui/button.tsx'
import { TextArea } from '../ui/field.tsx'
import { toneBox } from '../ui/verdict.tsx'
import { ChoiceButtons } from './choice-buttons.tsx'
import { ContentView } from './content-view.tsx'
import { choose, formOf, needsReason } from './desk-draft.ts'
import { useDeskForm, type DeskForm } from './desk-form.ts'
import { OutputFields } from './output-fields.tsx'
import type { Desk } from './use-desk.ts'

type PanelProps = { readonly item: ReviewItem; readonly desk: Desk }

/** Remounted for each item (by its key), so that nothing entered for one is left for the next. */
export function DeskPanel({ item, desk }: PanelProps) {
  const deskForm = useDeskForm(item, desk)
  const { draft, setDraft, form, submit } = deskForm
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
      {draft.isDeciding ? <OwnDecision item={item} deskForm={deskForm} /> : null}
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
      <Buttons item={item} desk={desk} deskForm={deskForm} />
      <WhyNot reasons={[item.allowed.approve, item.allowed.override]} />
    </form>
  )
}

function OwnDecision({ item, deskForm }: { item: ReviewItem; deskForm: DeskForm }) {
  const { draft, setDraft, problems, digits, askDigits, others } = deskForm
  return (
    <section aria-label="Your decision" className="flex flex-col gap-4 rounded border border-ink p-3">
      <h3>Your decision</h3>
      <div data-output="" className="flex flex-col gap-4">
        <OutputFields
          form={formOf(item)}
          draft={draft}
          onDraft={setDraft}
          problems={problems}
          digits={digits}
          onGroup={askDigits}
          others={others}
        />
      </div>
      {needsReason(item) ? (
        <ChoiceButtons
          legend="Reason"
          options={item.reasons}
          words={(reason) => reasonWords(String(reason))}
          chosen={draft.reason}
          onChoose={(reason) => setDraft(choose(draft, 'reason', reason))}
          hasDigits={digits === 'reason'}
          onFocus={() => askDigits('reason')}
          problem={problems.find((problem) => problem.field === 'reason')?.message}
        />
      ) : null}
    </section>
  )
}

/** Always in reach: on narrow screens at the foot of the page, where the thumb is. */
function Buttons({ item, desk, deskForm }: PanelProps & { deskForm: DeskForm }) {
  const { approve: whyNotApprove, override: whyNotDecide, release: whyNotRelease } = item.allowed
  const hasProposal = item.kind === 'decision' && item.proposal !== null
  return (
    <div className="flex flex-wrap gap-2 lg:sticky lg:bottom-0 lg:bg-paper lg:py-2 max-lg:fixed max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-20 max-lg:border-t max-lg:border-line max-lg:bg-sunken max-lg:px-4 max-lg:py-2">
      {hasProposal ? (
        <p className="w-full truncate text-13 text-soft lg:hidden">Proposed: {proposalWords(item.proposal)}</p>
      ) : null}
      {deskForm.draft.isDeciding ? (
        <>
          <Button kind="primary" type="submit" disabledReason={whyNotDecide} shortcut="Enter">
            Hand in
          </Button>
          {whyNotApprove === null ? (
            <Button onClick={deskForm.leave} shortcut="Escape">
              Back
            </Button>
          ) : null}
        </>
      ) : (
        <>
          <Button kind="primary" disabledReason={whyNotApprove} shortcut="a" onClick={deskForm.approve}>
            Approve
          </Button>
          <Button disabledReason={whyNotDecide} shortcut="o" onClick={deskForm.begin}>
            {hasProposal ? 'Override' : 'Decide'}
          </Button>
        </>
      )}
      <Button shortcut="s" onClick={desk.skip}>
        Skip
      </Button>
      <Button kind="quiet" disabledReason={whyNotRelease} shortcut="u" onClick={desk.release}>
        Give back
      </Button>
    </div>
  )
}

/** The proposal in a line, to stand beside the button that approves it: nobody should approve what they have not seen. */
function proposalWords(proposal: unknown): string {
  if (typeof proposal !== 'object' || proposal === null) return JSON.stringify(proposal)
  const members = Object.entries(proposal).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  return members.map(([name, value]) => `${name} ${String(value)}`).join(', ')
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
  if (item.isErased) return <p className="text-soft">The model’s answer was erased with the rest.</p>
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

/** Its line is always there and always as high, so that nothing moves when the hold is taken a moment later. */
function Holder({ item, onClaim }: { item: ReviewItem; onClaim: () => void }) {
  const now = useNow()
  const until = item.claimedUntil
  const isLapsed = until !== null && Date.parse(until) <= now
  if (item.status === 'claimed' && until !== null && !isLapsed) {
    const who = item.claimedByMe ? 'You hold this one' : `${item.claimedBy ?? 'Somebody else'} holds this one`
    return (
      <p className="flex min-h-8 items-center text-13 text-soft">
        {who} until {formatClock(until)} ({formatRelative(until, now)}).
      </p>
    )
  }
  const lapsed = isLapsed && item.claimedByMe
  return (
    <p className="flex min-h-8 flex-wrap items-center gap-x-3 text-13 text-soft">
      {lapsed ? `Your hold lapsed at ${formatClock(until)}; it can still be decided.` : 'Nobody holds this one.'}
      {item.allowed.claim === null ? (
        <Button kind="quiet" onClick={onClaim}>
          Take it
        </Button>
      ) : null}
    </p>
  )
}
