// The fields of an output of one's own. Choices stand first, as buttons; the other members, which a person seldom changes,
// lie folded under them as long as they are filled.

import type { RefObject } from 'react'
import { formatValue } from '../text/format.ts'
import { TextArea, TextField } from '../ui/field.tsx'
import { ChoiceButtons } from './choice-buttons.tsx'
import type { Draft, DraftProblem } from './desk-draft.ts'
import { fieldName, type FormField, type OutputForm, type Scalar } from './output-form.ts'

type FieldsProps = {
  readonly form: OutputForm
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
  readonly problems: readonly DraftProblem[]
  /** The group of choices in which digits choose now. */
  readonly digits: string | undefined
  readonly onGroup: (name: string) => void
  readonly others: RefObject<HTMLDetailsElement | null>
}

export function OutputFields({ form, draft, onDraft, problems, digits, onGroup, others }: FieldsProps) {
  const problemOf = (name: string) => problems.find((problem) => problem.field === name)?.message
  if (form.kind === 'json') {
    return (
      <TextArea
        label="Output, as JSON"
        lang="json"
        rows={8}
        spellCheck={false}
        value={draft.json}
        problem={problemOf('')}
        onChange={(event) => onDraft({ ...draft, json: event.target.value })}
      />
    )
  }
  const set = (field: FormField, value: Scalar | undefined) =>
    onDraft({ ...draft, values: { ...draft.values, [fieldName(field)]: value } })
  const choices = form.fields.filter((field) => field.input.kind === 'choice')
  const rest = form.fields.filter((field) => field.input.kind !== 'choice')
  const isMissing = rest.some(
    (field) => field.isRequired && field.input.kind !== 'list' && draft.values[fieldName(field)] === undefined,
  )
  const hasProblem = rest.some((field) => problemOf(fieldName(field)) !== undefined)
  return (
    <>
      {choices.map((field) => (
        <ChoiceButtons
          key={fieldName(field)}
          legend={field.label}
          hint={field.hint}
          options={field.input.kind === 'choice' ? field.input.options : []}
          words={(option) => formatValue(option)}
          chosen={draft.values[fieldName(field)]}
          onChoose={(option) => set(field, option)}
          hasDigits={digits === fieldName(field)}
          onFocus={() => onGroup(fieldName(field))}
          problem={problemOf(fieldName(field))}
        />
      ))}
      {rest.length === 0 ? null : (
        <details ref={others} open={choices.length === 0 || isMissing || hasProblem}>
          <summary className="w-fit rounded text-13 font-medium">
            {choices.length === 0 ? 'Output' : 'Other members of the output'}
          </summary>
          <div className="mt-2 flex flex-col gap-3 border-l-2 border-line pl-3">
            {rest.map((field) => (
              <PlainField
                key={fieldName(field)}
                field={field}
                value={draft.values[fieldName(field)]}
                onValue={(value) => set(field, value)}
                problem={problemOf(fieldName(field))}
              />
            ))}
          </div>
        </details>
      )}
    </>
  )
}

type PlainProps = {
  readonly field: FormField
  readonly value: Scalar | undefined
  readonly onValue: (value: Scalar | undefined) => void
  readonly problem: string | undefined
}

function PlainField({ field, value, onValue, problem }: PlainProps) {
  const { input } = field
  const about = {
    label: field.isRequired ? field.label : `${field.label} (may be left out)`,
    ...(field.hint === undefined ? {} : { hint: field.hint }),
    problem,
  }
  const text = value === undefined || value === null ? '' : String(value)
  if (input.kind === 'number') {
    return (
      <TextField
        {...about}
        type="number"
        step={input.isInteger ? 1 : 'any'}
        min={input.min}
        max={input.max}
        value={text}
        onChange={(event) => onValue(event.target.value === '' ? undefined : event.target.valueAsNumber)}
      />
    )
  }
  if (input.kind === 'list') {
    const label = `${about.label}, one a line`
    return <TextArea {...about} label={label} rows={3} value={text} onChange={(event) => onValue(event.target.value)} />
  }
  return input.kind === 'text' && input.isLong ? (
    <TextArea {...about} rows={2} value={text} onChange={(event) => onValue(event.target.value)} />
  ) : (
    <TextField {...about} value={text} onChange={(event) => onValue(event.target.value)} />
  )
}
