// Two periods of a use case's decisions to compare: which days, what else to look at, and whether to put disturbed inputs to its model.

import { robustnessCallsMax } from '#wire/assessment-limits.ts'
import { formatCount } from '../text/format.ts'
import { CheckField, SelectField, TextField } from '../ui/field.tsx'
import type { AssessmentDraft, DraftProblems } from './assessment-draft.ts'

export type PartProps = {
  readonly draft: AssessmentDraft
  readonly problems: DraftProblems
  readonly onChange: (part: Partial<AssessmentDraft>) => void
}

export function ChunkField({ draft, onChange }: Omit<PartProps, 'problems'>) {
  return (
    <SelectField
      label="Parts over time"
      value={draft.chunk}
      options={[
        ['', 'as the data suggest'],
        ['1d', 'days'],
        ['1w', 'weeks'],
        ['1mo', 'months'],
        ['1000', '1,000 rows'],
        ['5000', '5,000 rows'],
      ]}
      onChange={(event) => onChange({ chunk: event.target.value })}
    />
  )
}

/** `model`: its name and version; undefined while no use case is chosen. */
export function PeriodFields({ draft, problems, onChange, model }: PartProps & { readonly model: string | undefined }) {
  const { periods } = draft
  const field = (which: 'reference' | 'live', end: 'from' | 'to', label: string) => (
    <TextField
      label={label}
      type="date"
      value={periods[which][end]}
      problem={end === 'to' ? problems[which] : undefined}
      onChange={(event) =>
        onChange({ periods: { ...periods, [which]: { ...periods[which], [end]: event.target.value } } })
      }
    />
  )
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <fieldset className="grid grid-cols-2 gap-3">
          <legend className="mb-1 text-13 font-medium">Before (as the pilot was)</legend>
          {field('reference', 'from', 'First day (UTC)')}
          {field('reference', 'to', 'Last day')}
        </fieldset>
        <fieldset className="grid grid-cols-2 gap-3">
          <legend className="mb-1 text-13 font-medium">Live</legend>
          {field('live', 'from', 'First day (UTC)')}
          {field('live', 'to', 'Last day')}
        </fieldset>
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Columns whose groups are compared"
          hint="Names of input members, separated by commas."
          value={draft.columns.groups}
          onChange={(event) => onChange({ columns: { ...draft.columns, groups: event.target.value } })}
        />
        <ChunkField draft={draft} onChange={onChange} />
      </div>
      <CheckField
        label="Put disturbed inputs to the model as well"
        hint={`Typing errors, missing values, other units: ${model ?? 'the use case’s model'} is asked about up to 200 rows again. It costs up to ${formatCount(robustnessCallsMax)} calls, four at once, in two minutes at most.`}
        checked={draft.robustness}
        onChange={(event) => onChange({ robustness: event.target.checked })}
      />
      <p className="max-w-[65ch] text-13 text-soft">
        Inputs, answers, confidences and reported outcomes are read from the log, and the data contract in force is
        tried on them. What was erased is left out, and the result says how many.
      </p>
    </>
  )
}
