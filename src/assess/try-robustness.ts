// Asks the model again about rows of the pilot with one input disturbed, and compares with what it said before: how much is lost, with
// an interval of the paired difference. Bounded in rows, disturbances, calls at once, and time; what was not tried is said.

import type { RobustnessAssessment } from '#core/monitoring/assessment.ts'
import type { JsonValue } from '#core/kernel/json.ts'
import { seededRandom } from '#core/stats/random.ts'
import { disturbances, type Disturbance } from './disturb.ts'
import { createAsker, type Asker } from './ask-model.ts'
import type { ModelPort, Row } from './options.ts'
import type { BothTables } from './read-both.ts'
import { columnOf } from './outcome-scale.ts'
import { dropOf, lossesOf, performanceOf, type Losses } from './robustness-losses.ts'
import { rowReader } from './row-values.ts'

type Tried = RobustnessAssessment['disturbances'][number]

const rowsMax = 200
const disturbancesMax = 40
/** The most that one assessment asks a model. */
export const robustnessCallsMax = rowsMax * (1 + disturbancesMax)
const timeMs = 120_000
const comparedMin = 30
const seed = 20_261_121

export type RobustnessQuestion = {
  readonly model: ModelPort
  readonly both: BothTables
  /** Those that say most about the answers first, if that is known. */
  readonly inputs: { readonly names: readonly string[]; readonly isRanked: boolean }
  /** Whether the model answers with a number rather than a class. */
  readonly isNumber: boolean
  /** Columns that the model is given with each row. */
  readonly alongside: readonly string[]
  /** How many calls there were, and how many there will be at most. */
  readonly onCalls: (done: number, most: number) => void
  /** Milliseconds that never go back. */
  readonly clock: () => number
}

export async function tryRobustness({
  model,
  both,
  inputs,
  isNumber,
  alongside,
  onCalls,
  clock,
}: RobustnessQuestion): Promise<{ assessment: RobustnessAssessment | null; notes: string[] }> {
  const { rows, labels } = chosenRows(both, [...inputs.names, ...alongside])
  if (rows.length === 0)
    return { assessment: null, notes: ['The model was not tried: no row of the pilot can be given to it.'] }
  const names = inputs.names.filter((name) => !model.fixed?.includes(name))
  const wanted = planOf(both, names)
  const planned = wanted.slice(0, disturbancesMax)
  const most = rows.length * (1 + planned.length)
  const asker = createAsker(model, (calls) => onCalls(calls, most))
  const until = clock() + timeMs
  const before = await asker.ask(rows.map((row) => ({ row, disturbed: null })))
  const failures = before.filter((answer) => answer.kind === 'failure')
  if (failures.length === before.length) {
    const why = failures[0]?.reason ?? ''
    return { assessment: null, notes: [`The model was not tried: it answers none of the pilot’s rows (${why}).`] }
  }
  const losses = lossesOf(before, labels, isNumber)
  const tried: Tried[] = []
  let done = 0
  for (const { column, disturbance } of planned) {
    if (clock() > until) break
    const one = await tryOne({ asker, rows, losses }, column, disturbance)
    // What it was asked last was cut off, and says nothing.
    if (asker.gone() !== null) break
    done += 1
    if (one !== null) tried.push(one)
  }
  return {
    assessment: {
      n: rows.length,
      calls: asker.calls(),
      before: performanceOf(losses.before, losses.metric),
      metric: losses.metric,
      disturbances: tried,
    },
    notes: untried(wanted, { tried: done, isRanked: inputs.isRanked, rows: rows.length, gone: asker.gone() }),
  }
}

/** Evenly from the pilot, labelled ones where there are labels. */
function chosenRows(both: BothTables, inputs: readonly string[]): { rows: Row[]; labels: (string | null)[] } {
  const { reference, forms, roles } = both
  const labels = columnOf(reference, roles.target)
  const read = rowReader(reference, forms, inputs)
  const usable = Array.from({ length: reference.sample.size }, (_, at) => at).filter(
    (at) => roles.target === null || (labels[at] ?? null) !== null,
  )
  const step = Math.max(1, Math.floor(usable.length / rowsMax))
  const chosen = usable.filter((_, at) => at % step === 0).slice(0, rowsMax)
  return { rows: chosen.map(read), labels: chosen.map((at) => labels[at] ?? null) }
}

type Planned = { readonly column: string; readonly disturbance: Disturbance }

function planOf({ forms }: BothTables, inputs: readonly string[]): Planned[] {
  return inputs.flatMap((column) =>
    disturbances
      .filter(({ kinds }) => kinds.includes(forms.get(column)?.kind ?? 'id'))
      .map((disturbance) => ({ column, disturbance })),
  )
}

type Done = {
  /** Disturbances, also those that change nothing. */
  readonly tried: number
  readonly isRanked: boolean
  readonly rows: number
  readonly gone: string | null
}

/** What the figures do not speak of. */
function untried(wanted: readonly Planned[], { tried, isRanked, rows, gone }: Done): string[] {
  if (tried === wanted.length) return []
  const columns = new Set(wanted.slice(0, tried).map(({ column }) => column))
  const left = [...new Set(wanted.map(({ column }) => column))].filter((column) => !columns.has(column))
  const why =
    gone !== null
      ? `it does not answer any more (${gone})`
      : tried < disturbancesMax
        ? 'the time was up'
        : `no more than ${disturbancesMax} are tried`
  const order = isRanked ? 'columns that say most about the answers first' : 'columns in the order of the file'
  const without =
    left.length === 0
      ? ''
      : ` Not tried: ${left.slice(0, 8).join(', ')}${left.length > 8 ? ` and ${left.length - 8} more` : ''}.`
  return [
    `The model was tried on ${rows.toLocaleString('en')} rows with ${tried} of ${wanted.length} disturbances, ${order}: ${why}.${without}`,
  ]
}

type Trial = { readonly asker: Asker; readonly rows: readonly Row[]; readonly losses: Losses }

/** Null where it changes no row. */
async function tryOne(
  { asker, rows, losses }: Trial,
  column: string,
  { name, apply }: Disturbance,
): Promise<Tried | null> {
  const random = seededRandom(seed)
  const changed = rows
    .map((row, at) => ({ at, row, now: { ...row, [column]: apply(row[column] ?? null, random) } }))
    .filter(({ row, now }) => row[column] !== now[column])
  const [example] = changed
  if (example === undefined) return null
  const answers = await asker.ask(changed.map(({ now }) => ({ row: now, disturbed: column })))
  const pairs = answers.flatMap((answer, place) => {
    const row = changed[place]?.at ?? -1
    const [before, after] = [losses.before[row] ?? null, losses.after(answer, row)]
    return before === null || after === null ? [] : [{ before, after }]
  })
  const drop = dropOf(pairs, losses.metric)
  return {
    name,
    column,
    n: pairs.length,
    after: performanceOf(
      pairs.map(({ after }) => after),
      losses.metric,
    ),
    drop,
    failures: answers.filter(({ kind }) => kind === 'failure').length,
    example: { before: show(example.row[column]), after: show(example.now[column]) },
    verdict: verdictOf(drop, pairs.length, losses.matters),
  }
}

function verdictOf({ low, high }: Tried['drop'], n: number, matters: number): Tried['verdict'] {
  if (n < comparedMin || low === null || high === null) return 'insufficient'
  if (low > matters / 2 && high > matters) return 'fails'
  return high <= matters ? 'holds' : 'insufficient'
}

function show(value: JsonValue | undefined): string {
  return (typeof value === 'string' ? value : JSON.stringify(value ?? null)).slice(0, 80)
}
