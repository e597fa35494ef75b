// Opens both files and says what their columns are: names, kinds, roles, which are in both.

import { columnForm, type ColumnForm } from './column-kind.ts'
import type { Database } from './database.ts'
import { openTable, unreadable, type Table } from './open-table.ts'
import type { AssessRequest } from './options.ts'
import { columnOf } from './outcome-scale.ts'
import { assignRoles, type Roles } from './roles.ts'
import { sampleTable, type TableSample } from './sample-table.ts'
import { timestampForm } from './timestamp-form.ts'

export type OpenedTable = { readonly table: Table; readonly sample: TableSample }

export type BothTables = {
  readonly reference: OpenedTable
  readonly live: OpenedTable
  /** Of every column, from the pilot; of columns that live alone has, from live. */
  readonly forms: ReadonlyMap<string, ColumnForm>
  readonly roles: Roles
  /** In both files and not ignored, in the pilot's order. */
  readonly common: readonly string[]
  readonly onlyReference: readonly string[]
  readonly onlyLive: readonly string[]
}

export async function readBoth(database: Database, request: AssessRequest): Promise<BothTables> {
  const reference = await open(database, request.reference)
  const live = await open(database, request.live)
  const forms = new Map([...formsOf(live), ...formsOf(reference)])
  const names = { reference: namesOf(reference), live: namesOf(live) }
  const roles = assignRoles({ options: request.options ?? {}, ...names, forms })
  const form = forms.get(roles.timestamp ?? '')
  if (roles.timestamp !== null && form !== undefined) {
    const times = [reference, live].flatMap((file) => columnOf(file, roles.timestamp))
    forms.set(roles.timestamp, timestampForm(roles.timestamp, form, times))
  }
  const kept = names.reference.filter((name) => !roles.ignored.has(name))
  const common = kept.filter((name) => names.live.includes(name))
  if (common.length === 0) {
    throw unreadable(
      `${reference.table.file} and ${live.table.file} have no column in common.`,
      `Give the columns the same names in both. The pilot has ${some(names.reference)}; live has ${some(names.live)}.`,
    )
  }
  return {
    reference,
    live,
    forms,
    roles,
    common,
    onlyReference: kept.filter((name) => !names.live.includes(name)),
    onlyLive: names.live.filter((name) => !names.reference.includes(name) && !roles.ignored.has(name)),
  }
}

/** A file alone. */
export async function openOne(
  database: Database,
  path: string,
): Promise<{ opened: OpenedTable; forms: Map<string, ColumnForm> }> {
  const opened = await open(database, path)
  return { opened, forms: new Map(formsOf(opened)) }
}

async function open(database: Database, path: string): Promise<OpenedTable> {
  const opened = await openTable(database, path)
  await database.makeRoomFor({ columns: opened.columns.length, isJson: opened.relation.startsWith('read_json(') })
  const { table, sample } = await readFirst(database, opened)
  if (sample.rows === 0) throw unreadable(`${table.file} has a header and no rows.`, 'Give it a line per decision.')
  return { table, sample }
}

/** The first pass tells whether the text is UTF-8 to its end; where it is not, it is read again as Latin-1. */
async function readFirst(database: Database, table: Table): Promise<OpenedTable> {
  const sample = await sampleTable(database, table)
  if (table.checked === null) return { table, sample }
  const rejected = await database.rows(
    `select cast(error_type as varchar), count(distinct line), min(line) from ${table.checked.rejects} group by 1`,
  )
  const isOtherwise = rejected.some(([type]) => /encoding|unicode|utf/i.test(String(type)))
  if (isOtherwise && !table.checked.relation.includes('latin-1')) return readFirst(database, table.checked.asLatin1())
  const lines = rejected.reduce((sum, [, n]) => sum + Number(n), 0)
  if (lines === 0) return { table, sample }
  const first = rejected.reduce((least, [, , line]) => Math.min(least, Number(line)), Infinity)
  const note = `${lines.toLocaleString('en')} lines of ${table.file} are no rows (another number of fields, or a quotation mark that is not closed) and were left out; the first is line ${first}.`
  return { table: { ...table, notes: [...table.notes, note] }, sample }
}

function formsOf({ table, sample }: OpenedTable): [string, ColumnForm][] {
  return table.columns.map((column, at) => {
    const form = columnForm(column.name, sample.values[at] ?? [])
    // What a typed file says of itself is not guessed again.
    if (column.stored === 'instant') return [column.name, { ...form, kind: 'datetime' }]
    if (column.stored === 'boolean') return [column.name, { ...form, kind: 'boolean' }]
    return [column.name, form]
  })
}

function namesOf({ table }: OpenedTable): string[] {
  return table.columns.map(({ name }) => name)
}

function some(names: readonly string[]): string {
  return names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '')
}
