// Makes a key: whom it is for, and what it may do. The key's text is shown once.

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import type { CreatedKey } from '#wire/key.ts'
import { useServices } from '../app/services.ts'
import { Button } from '../ui/button.tsx'
import { CopyText } from '../ui/copy-text.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { textOf, textsOf } from '../ui/form-text.ts'
import { Failure } from '../ui/states.tsx'
import { toneBox } from '../ui/verdict.tsx'
import { roleGrants, scopeGrants, type Grant } from './key-grants.ts'

export function KeyDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [created, setCreated] = useState<CreatedKey>()
  const close = () => {
    setCreated(undefined)
    onClose()
  }
  return (
    <Dialog open={isOpen} onClose={close} title={created ? `The key for ${created.name}` : 'Create a key'}>
      {created ? (
        <CreatedKeyView created={created} onDone={close} />
      ) : (
        <KeyForm onCreated={setCreated} onCancel={close} />
      )}
    </Dialog>
  )
}

function CreatedKeyView({ created, onDone }: { created: CreatedKey; onDone: () => void }) {
  return (
    <div className="mt-3 flex flex-col gap-4">
      <p className={toneBox('watch')}>
        This is the only time that the key is shown. Copy it now and hand it over by a safe way; the server keeps only
        its digest.
      </p>
      <CopyText text={created.key} label="key" />
      <div>
        <Button kind="primary" onClick={onDone}>
          I have copied it
        </Button>
      </div>
    </div>
  )
}

function KeyForm({ onCreated, onCancel }: { onCreated: (key: CreatedKey) => void; onCancel: () => void }) {
  const { api, queries } = useServices()
  const client = useQueryClient()
  const known = useQuery(queries.allUseCases())
  const [problem, setProblem] = useState<{ name?: string; grants?: string }>({})
  const create = useMutation({
    mutationFn: api.createKey,
    onSuccess: async (created) => {
      onCreated(created)
      await client.invalidateQueries({ queryKey: ['keys'] })
    },
  })

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const name = textOf(form, 'name').trim()
    const where = textOf(form, 'useCase')
    const grants = (kind: 'role' | 'scope') =>
      textsOf(form, kind).map((grant) => (where === '' || grant === 'admin' ? grant : `${grant}:${where}`))
    const body = { name, roles: grants('role'), scopes: grants('scope') }
    const isPowerless = body.roles.length + body.scopes.length === 0
    setProblem({
      ...(name === '' ? { name: 'Say whom or what the key is for.' } : {}),
      ...(isPowerless ? { grants: 'Choose at least one thing that it may do.' } : {}),
    })
    if (name !== '' && !isPowerless) create.mutate(body)
  }

  const names = (known.data?.items ?? []).map((useCase) => useCase.name)
  return (
    <form className="mt-3 flex flex-col gap-4" onSubmit={onSubmit} noValidate>
      <TextField
        label="For"
        name="name"
        required
        maxLength={120}
        problem={problem.name}
        hint="A person’s function or a program. It is shown wherever the log says by whom."
      />
      <SelectField
        label="Of use case"
        name="useCase"
        options={[['', 'all use cases'], ...names.map((name) => [name, name] as const)]}
        hint="What is chosen below is given for this; admin is always for the whole server."
      />
      <Grants legend="A person’s roles" kind="role" grants={roleGrants} />
      <Grants legend="A program’s scopes" kind="scope" grants={scopeGrants} />
      {problem.grants === undefined ? null : (
        <p role="alert" className="font-medium text-fails">
          <span aria-hidden="true">■ </span>
          {problem.grants}
        </p>
      )}
      {create.error ? <Failure error={create.error} /> : null}
      <div className="flex gap-2">
        <Button kind="primary" type="submit" isBusy={create.isPending}>
          Create the key
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  )
}

function Grants({ legend, kind, grants }: { legend: string; kind: 'role' | 'scope'; grants: readonly Grant[] }) {
  return (
    <fieldset>
      <legend className="mb-1 text-13 font-medium">{legend}</legend>
      <div className="grid gap-x-4 gap-y-1 sm:grid-cols-2">
        {grants.map(({ grant, may }) => (
          <label key={grant} className="flex items-start gap-2 py-0.5">
            <input type="checkbox" name={kind} value={grant} className="mt-1 accent-ink" />
            <span>
              {grant}
              <span className="block text-12 text-faint">{may}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
