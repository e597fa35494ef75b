// Has an assessment made: of two files, or of two periods of a use case's decisions. It says how far it is, can be stopped,
// and ends on the report.

import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useRef, useState, type SubmitEvent } from 'react'
import type { UseCaseSummary } from '#wire/use-case.ts'
import type { AssessmentProgress } from '../api/assess.ts'
import { useServices } from '../app/services.ts'
import { Button } from '../ui/button.tsx'
import { SelectField, TextField } from '../ui/field.tsx'
import { Failure } from '../ui/states.tsx'
import {
  bodyOf,
  draftProblems,
  emptyDraft,
  readColumns,
  type AssessmentDraft,
  type DraftProblems,
} from './assessment-draft.ts'
import { ChunkField, PeriodFields, type PartProps } from './assessment-periods.tsx'
import { DropFile } from './drop-file.tsx'
import { notAllowed, notAllowedAnywhere } from './permission.ts'

export function AssessmentForm({ useCase }: { useCase: string | undefined }) {
  const { api, queries } = useServices()
  const navigate = useNavigate()
  const me = useQuery(queries.me())
  const listed = useQuery(queries.allUseCases())
  const names = (listed.data?.items ?? []).map(({ name }) => name)
  const [draft, setDraft] = useState(() => emptyDraft(useCase ?? ''))
  const chosen = draft.useCase || (names.length === 1 ? (names[0] ?? '') : '')
  const [problems, setProblems] = useState<DraftProblems>({})
  const [progress, setProgress] = useState<AssessmentProgress>()
  const stop = useRef<AbortController>(undefined)
  const make = useMutation({
    mutationFn: (wanted: AssessmentDraft) => {
      stop.current = new AbortController()
      setProgress({ step: 'Sending', share: 0 })
      return api.assess(bodyOf(wanted), { signal: stop.current.signal, onProgress: setProgress })
    },
    onSuccess: ({ id }) => void navigate({ to: '/assessments/$id', params: { id } }),
  })
  const change = (part: Partial<AssessmentDraft>) => {
    setDraft((before) => ({ ...before, ...part }))
    setProblems({})
    make.reset()
  }

  function onSubmit(event: SubmitEvent<HTMLFormElement>): void {
    event.preventDefault()
    const wanted = { ...draft, useCase: chosen }
    const found = draftProblems(wanted)
    setProblems(found)
    if (Object.keys(found).length > 0) focusFirstProblem(event.currentTarget)
    if (Object.keys(found).length === 0) make.mutate(wanted)
  }

  const refusal = chosen === '' ? notAllowedAnywhere(me.data, 'assess') : notAllowed(me.data, 'assess', chosen)
  const wasStopped = make.error instanceof DOMException && make.error.name === 'AbortError'
  return (
    <form onSubmit={onSubmit} noValidate className="flex max-w-[56rem] flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="Kept with the use case"
          value={chosen}
          problem={problems.useCase}
          options={[['', 'choose one'], ...names.map((name) => [name, name] as const)]}
          onChange={(event) => change({ useCase: event.target.value })}
        />
        <SelectField
          label="What is compared"
          value={draft.source}
          options={[
            ['files', 'two files'],
            ['decisions', 'two periods of its own decisions'],
          ]}
          onChange={(event) => change({ source: event.target.value === 'files' ? 'files' : 'decisions' })}
        />
      </div>
      {draft.source === 'files' ? (
        <Files draft={draft} problems={problems} onChange={change} />
      ) : (
        <PeriodFields draft={draft} problems={problems} onChange={change} model={modelOf(listed.data?.items, chosen)} />
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button kind="primary" type="submit" isBusy={make.isPending} disabledReason={refusal}>
          Assess and keep
        </Button>
        {make.isPending ? <Button onClick={() => stop.current?.abort()}>Stop</Button> : null}
        {make.isPending && progress !== undefined ? <Progress progress={progress} /> : null}
      </div>
      {refusal === null ? null : <p className="max-w-[65ch] text-13 text-soft">{refusal}</p>}
      {wasStopped ? (
        <output className="text-soft">Stopped; nothing was kept.</output>
      ) : make.error === null ? null : (
        <Failure error={make.error} />
      )}
    </form>
  )
}

/** Once the fields say that they are wrong: whoever does not see them is told of the first. */
function focusFirstProblem(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
}

/** Of the use case, as people call it; undefined while none is chosen. */
function modelOf(all: readonly UseCaseSummary[] | undefined, name: string): string | undefined {
  const model = all?.find((each) => each.name === name)?.model
  return model && `${model.name} ${model.version}`
}

function Progress({ progress: { step, share } }: { progress: AssessmentProgress }) {
  return (
    <output className="flex min-w-0 basis-full flex-wrap items-center gap-x-3 gap-y-1 text-13 text-soft sm:flex-1 sm:basis-0">
      <progress aria-label="Progress" max={1} value={share} className="h-2 w-40" />
      <span className="min-w-0">
        {step}, {Math.round(share * 100)} %
      </span>
    </output>
  )
}

const roles = [
  ['target', 'What was right (the label)'],
  ['prediction', 'What the model said'],
  ['score', 'How sure it was, from 0 to 1'],
  ['timestamp', 'When'],
  ['groups', 'Columns whose groups are compared'],
  ['ignore', 'Columns to leave out'],
] as const

function Files({ draft, problems, onChange }: PartProps) {
  const [columns, setColumns] = useState<readonly string[]>([])
  const listId = useId()
  const choose = (which: 'reference' | 'live') => (file: File | undefined) => {
    onChange({ [which]: file })
    if (which === 'reference') void readColumns(file).then(setColumns)
  }
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <DropFile
          label="Pilot data"
          hint="Drop the data that the pilot was tested on, or choose it: CSV, TSV, Parquet, JSON, NDJSON; gzip too."
          file={draft.reference}
          problem={problems.reference}
          onFile={choose('reference')}
        />
        <DropFile
          label="Live data"
          hint="Drop a sample of live data with the same columns, or choose it."
          file={draft.live}
          problem={problems.live}
          onFile={choose('live')}
        />
      </div>
      <datalist id={listId}>
        {columns.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </datalist>
      <details>
        <summary className="text-13 font-medium">Columns (found by their names when left empty)</summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-2">
          {roles.map(([role, label]) => (
            <TextField
              key={role}
              label={label}
              list={role === 'groups' || role === 'ignore' ? undefined : listId}
              spellCheck={false}
              autoComplete="off"
              value={draft.columns[role]}
              hint={role === 'groups' || role === 'ignore' ? 'Names, separated by commas.' : undefined}
              onChange={(event) => onChange({ columns: { ...draft.columns, [role]: event.target.value } })}
            />
          ))}
          <TextField
            label="The class that counts as positive"
            value={draft.columns.positive}
            onChange={(event) => onChange({ columns: { ...draft.columns, positive: event.target.value } })}
          />
          <ChunkField draft={draft} onChange={onChange} />
        </div>
      </details>
    </>
  )
}
