// Which column plays which part. Named columns must exist; what is not named is guessed from well-known names alone, because a
// wrong target makes every figure wrong, and every guess is said.

import type { Role } from '#core/monitoring/assessment.ts'
import { closestTo } from '#core/use-case/closest.ts'
import type { ColumnForm } from './column-kind.ts'
import type { AssessOptions } from './options.ts'
import { unreadable } from './open-table.ts'

export type Roles = {
  readonly target: string | null
  readonly prediction: string | null
  readonly score: string | null
  readonly timestamp: string | null
  /** Columns by which groups are compared; of an intersection, each. */
  readonly groups: readonly (readonly string[])[]
  /** Not compared: left out, or given alongside. */
  readonly ignored: ReadonlySet<string>
  readonly alongside: ReadonlySet<string>
  readonly given: readonly { readonly role: Role; readonly column: string; readonly given: boolean }[]
}

export type RoleQuestion = {
  readonly options: AssessOptions
  readonly reference: readonly string[]
  readonly live: readonly string[]
  readonly forms: ReadonlyMap<string, ColumnForm>
}

type Single = 'target' | 'prediction' | 'score' | 'timestamp'

/** In lower case, without blanks, dots and dashes; in the order in which they are looked for. */
const wellKnown: Readonly<Record<Single, readonly string[]>> = {
  target: ['target', 'label', 'ytrue', 'groundtruth', 'actual', 'truelabel', 'trueclass', 'clftarget', 'y'],
  prediction: ['prediction', 'ypred', 'predicted', 'predictedlabel', 'predictedclass', 'predictednode', 'pred', 'yhat'],
  score: [
    'score',
    'ypredproba',
    'yscore',
    'probability',
    'proba',
    'predictedproba',
    'confidence',
    'predictedprobability',
    'predictionscore',
    'predictednodescore',
  ],
  timestamp: ['timestamp', 'eventtime', 'createdat', 'datetime', 'decidedat', 'time', 'date'],
}

/** Errors: table_unreadable for a column that is nowhere, with the closest name. */
export function assignRoles(question: RoleQuestion): Roles {
  const { options, reference, live } = question
  const everywhere = [...new Set([...reference, ...live])]
  const leftOut = new Set((options.ignore ?? []).map((name) => find(name, everywhere, 'ignore')))
  const alongside = new Set(options.alongside)
  const ignored = new Set([...leftOut, ...alongside])
  const groups = (options.groups ?? []).map((names) => {
    const whole = everywhere.includes(names) ? [names] : names.split('*')
    return whole.map((name) => find(name.trim(), everywhere, 'groups'))
  })
  const taken = new Set(ignored)
  const chosen = { target: null, prediction: null, score: null, timestamp: null } as Record<Single, string | null>
  const given: { role: Role; column: string; given: boolean }[] = []
  for (const role of ['target', 'prediction', 'score', 'timestamp'] as const) {
    const named = options[role]
    const column = named === undefined ? guess(role, question, taken) : find(named, everywhere, role)
    if (column === undefined) continue
    chosen[role] = column
    taken.add(column)
    given.push({ role, column, given: named !== undefined })
  }
  for (const column of new Set(groups.flat())) given.push({ role: 'group', column, given: true })
  for (const column of leftOut) given.push({ role: 'ignored', column, given: true })
  return { ...chosen, groups, ignored, alongside, given }
}

function find(name: string, names: readonly string[], option: string): string {
  if (names.includes(name)) return name
  const [sameLetters, ...more] = names.filter((other) => other.toLowerCase() === name.toLowerCase())
  if (sameLetters !== undefined && more.length === 0) return sameLetters
  const closest = closestTo(name, names)
  const some = names.slice(0, 12).join(', ')
  throw unreadable(
    `--${option} names the column “${name}”, which is in neither file.`,
    closest === undefined ? `The columns are: ${some}${names.length > 12 ? ', …' : ''}.` : `Did you mean “${closest}”?`,
  )
}

function guess(role: Single, { reference, live, forms }: RoleQuestion, taken: ReadonlySet<string>): string | undefined {
  // A target may be in the pilot alone; what a model says and when must be in both.
  const among = role === 'target' ? reference : reference.filter((name) => live.includes(name))
  for (const known of wellKnown[role]) {
    const found = among.find((name) => plain(name) === known && !taken.has(name) && fits(role, forms.get(name)))
    if (found !== undefined) return found
  }
  return undefined
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s._-]/g, '')
}

function fits(role: Single, form: ColumnForm | undefined): boolean {
  const kind = form?.kind
  if (role === 'timestamp') return kind === 'datetime'
  if (role === 'score') return kind === 'numeric'
  return kind === 'numeric' || kind === 'categorical' || kind === 'boolean'
}
