// Public data with the answers of a small model that learnt from a part of them: what a team has at the end of a pilot, and later.

import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'
import { dataFile, table } from './assess-data.ts'
import { boostTrees, type BoostOptions } from './boosted-trees.ts'
import { rowsOf, sharedRows } from './shared-data.ts'
import { trainTexts } from './text-model.ts'

export type DataRow = Readonly<Record<string, string>>
type Files = readonly [pilot: string, live: string]

/** A file with these rows. */
export function rowsTable(rows: readonly DataRow[]): Promise<string> {
  const names = Object.keys(rows[0] ?? {})
  const quoted = (value = '') => (/[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)
  const lines = rows.map((row) => names.map((name) => quoted(row[name])).join(','))
  return table(`${names.map(quoted).join(',')}\n${lines.join('\n')}\n`)
}

type Modelled = BoostOptions & {
  readonly features: readonly string[]
  readonly target: string
  /** Of classes: the one whose probability is the score. */
  readonly positive?: string
  readonly isTraining: (row: DataRow, at: number) => boolean
}

/** Adds `prediction`, and of classes `score`. */
function withAnswers(rows: readonly DataRow[], options: Modelled): DataRow[] {
  const { features, target, positive, isTraining } = options
  const inputs = numbersOf(rows, features)
  const training = [...rows.keys()].filter((at) => isTraining(rows[at] ?? {}, at))
  const other = rows.map((row) => row[target] ?? '').find((label) => label !== positive) ?? ''
  const answer = boostTrees(
    training.map((at) => inputs[at] ?? []),
    training.map((at) =>
      positive === undefined ? Number(rows[at]?.[target]) : rows[at]?.[target] === positive ? 1 : 0,
    ),
    options,
  )
  return rows.map((row, at) => {
    const said = answer(inputs[at] ?? [])
    return positive === undefined
      ? { ...row, prediction: said.toFixed(2) }
      : { ...row, prediction: said >= 0.5 ? positive : other, score: said.toFixed(4) }
  })
}

/** Words by their place in the alphabet; empty fields as NaN. */
function numbersOf(rows: readonly DataRow[], features: readonly string[]): number[][] {
  const places = features.map((name) => {
    const values = [...new Set(rows.map((row) => row[name] ?? ''))].filter((value) => value !== '')
    return values.every((value) => Number.isFinite(Number(value)))
      ? null
      : new Map(values.toSorted().map((value, at) => [value, at] as const))
  })
  return rows.map((row) =>
    features.map((name, at) => {
      const value = row[name] ?? ''
      return value === '' ? Number.NaN : (places[at]?.get(value) ?? Number(value))
    }),
  )
}

/** Trained on May to July 1996 and never again; the pilot is July. Half-hours since 1996-05-07, as the data's notes reconstruct them. */
export async function electricity(): Promise<Files> {
  const start = Date.UTC(1996, 4, 7)
  const rows = sharedRows('elec2/elec.csv.gz').map((row, at) => ({
    when: new Date(start + at * 1_800_000).toISOString().slice(0, 16),
    ...row,
  }))
  const answered = withAnswers(rows, {
    features: ['period', 'nswprice', 'nswdemand', 'vicprice', 'vicdemand', 'transfer'],
    target: 'class',
    positive: '1',
    isTraining: ({ when = '' }) => when < '1996-08',
    loss: 'logistic',
    depth: 5,
    trees: 150,
  })
  const from = (month: string, to: string) => answered.filter(({ when = '' }) => when >= month && when < to)
  return [await rowsTable(from('1996-07', '1996-08')), await rowsTable(from('1996-08', '1999'))]
}

/** A file of the archive, as a person unpacks it. */
export function bikeFile(name: 'hour.csv' | 'day.csv'): string {
  return unzipped(readFileSync(dataFile('bike_sharing/bike_sharing_dataset.zip')), name)
}

/** Trained on January to March 2011 (hour, weekday, weather), and never again; that is the pilot, too. */
export async function bikeRentals(): Promise<Files> {
  const answered = withAnswers(rowsOf(bikeFile('hour.csv')), {
    features: ['hr', 'holiday', 'weekday', 'workingday', 'weathersit', 'temp', 'atemp', 'hum', 'windspeed'],
    target: 'cnt',
    isTraining: ({ dteday = '' }) => dteday < '2011-04',
    loss: 'squares',
    depth: 5,
  })
  const isPilot = ({ dteday = '' }: DataRow) => dteday < '2011-04'
  return [await rowsTable(answered.filter(isPilot)), await rowsTable(answered.filter((row) => !isPilot(row)))]
}

/** Of the archive's entries one, by the directory at its end (PKWARE APPNOTE 4.3). */
function unzipped(archive: Buffer, name: string): string {
  for (let at = archive.indexOf('PK\u0001\u0002'); at !== -1; at = archive.indexOf('PK\u0001\u0002', at + 4)) {
    const [size, length, local] = [
      archive.readUInt32LE(at + 20),
      archive.readUInt16LE(at + 28),
      archive.readUInt32LE(at + 42),
    ]
    if (archive.toString('utf8', at + 46, at + 46 + length) !== name) continue
    const data = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    return inflateRawSync(archive.subarray(data, data + size)).toString('utf8')
  }
  throw new Error(`${name} is not in the archive`)
}

/** Every second row teaches; of the others, in turn, pilot and live. */
export async function halfTaught(path: string, options: Omit<Modelled, 'isTraining' | 'features'>): Promise<Files> {
  const rows = sharedRows(path)
  const features = Object.keys(rows[0] ?? {}).filter((name) => name !== options.target && name !== 'rownames')
  const answered = withAnswers(rows, { ...options, features, isTraining: (_, at) => at % 2 === 0 })
  const every = (which: number) => answered.filter((_, at) => at % 4 === which)
  return [await rowsTable(every(1)), await rowsTable(every(3))]
}

const noIntent = 'NO_NODES_DETECTED'

/** What the builders wrote, each fifth answered by a model of the others; live what people wrote. */
export async function shopMessages(): Promise<{ pilot: string; live: string; inScope: string }> {
  const examples = sharedRows('hint3_sofmattress/train_v1.csv').map(({ sentence = '', label = '' }) => ({
    text: sentence,
    label,
  }))
  const answers = [0, 1, 2, 3, 4].map((fold) => trainTexts(examples.filter((_, at) => at % 5 !== fold)))
  const pilot = examples.map((example, at) => answered(example, answers[at % 5]?.(example.text)))
  const answer = trainTexts(examples)
  const live = sharedRows('hint3_sofmattress/test_v1.csv').map(({ sentence = '', label = '' }) =>
    answered({ text: sentence, label }, answer(sentence)),
  )
  return {
    pilot: await rowsTable(pilot),
    live: await rowsTable(live),
    inScope: await rowsTable(live.filter(({ label }) => label !== noIntent)),
  }
}

function answered(
  { text, label }: { readonly text: string; readonly label: string },
  said: { readonly label: string; readonly confidence: number } | undefined,
): DataRow {
  return { text, label, prediction: said?.label ?? '', score: (said?.confidence ?? 0).toFixed(4) }
}

/** A model of the 50 intents that were not held out: the pilot and live are halves of the test set, then all that is out of scope. */
export async function bankQuestions(): Promise<{ pilot: string; inScope: string; live: string; unlabelled: string }> {
  const foreign = sharedRows('banking77/oos.csv')
  const held = new Set(foreign.filter(({ kind }) => kind === 'id-oos').map(({ label }) => label))
  const of = (path: string) =>
    sharedRows(path)
      .filter(({ category }) => !held.has(category ?? ''))
      .map(({ text = '', category = '' }) => ({ text, label: category }))
  const answer = trainTexts(of('banking77/train.csv.gz'))
  const test = of('banking77/test.csv').map((example) => answered(example, answer(example.text)))
  const outside = foreign.map(({ text = '', label = '' }) => answered({ text, label: label || 'oos' }, answer(text)))
  const half = (which: number) => test.filter((_, at) => at % 2 === which)
  const live = [...half(1), ...outside]
  return {
    pilot: await rowsTable(half(0)),
    inScope: await rowsTable(half(1)),
    live: await rowsTable(live),
    unlabelled: await rowsTable(
      live.map(({ text = '', prediction = '', score = '' }) => ({ text, prediction, score })),
    ),
  }
}
