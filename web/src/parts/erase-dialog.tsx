// Erases contents, in two steps: whose and why; then what will happen, that it cannot be undone, and a last yes.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { NewErasure } from '#wire/privacy.ts'
import { useServices } from '../app/services.ts'
import { erasedWords, erasePlan, erasureKind, eraseTargetWords } from '../text/privacy-words.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField, TextArea, TextField } from '../ui/field.tsx'
import { textOf } from '../ui/form-text.ts'
import { Failure, Loaded } from '../ui/states.tsx'
import { toneBox } from '../ui/verdict.tsx'

export function EraseDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { api } = useServices()
  const client = useQueryClient()
  const [wanted, setWanted] = useState<NewErasure>()
  const erase = useMutation({
    mutationFn: api.erase,
    onSuccess: () => client.invalidateQueries({ predicate: ({ queryKey }) => touched.has(String(queryKey[0])) }),
  })
  const close = () => {
    setWanted(undefined)
    erase.reset()
    onClose()
  }
  const isErased = erase.data !== undefined && erasureKind(erase.data) === 'something'
  const title = erase.data ? (isErased ? 'Erased' : 'Not erased') : wanted ? 'What would be erased' : 'Erase contents'
  return (
    <Dialog open={isOpen} onClose={close} title={title}>
      {erase.data ? (
        <div className="mt-3 flex flex-col gap-4">
          <p className={toneBox(isErased ? 'holds' : 'watch')}>{erasedWords(erase.data)}</p>
          <div>
            <Button kind="primary" onClick={close}>
              Done
            </Button>
          </div>
        </div>
      ) : wanted ? (
        <Confirmation
          wanted={wanted}
          isBusy={erase.isPending}
          error={erase.error}
          onErase={() => erase.mutate(wanted)}
          onBack={() => setWanted(undefined)}
          onClose={close}
        />
      ) : (
        <EraseForm onWanted={setWanted} onCancel={close} />
      )}
    </Dialog>
  )
}

/** What shows contents or counts erasures. */
const touched = new Set(['erasures', 'log', 'decision', 'decisions'])

const planTones = { something: 'fails', 'held-back': 'watch', nothing: 'unknown' } as const

type ConfirmationProps = {
  readonly wanted: NewErasure
  readonly isBusy: boolean
  readonly error: unknown
  readonly onErase: () => void
  readonly onBack: () => void
  readonly onClose: () => void
}

function Confirmation({ wanted, isBusy, error, onErase, onBack, onClose }: ConfirmationProps) {
  const { queries } = useServices()
  const plan = useQuery(queries.erasePlan(wanted))
  const kind = plan.data && erasureKind(plan.data)
  return (
    <div className="mt-3 flex flex-col gap-4">
      <div className={toneBox(planTones[kind ?? 'nothing'])}>
        <p className="font-medium [overflow-wrap:anywhere]">Contents of {eraseTargetWords(wanted)}</p>
        {kind === 'something' ? <p>Once erased, nobody can bring them back. This cannot be undone.</p> : null}
      </div>
      <Loaded query={plan} lines={5}>
        {(found) => (
          <ul aria-label="What happens" className="list-disc space-y-1 pl-5">
            {erasePlan(found).map((words) => (
              <li key={words} className="[overflow-wrap:anywhere]">
                {words}
              </li>
            ))}
            {kind === 'something' ? <li>The log says that you did it, and why: “{wanted.reason}”</li> : null}
            {kind === 'held-back' ? (
              <li>The log can say that you asked for it, and why: “{wanted.reason}”. Ask again after the release.</li>
            ) : null}
          </ul>
        )}
      </Loaded>
      {error ? <Failure error={error} /> : null}
      <div className="flex flex-wrap gap-2">
        {kind === 'nothing' || plan.error ? null : (
          <Button
            kind={kind === 'held-back' ? 'primary' : 'danger'}
            isBusy={isBusy}
            disabledReason={plan.data ? null : 'What it would do is not known yet.'}
            onClick={onErase}
          >
            {kind === 'held-back' ? 'Record the request' : 'Erase for good'}
          </Button>
        )}
        <Button onClick={onBack}>Back</Button>
        <Button onClick={onClose}>{kind === 'something' ? 'Keep everything' : 'Close'}</Button>
      </div>
    </div>
  )
}

type FormProps = { readonly onWanted: (wanted: NewErasure) => void; readonly onCancel: () => void }

function EraseForm({ onWanted, onCancel }: FormProps) {
  const [kind, setKind] = useState<'subject' | 'decision'>('subject')
  const [problem, setProblem] = useState<{ of?: string; reason?: string }>({})

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const of = textOf(form, 'of').trim()
    const reason = textOf(form, 'reason').trim()
    setProblem({
      ...(of === '' ? { of: kind === 'subject' ? 'Say whose.' : 'Give the decision’s id.' } : {}),
      ...(reason === '' ? { reason: 'Say why: it stands on the log for good.' } : {}),
    })
    if (of !== '' && reason !== '') onWanted(kind === 'subject' ? { subject: of, reason } : { decision: of, reason })
  }

  return (
    <form className="mt-3 flex flex-col gap-4" onSubmit={onSubmit} noValidate>
      <SelectField
        label="What"
        value={kind}
        options={[
          ['subject', 'everything of one person (subject)'],
          ['decision', 'one decision'],
        ]}
        onChange={(event) => setKind(event.target.value === 'decision' ? 'decision' : 'subject')}
      />
      <TextField
        key={kind}
        label={kind === 'subject' ? 'Subject' : 'Id of the decision'}
        name="of"
        autoComplete="off"
        spellCheck={false}
        maxLength={512}
        problem={problem.of}
        hint={kind === 'subject' ? 'As the callers send it. Upper and lower case count.' : undefined}
      />
      <TextArea
        label="Reason"
        name="reason"
        rows={2}
        maxLength={500}
        problem={problem.reason}
        hint="Stays on the log for good: write no name and nothing personal here."
      />
      <div className="flex gap-2">
        <Button kind="primary" type="submit">
          Go on
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  )
}
