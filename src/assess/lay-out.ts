// Fixes the cells of every column from the pilot, before anything is counted in them.
//
// Edges come from the sample, which is the whole file where it is small; which values there are, and the smallest and the largest
// number, come from all of it, since "never seen in the pilot" must be true.

import type { DuckDBMapValue } from '@duckdb/node-api'
import { numberMax, type ColumnLayout, type ColumnReference } from '#core/monitoring/column-cells.ts'
import { categoricalCells, categoricalLayout, emptyCells, numericLayout } from '#core/monitoring/column-layout.ts'
import { discreteQuantiles } from '#core/monitoring/discrete-quantiles.ts'
import { isMeasurable } from '#core/monitoring/read-value.ts'
import type { ColumnForm } from './column-kind.ts'
import type { Database } from './database.ts'
import { numberSql } from './encode-column.ts'
import type { Table, TableColumn } from './open-table.ts'
import { readNumber } from './read-number.ts'
import { asText, columnsPerPass, type TableSample } from './sample-table.ts'

export type LaidColumn = {
  readonly name: string
  readonly form: ColumnForm
  /** Numeric, boolean, datetime and id cells are still empty: they are counted when the file is read for counting. */
  readonly reference: ColumnReference
  readonly distinct: number
  /** Of a numeric column: the smallest and the largest number of the pilot. */
  readonly range: Range | null
}
export type Range = { readonly min: number; readonly max: number }

export type LayOutQuestion = {
  readonly database: Database
  readonly table: Table
  readonly sample: TableSample
  /** Which columns, by position in the table, and their form. */
  readonly columns: readonly { readonly at: number; readonly form: ColumnForm }[]
}

/** Values of a column that are kept as known, and a few more, so that too many can be told. */
const valuesMax = 50_100
/** Stands for all values beyond those. */
const beyondMost = '\0beyond'
/** Up to here all columns' values are counted in one pass. */
const fewValues = 1000

export async function layOutColumns(question: LayOutQuestion): Promise<LaidColumn[]> {
  const { table, sample, columns } = question
  const facts = sample.step === 1 ? new Map<number, Whole>() : await readWhole(question)
  const laid: LaidColumn[] = []
  for (const { at, form } of columns) {
    const values = sample.values[at] ?? []
    laid.push({ name: table.columns[at]?.name ?? '', form, ...(await referenceOf(form, values, facts.get(at))) })
  }
  return laid
}

/** Of the whole file, where the sample is not. */
type Whole =
  | { readonly kind: 'range'; readonly min: number; readonly max: number }
  | { readonly kind: 'counts'; readonly counts: readonly ValueCount[] }
type ValueCount = { readonly value: string; readonly n: number }

async function referenceOf(
  form: ColumnForm,
  values: readonly (string | null)[],
  whole: Whole | undefined,
): Promise<Pick<LaidColumn, 'reference' | 'distinct' | 'range'>> {
  const distinct =
    whole?.kind === 'counts' ? whole.counts.length : new Set(values.filter((value) => value !== null)).size
  if (form.kind === 'text') {
    // Loaded where there are texts: what tells languages takes 40 MB.
    const { textReference } = await import('#core/monitoring/text-reference.ts')
    return { reference: textReference(values), distinct, range: null }
  }
  if (form.kind === 'categorical') {
    const counts = whole?.kind === 'counts' ? whole.counts : countValues(values)
    // What is beyond the limit is counted as OTHER and must not become a label.
    const layout = categoricalLayout(counts.filter(({ value }) => value !== beyondMost))
    return {
      reference: { layout, cells: categoricalCells(layout, counts, { data: 'reference' }) },
      distinct,
      range: null,
    }
  }
  if (form.kind === 'numeric') return { ...numbersReference(form, values, whole), distinct }
  const layout: ColumnLayout = { kind: form.kind }
  return { reference: { layout, cells: emptyCells(layout) }, distinct, range: null }
}

function numbersReference(form: ColumnForm, values: readonly (string | null)[], whole: Whole | undefined) {
  const numbers = values.map((value) => readNumber(value, form)).filter(isMeasurable)
  const quantiles = discreteQuantiles(numbers)
  if (whole?.kind === 'range' && quantiles.fine.length > 0) {
    quantiles.fine[0] = Math.min(whole.min, quantiles.fine[0] ?? whole.min)
    quantiles.fine[quantiles.fine.length - 1] = Math.max(whole.max, quantiles.fine.at(-1) ?? whole.max)
  }
  const layout = numericLayout(quantiles)
  const [min, max] = [quantiles.fine[0], quantiles.fine.at(-1)]
  return {
    reference: { layout, cells: emptyCells(layout) },
    range: min === undefined || max === undefined ? null : { min, max },
  }
}

function countValues(values: readonly (string | null)[]): ValueCount[] {
  const counts = new Map<string, number>()
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  return Array.from(counts, ([value, n]) => ({ value, n }))
}

async function readWhole({ database, table, sample, columns }: LayOutQuestion): Promise<Map<number, Whole>> {
  const facts = new Map<number, Whole>()
  const asked: { at: number; form: ColumnForm; column: TableColumn }[] = []
  for (const { at, form } of columns) {
    const column = table.columns[at]
    if (column === undefined || (form.kind !== 'numeric' && form.kind !== 'categorical')) continue
    if (form.kind === 'categorical' && new Set(sample.values[at]).size > fewValues) {
      facts.set(at, { kind: 'counts', counts: await countAll(database, table, column) })
    } else asked.push({ at, form, column })
  }
  for (let from = 0; from < asked.length; from += columnsPerPass) {
    const batch = asked.slice(from, from + columnsPerPass)
    // Each number is read once and then looked at twice: for a thousand columns, that saves some 800 MB of the database's room.
    const read = batch.map(({ column, form }, place) => {
      if (form.kind === 'categorical') return `${asText(column)} as v${place}`
      const number = numberSql(column, form)
      return `case when abs(${number}) <= ${numberMax} then ${number} end as v${place}`
    })
    const asks = batch.map(({ form }, place) =>
      form.kind === 'categorical' ? `histogram(v${place})` : `[min(v${place}), max(v${place})]`,
    )
    const [row = []] = await database.rows(
      `select ${asks.join(', ')} from (select ${read.join(', ')} from ${table.relation})`,
    )
    for (const [place, { at, form }] of batch.entries()) {
      facts.set(at, form.kind === 'categorical' ? countsOf(row[place]) : rangeOf(row[place]))
    }
  }
  return facts
}

function countsOf(map: unknown): Whole {
  const entries = map === null ? [] : (map as DuckDBMapValue).entries
  return { kind: 'counts', counts: entries.map(({ key, value }) => ({ value: String(key), n: Number(value) })) }
}

function rangeOf(list: unknown): Whole {
  const [min, max] = (list as { items: readonly (number | null)[] }).items
  return { kind: 'range', min: min ?? Infinity, max: max ?? -Infinity }
}

/** The most frequent; what is beyond them is one count, which belongs to no value. */
async function countAll(database: Database, table: Table, column: TableColumn): Promise<ValueCount[]> {
  const text = asText(column)
  const rows = await database.rows(
    `select v, n, sum(n) over () from (select ${text} as v, count(*) as n from ${table.relation} where ${text} is not null group by 1) order by n desc, v limit ${valuesMax}`,
  )
  const counts = rows.map(([value, n]) => ({ value: String(value), n: Number(n) }))
  const rest = Number(rows[0]?.[2] ?? 0) - counts.reduce((sum, { n }) => sum + n, 0)
  return rest > 0 ? [...counts, { value: beyondMost, n: rest }] : counts
}
