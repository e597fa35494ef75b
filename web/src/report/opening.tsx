// How a report begins: the verdict, the sentence to repeat, and what was compared with what.

import type { Assessment } from '#wire/assessment.ts'
import { formatCount, formatPlace, plural } from './figures.ts'
import { FactList, Mark, type Fact } from './parts.tsx'
import { readable } from './readable.ts'
import { overallVerdicts } from './verdicts.ts'

const meanings: Record<Assessment['verdict'], string> = {
  ready: 'Nothing that was found speaks against going live with what was tested.',
  gap: 'Something is to be settled before this goes live; see what to do below.',
  insufficient:
    'What was given does not say whether this is ready: too few rows, or nothing that tells how good the model is.',
}

export function Verdict({ assessment }: { assessment: Assessment }) {
  return (
    <p className="report-verdict">
      <Mark verdict={overallVerdicts[assessment.verdict]} /> <span>{meanings[assessment.verdict]}</span>
    </p>
  )
}

export function Compared({ data }: Pick<Assessment, 'data'>) {
  const roles = data.roles.filter(({ role }) => role !== 'ignored')
  const ignored = data.roles.filter(({ role }) => role === 'ignored')
  const facts: Fact[] = [
    { name: 'Pilot', value: fileWords(data.reference) },
    { name: 'Live', value: fileWords(data.live) },
    ...(data.task === null ? [] : [{ name: 'Kind of answer', value: taskWords(data) }]),
    ...(roles.length === 0 ? [] : [{ name: 'Columns with a part', value: roleWords(roles) }]),
    ...(ignored.length === 0 ? [] : [{ name: 'Left out', value: ignored.map(({ column }) => column).join(', ') }]),
  ]
  return (
    <>
      <FactList facts={facts} />
      {data.notes.length === 0 ? null : (
        <ul className="report-notes">
          {data.notes.map((note) => (
            <li key={note}>{readable(note)}</li>
          ))}
        </ul>
      )}
    </>
  )
}

function fileWords({ name, rows, columns, from, to }: Assessment['data']['live']): string {
  const span = from === null || to === null ? '' : `, ${formatPlace(from)} to ${formatPlace(to)}`
  return `${name}: ${plural(rows, 'row')}, ${plural(columns, 'column')}${span}`
}

function taskWords({ task, positive }: Assessment['data']): string {
  if (task === 'regression') return 'a number'
  if (task === 'multiclass') return 'one of several classes'
  return positive === null ? 'one of two classes' : `one of two classes; “${positive}” counts as positive`
}

/** Who chose a column matters: a guess may be wrong. */
function roleWords(roles: Assessment['data']['roles']): string {
  return roles.map(({ role, column, given }) => `${role}: ${column}${given ? '' : ' (found by its name)'}`).join('; ')
}

/** Files and rows in one line, for lists and heads. */
export function comparedLine({ reference, live }: Assessment['data']): string {
  return `${reference.name} (${formatCount(reference.rows)} rows) against ${live.name} (${formatCount(live.rows)} rows)`
}
