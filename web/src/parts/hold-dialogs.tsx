// Places and releases legal holds, saying beforehand what that does.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { LegalHold } from '#wire/privacy.ts'
import { useServices } from '../app/services.ts'
import { holdTargetWords } from '../text/privacy-words.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField, TextArea, TextField } from '../ui/field.tsx'
import { textOf } from '../ui/form-text.ts'
import { Failure } from '../ui/states.tsx'

const reasonHint = 'Stays on the log for good: write no name and nothing personal here.'

function useHoldsChanged() {
  const client = useQueryClient()
  return () =>
    Promise.all([client.invalidateQueries({ queryKey: ['holds'] }), client.invalidateQueries({ queryKey: ['log'] })])
}

export function PlaceHoldDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog
      open={isOpen}
      onClose={onClose}
      title="Place a legal hold"
      description="From then on nothing of it is erased, neither by age nor at a person’s request, until the hold is released. What is gone already does not come back."
    >
      <PlaceHoldForm onClose={onClose} />
    </Dialog>
  )
}

function PlaceHoldForm({ onClose }: { onClose: () => void }) {
  const { api, queries } = useServices()
  const changed = useHoldsChanged()
  const known = useQuery(queries.allUseCases())
  const [kind, setKind] = useState<'useCase' | 'subject'>('useCase')
  const [problem, setProblem] = useState<{ of?: string; reason?: string }>({})
  const place = useMutation({
    mutationFn: api.placeHold,
    onSuccess: async () => {
      onClose()
      await changed()
    },
  })

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const of = textOf(form, 'of').trim()
    const reason = textOf(form, 'reason').trim()
    setProblem({
      ...(of === '' ? { of: kind === 'subject' ? 'Say whose.' : 'Choose a use case.' } : {}),
      ...(reason === '' ? { reason: 'Say why, for instance the case’s number.' } : {}),
    })
    if (of !== '' && reason !== '') place.mutate(kind === 'subject' ? { subject: of, reason } : { useCase: of, reason })
  }

  const names = (known.data?.items ?? []).map((useCase) => useCase.name)
  return (
    <form className="mt-3 flex flex-col gap-4" onSubmit={onSubmit} noValidate>
      <SelectField
        label="Keep"
        value={kind}
        options={[
          ['useCase', 'everything of a use case'],
          ['subject', 'everything of one person (subject)'],
        ]}
        onChange={(event) => setKind(event.target.value === 'subject' ? 'subject' : 'useCase')}
      />
      {kind === 'useCase' ? (
        <SelectField
          label="Use case"
          name="of"
          options={names.map((name) => [name, name] as const)}
          problem={problem.of}
        />
      ) : (
        <TextField
          label="Subject"
          name="of"
          autoComplete="off"
          spellCheck={false}
          maxLength={512}
          problem={problem.of}
          hint="As the callers send it. The log keeps a keyed digest of it, not the text."
        />
      )}
      <TextArea label="Reason" name="reason" rows={2} maxLength={500} problem={problem.reason} hint={reasonHint} />
      {place.error ? <Failure error={place.error} /> : null}
      <div className="flex gap-2">
        <Button kind="primary" type="submit" isBusy={place.isPending}>
          Place it
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  )
}

export function ReleaseHoldDialog({ hold, onClose }: { hold: LegalHold | undefined; onClose: () => void }) {
  return (
    <Dialog
      open={hold !== undefined}
      onClose={onClose}
      title={`Release the hold on ${hold === undefined ? '' : holdTargetWords(hold)}?`}
      description="From then on its contents can be erased again: at a person’s request, and at once by age where their time is over. What is erased cannot be brought back, not even by a new hold."
    >
      {hold === undefined ? null : <ReleaseForm hold={hold} onClose={onClose} />}
    </Dialog>
  )
}

function ReleaseForm({ hold, onClose }: { hold: LegalHold; onClose: () => void }) {
  const { api } = useServices()
  const changed = useHoldsChanged()
  const [problem, setProblem] = useState<string>()
  const release = useMutation({
    mutationFn: (reason: string) => api.releaseHold(hold.id, { reason }),
    onSuccess: async () => {
      onClose()
      await changed()
    },
  })

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const reason = textOf(new FormData(event.currentTarget), 'reason').trim()
    setProblem(reason === '' ? 'Say why it is no longer needed.' : undefined)
    if (reason !== '') release.mutate(reason)
  }

  return (
    <form className="mt-3 flex flex-col gap-4" onSubmit={onSubmit} noValidate>
      <TextArea label="Reason" name="reason" rows={2} maxLength={500} problem={problem} hint={reasonHint} />
      {release.error ? <Failure error={release.error} /> : null}
      <div className="flex gap-2">
        <Button kind="danger" type="submit" isBusy={release.isPending}>
          Release it
        </Button>
        <Button onClick={onClose}>Keep it</Button>
      </div>
    </form>
  )
}
