// From two files to an assessment: open, sample, lay out, count, judge, say. Deterministic: seeds are fixed and nothing reads a clock
// but the bound on asking a model.

import type { Assessment, DataFacts, Role } from '#core/monitoring/assessment.ts'
import { attributeRows } from './attribute-rows.ts'
import { countBoth, type Counted, type CountedFile } from './count-both.ts'
import { openDatabase, type Database } from './database.ts'
import { findingInput } from './finding-input.ts'
import { collectFindings } from './findings/collect-findings.ts'
import { headlineOf } from './findings/headline.ts'
import { verdictOf } from './findings/verdict.ts'
import { sliceRows } from './find-slices.ts'
import { count } from './findings/figures.ts'
import { inputColumns } from './inputs.ts'
import { finiteNumbers } from './finite-numbers.ts'
import { judgeColumns } from './judge-columns.ts'
import { costNotes } from './judge-cost.ts'
import { judgeGroups } from './judge-groups.ts'
import { judgeOutcome } from './judge-outcome.ts'
import type { AssessOptions, AssessRequest } from './options.ts'
import { readBoth, type BothTables, type OpenedTable } from './read-both.ts'
import { rankInputs } from './rank-inputs.ts'
import { tableFacts } from './table-facts.ts'
import { unseenFacts } from './unseen-values.ts'
import { unseenRegions } from './unseen-regions.ts'

/** Errors: table_unreadable for files and columns, configuration_invalid for a contract, each with what to do. */
export async function assess(request: AssessRequest): Promise<Assessment> {
  const database = await openDatabase()
  try {
    return finiteNumbers(await assessWith(database, request))
  } finally {
    await database.close()
  }
}

async function assessWith(database: Database, request: AssessRequest): Promise<Assessment> {
  const { options = {}, onProgress = () => undefined } = request
  const say = (step: string, share: number) => onProgress({ step, share })
  say('Opening both files', 0)
  const both = await readBoth(database, request)
  say('Reading the pilot and live', 0.2)
  const counted = await countBoth({ database, both, options, onShare: (share) => say('Counting', 0.2 + 0.5 * share) })
  say('Judging the data', 0.7)
  const roleOf = new Map<string, Role>(both.roles.given.map(({ role, column }) => [column, role]))
  const judged = judgeColumns(counted, roleOf, unseenFacts(counted.columns, both.live))
  const facts = tableFacts(both)
  say('Judging the model', 0.8)
  const outcome = judgeAll(counted, both, request)
  const groups = judgeGroups(counted, both.roles)
  const contract = await contractOf(both, options)
  const joint = judgeJoint(counted, both, judged.columns)
  const robustness = await robustnessOf(counted, both, {
    options,
    onShare: (step, share) => say(step, 0.85 + 0.13 * share),
  })
  say('Putting it into words', 0.98)
  const notes = [
    ...both.reference.table.notes,
    ...both.live.table.notes,
    ...counted.notes,
    ...sampleNotes(counted, both),
    ...groups.notes,
    ...costNotes(request.options ?? {}, outcome.cost),
    ...(contract?.notes ?? []),
    ...(robustness?.notes ?? []),
  ]
  const assessment = {
    data: dataFacts(counted, both, notes),
    ...judged,
    ...outcome,
    fairness: groups.rows,
    ...joint,
    robustness: robustness?.assessment ?? null,
    contract: contract?.assessment ?? null,
  }
  const input = findingInput({ assessment, facts, counted, both })
  const findings = collectFindings(input)
  const verdict = verdictOf(findings, assessment)
  say('Done', 1)
  return { verdict, headline: headlineOf(verdict, findings, input), findings, ...assessment }
}

/** Loaded where it is asked for, like what asks a model: most assessments need neither. */
async function contractOf(both: BothTables, { contract, alongside = [] }: AssessOptions) {
  if (contract === undefined) return null
  const { checkContract } = await import('./check-contract.ts')
  return checkContract({ contract, both, alongside })
}

type RobustnessParts = {
  readonly options: AssessOptions
  readonly onShare: (step: string, share: number) => void
}

async function robustnessOf(counted: Counted, both: BothTables, { options, onShare }: RobustnessParts) {
  const { model, alongside = [] } = options
  if (model === undefined) return null
  const { tryRobustness } = await import('./try-robustness.ts')
  return tryRobustness({
    model,
    both,
    inputs: rankedInputs(counted, both),
    isNumber: counted.outcome?.plan.task.kind === 'regression',
    alongside,
    onCalls: (done, most) =>
      onShare(`Asking the model about disturbed rows, at most ${count(most)} calls`, done / most),
    clock: () => performance.now(),
  })
}

function rankedInputs({ columns, outcome, reference }: Counted, { roles }: BothTables) {
  const task = outcome?.plan.task
  return rankInputs({
    inputs: inputColumns(columns, roles),
    texts: new Set(columns.filter(({ form }) => form.kind === 'text').map(({ name }) => name)),
    reference: reference.counts.kept,
    classes: task === undefined || task.kind === 'regression' ? null : task.classes.length,
  })
}

function judgeAll(counted: Counted, both: BothTables, { options = {} }: AssessRequest) {
  const regions = unseenRegions({
    inputs: counted.outcome === null ? [] : inputColumns(counted.columns, both.roles),
    reference: counted.reference.counts.kept,
    live: counted.live.counts.kept,
    chunkRows: counted.live.counts.chunkRows,
  })
  return judgeOutcome(counted, options, regions)
}

function judgeJoint(
  counted: Counted,
  { roles }: BothTables,
  columns: Assessment['columns'],
): Pick<Assessment, 'slices' | 'attribution'> {
  const { outcome } = counted
  if (outcome === null) return { slices: [], attribution: null }
  const { task } = outcome.plan
  const question = {
    inputs: inputColumns(counted.columns, roles),
    reference: counted.reference.counts.kept,
    live: counted.live.counts.kept,
    metric: task.kind === 'regression' ? ('mae' as const) : ('accuracy' as const),
  }
  const answers = {
    classes: task.kind === 'regression' ? [] : task.classes,
    pilotLabels: counted.reference.counts.outcome?.labels ?? [],
  }
  return { slices: sliceRows(question), attribution: attributeRows({ ...question, columns, ...answers }) }
}

/** What needs several columns of one row at once, or the text of a value, is looked for in an even sample of a large file. */
function sampleNotes(counted: Counted, both: BothTables): string[] {
  const sides = (['reference', 'live'] as const).map((data) => {
    const { kept, rows } = counted[data].counts
    const { table, sample } = both[data]
    return { file: table.file, rows, kept: kept.size, sampled: sample.size }
  })
  const say = (what: string, size: 'kept' | 'sampled'): string[] => {
    const some = sides.filter((side) => side[size] < side.rows)
    if (some.length === 0) return []
    const where = some.map((side) => `${count(side[size])} of ${count(side.rows)} rows of ${side.file}`)
    return [`${what} were looked for in an even sample: ${where.join(', ')}.`]
  }
  return [
    ...(counted.outcome === null
      ? []
      : say('Worst groups, causes of a loss, leaks and regions new to the pilot', 'kept')),
    ...say('Formats, units, shifted rows and damaged text', 'sampled'),
  ]
}

function dataFacts(counted: Counted, both: BothTables, notes: readonly string[]): DataFacts {
  const task = counted.outcome?.plan.task
  const guessed = both.roles.given.filter(({ given }) => !given)
  return {
    reference: fileFacts(both.reference, counted.reference, both.roles),
    live: fileFacts(both.live, counted.live, both.roles),
    roles: both.roles.given,
    task: task?.kind ?? null,
    positive: task === undefined || task.kind === 'regression' ? null : task.positive,
    notes: [
      ...guessed.map(
        ({ role, column }) =>
          `“${column}” is taken for the ${role} by its name; --${role} names another, --ignore leaves it out.`,
      ),
      ...notes,
    ],
  }
}

function fileFacts(
  { table }: OpenedTable,
  { counts, times }: CountedFile,
  { alongside }: BothTables['roles'],
): DataFacts['reference'] {
  const hasTime = times !== null && !Number.isNaN(times.first)
  return {
    name: table.file,
    rows: counts.rows,
    columns: table.columns.filter(({ name }) => !alongside.has(name)).length,
    from: hasTime ? new Date(times.first).toISOString() : null,
    to: hasTime ? new Date(times.last).toISOString() : null,
  }
}
