// What somebody fills in to have an assessment made, and what is sent of it. Pure, but for reading the first line of a file.

import type { AssessmentSettings, NewAssessment } from '#wire/assessment-kept.ts'
import { columnsOf } from '../text/assessment-words.ts'

export type AssessmentDraft = {
  readonly useCase: string
  readonly source: 'files' | 'decisions'
  readonly reference: File | undefined
  readonly live: File | undefined
  /** Days, UTC; `to` is the last day that counts. */
  readonly periods: { readonly reference: Days; readonly live: Days }
  readonly columns: { readonly [Name in ColumnRole]: string }
  readonly chunk: string
  /** Of decisions: also ask the model. */
  readonly robustness: boolean
}
type Days = { readonly from: string; readonly to: string }
type ColumnRole = 'target' | 'prediction' | 'score' | 'positive' | 'timestamp' | 'groups' | 'ignore'

export type DraftProblems = { readonly [Field in 'useCase' | 'reference' | 'live']?: string }

const noDays: Days = { from: '', to: '' }

export function emptyDraft(useCase: string): AssessmentDraft {
  return {
    useCase,
    source: 'files',
    reference: undefined,
    live: undefined,
    periods: { reference: noDays, live: noDays },
    columns: { target: '', prediction: '', score: '', positive: '', timestamp: '', groups: '', ignore: '' },
    chunk: '',
    robustness: false,
  }
}

export function draftProblems({ useCase, source, reference, live, periods }: AssessmentDraft): DraftProblems {
  const found = useCase === '' ? { useCase: 'Choose the use case that keeps it.' } : {}
  if (source === 'files') {
    return {
      ...found,
      ...(reference === undefined ? { reference: 'Choose the data that the pilot was tested on.' } : {}),
      ...(live === undefined ? { live: 'Choose live data, with the same columns.' } : {}),
    }
  }
  const [before, now] = [dayProblem(periods.reference), dayProblem(periods.live)]
  return {
    ...found,
    ...(before === undefined ? {} : { reference: before }),
    ...(now === undefined ? {} : { live: now }),
  }
}

function dayProblem({ from, to }: Days): string | undefined {
  if (from === '' || to === '') return 'Give the first and the last day.'
  return from > to ? 'The last day comes before the first.' : undefined
}

/** The draft has no problems. Fields come before files: the server asks for the use case first. */
export function bodyOf(draft: AssessmentDraft): FormData | NewAssessment {
  const { useCase, source, reference, live, periods } = draft
  const settings = settingsOf(draft)
  if (source === 'decisions') {
    return { useCase, reference: periodOf(periods.reference), live: periodOf(periods.live), settings }
  }
  const form = new FormData()
  form.set('useCase', useCase)
  form.set('settings', JSON.stringify(settings))
  if (reference) form.set('reference', reference)
  if (live) form.set('live', live)
  return form
}

function periodOf({ from, to }: Days): NewAssessment['live'] {
  const end = new Date(Date.parse(to) + 86_400_000)
  return { from: `${from}T00:00:00.000Z`, to: end.toISOString() }
}

function settingsOf({ source, columns, chunk, robustness }: AssessmentDraft): AssessmentSettings {
  const names = (text: string) =>
    text
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean)
  // Of decisions the server knows which column is what.
  const roles = source === 'files' ? (['target', 'prediction', 'score', 'positive', 'timestamp'] as const) : []
  const given = roles.filter((role) => columns[role].trim() !== '').map((role) => [role, columns[role].trim()])
  return {
    ...(Object.fromEntries(given) as AssessmentSettings),
    ...(chunk === '' ? {} : { chunk }),
    ...(source === 'decisions' && robustness ? { robustness } : {}),
    ...(names(columns.groups).length === 0 ? {} : { groups: names(columns.groups) }),
    ...(names(columns.ignore).length === 0 ? {} : { ignore: names(columns.ignore) }),
  }
}

const headBytes = 65_536

/** Columns to offer, from the file’s first line. */
export async function readColumns(file: File | undefined): Promise<string[]> {
  return file === undefined ? [] : columnsOf(file.name, await file.slice(0, headBytes).text())
}
