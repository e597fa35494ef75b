// The options of `airworthy assess`: what may be given, and what is wrong with what was given, by the option's name.
//
// Which settings there are says the wire's schema; a setting without an option here does not compile.

import { InvalidArgumentError, Option, type Command } from 'commander'
import type { AssessmentSettings } from '#wire/assessment-kept.ts'
import { robustnessCallsMax } from '#wire/assessment-limits.ts'
import type { ServerOptions } from './client.ts'
import type { AssessModel } from './services.ts'

/** As commander gives them. Those of the settings are read by `settingsOf`. */
export type AssessOptions = ServerOptions & {
  readonly reference?: string
  readonly live?: string
  readonly contract?: string
  readonly writeContract?: string
  readonly model?: string
  readonly protocol?: AssessModel['protocol']
  readonly json?: string
  readonly html?: string
  readonly failOn: 'gap' | 'fail' | 'never'
  readonly useCase?: string
}

type Cost = NonNullable<AssessmentSettings['cost']>
type OptionsFor<Settings> = { readonly [Name in keyof Settings]-?: Option }

const settingOptions: OptionsFor<Omit<AssessmentSettings, 'cost'>> = {
  target: new Option('--target <column>', 'what was right (the label), where it is known'),
  prediction: new Option('--prediction <column>', 'what the model said'),
  score: new Option('--score <column>', 'how sure it was, from 0 to 1; of several classes: of the predicted one'),
  positive: new Option('--positive <value>', 'the class that counts as positive, as it is written in the file'),
  timestamp: new Option('--timestamp <column>', 'when; without it the order of the rows is time'),
  chunk: new Option('--chunk <size>', 'parts over time: rows (5000), days (1d), weeks (1w) or months (1mo)').argParser(
    chunk,
  ),
  groups: new Option('--groups <columns>', 'columns whose groups are compared, a,b; a*b for intersections').argParser(
    names,
  ),
  ignore: new Option('--ignore <columns>', 'columns to leave out, a,b').argParser(names),
  errorMax: new Option(
    '--error-max <share>',
    'errors that are borne among automatic decisions (default: 0.05)',
  ).argParser(share),
  robustness: new Option(
    '--robustness',
    `with --use-case and two periods: disturb inputs and ask its own model, up to ${robustnessCallsMax.toLocaleString('en')} calls`,
  ),
}

const costOptions: OptionsFor<Cost> = {
  falsePositive: new Option('--cost-fp <amount>', 'what a wrong yes costs').argParser(amount),
  falseNegative: new Option('--cost-fn <amount>', 'what a wrong no costs').argParser(amount),
  reviewMinutes: new Option('--review-minutes <n>', 'minutes that a person needs for one case').argParser(amount),
  costPerHour: new Option('--cost-hour <amount>', 'what an hour of that person costs').argParser(amount),
  volumePerMonth: new Option('--volume <n/month>', 'decisions at full volume, such as 40000/month').argParser(volume),
}

export function declareAssessOptions(verb: Command): void {
  verb
    .option('--reference <file>', 'the data that the pilot was tested on: CSV, TSV, Parquet, JSON, NDJSON; gzip too')
    .option('--live <file>', 'a sample of live data, the same columns')
  for (const option of [...Object.values(settingOptions), ...Object.values(costOptions)]) verb.addOption(option)
  verb
    .option('--contract <file>', 'JSON Schema that each row must keep; every rule is counted')
    .option('--write-contract <file>', 'propose such a schema from the pilot data')
    .option('--model <url>', 'also disturb inputs and ask this model; a file for module and onnx')
    .addOption(
      new Option('--protocol <name>', 'how the model is asked').choices(['oip-v2', 'mlflow', 'http', 'module', 'onnx']),
    )
    .option('--json <file>', 'write the whole result as JSON; - is standard output')
    .option('--html <file>', 'write the report: one file, for a browser or for paper')
    .addOption(
      new Option('--fail-on <what>', 'end with 1 on a gap, only on a finding that forbids going live, or never')
        .choices(['gap', 'fail', 'never'])
        .default('gap'),
    )
}

/** What the assessment itself is asked; files and models are read by others. */
export function settingsOf(options: AssessOptions): AssessmentSettings {
  const cost = given(costOptions, options)
  return {
    ...(given(settingOptions, options) as AssessmentSettings),
    ...(Object.keys(cost).length === 0 ? {} : { cost }),
  }
}

/** Setting → value, of those that were given. */
function given(of: Readonly<Record<string, Option>>, options: AssessOptions): Readonly<Record<string, unknown>> {
  const values = options as Readonly<Record<string, unknown>>
  return Object.fromEntries(
    Object.entries(of).flatMap(([name, option]) => {
      const value = values[option.attributeName()]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function chunk(text: string): string {
  if (/^[1-9]\d{0,8}(d|w|mo)?$/.test(text)) return text
  throw new InvalidArgumentError('It must be a number of rows (5000), or days, weeks or months: 1d, 1w, 1mo.')
}

function names(text: string): string[] {
  const found = text
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  if (found.length > 0) return found
  throw new InvalidArgumentError('It must name columns, separated by commas.')
}

function amount(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
  throw new InvalidArgumentError('It must be a number of at least 0.')
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && value < 1) return value
  throw new InvalidArgumentError('It must be a share between 0 and 1, such as 0.05.')
}

/** Months in one of each. */
const months = { month: 1, day: 365.25 / 12, week: 365.25 / 12 / 7, year: 1 / 12 } as const

function volume(text: string): number {
  const [, number = '', unit = 'month'] = /^([\d_]+(?:\.\d+)?)(?:\/(month|day|week|year))?$/.exec(text.trim()) ?? []
  const value = Number(number.replaceAll('_', ''))
  if (number !== '' && value > 0) return value * months[unit as keyof typeof months]
  throw new InvalidArgumentError('It must be decisions in a time: 40000/month, 1500/day.')
}
