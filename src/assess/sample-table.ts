// The first pass over a file: how many rows it has, and an even sample of them as they are written.
//
// Every so-many-th row is kept. The step doubles whenever twice as many rows are kept as are wanted, so that the number of rows
// need not be known before and the same file always gives the same sample. A small file is kept whole.

import type { Database } from './database.ts'
import { firstLine, unreadable, type Table } from './open-table.ts'

export type TableSample = {
  /** Of the file. */
  readonly rows: number
  /** The sample is the rows 0, step, 2·step, … of the file. */
  readonly step: number
  /** Per column of the table, then per row of the sample; null for an empty field. */
  readonly values: readonly (readonly (string | null)[])[]
  readonly size: number
  /** Of rows that were looked at for it: how many are another row once more. */
  readonly copies: { readonly hits: number; readonly n: number }
}

const rowsWanted = 10_000
const valuesMax = 4_000_000

/** Wide tables are read in several passes: a batch of all columns would not fit in memory. */
export const columnsPerPass = 300

export async function sampleTable(database: Database, table: Table): Promise<TableSample> {
  const wanted = Math.max(500, Math.min(rowsWanted, Math.floor(valuesMax / table.columns.length)))
  const copies = copyCounter()
  // Begun where it will end about: every row that is read and thrown away again costs time.
  const step = Math.max(1, 2 ** Math.floor(Math.log2(Math.max(1, table.rowsAbout / (4 * wanted)))))
  const first = await samplePass(database, table, { from: 0, step, sizeMax: 2 * wanted, copies })
  const values = [...first.values]
  for (let from = columnsPerPass; from < table.columns.length; from += columnsPerPass) {
    const pass = await samplePass(database, table, { from, step: first.step, sizeMax: Infinity, copies: null })
    // Of a broken file the passes may disagree on which lines are rows.
    for (const kept of pass.values) values.push(Array.from({ length: first.size }, (_, at) => kept[at] ?? null))
  }
  return { ...first, values, copies: copies.count() }
}

type Pass = {
  readonly from: number
  readonly step: number
  /** Every second row is dropped whenever as many are kept. */
  readonly sizeMax: number
  readonly copies: ReturnType<typeof copyCounter> | null
}

async function samplePass(database: Database, table: Table, pass: Pass): Promise<Omit<TableSample, 'copies'>> {
  const texts = table.columns.slice(pass.from, pass.from + columnsPerPass).map(asText)
  // Rows of wide tables are never the same by chance, so what their first columns say is enough.
  const hash = pass.copies === null ? '0::double' : `(hash(${texts.join(', ')}) % 4503599627370496)::double`
  const relation = pass.copies === null ? table.relation : (table.checked?.relation ?? table.relation)
  let values: (string | null)[][] = texts.map(() => [])
  let [size, rows, step] = [0, 0, pass.step]
  try {
    for await (const chunk of database.stream(`select ${texts.join(', ')}, ${hash} from ${relation}`)) {
      const { rowCount } = chunk
      const hashes = chunk.getColumnVector(values.length)
      for (let at = 0; at < rowCount; at += 1) pass.copies?.add(hashes.getItem(at) as number)
      for (let at = (step - (rows % step)) % step; at < rowCount; at += step) {
        for (const [column, kept] of values.entries()) {
          kept.push(chunk.getColumnVector(column).getItem(at) as string | null)
        }
        size += 1
      }
      rows += rowCount
      for (; size >= pass.sizeMax; step *= 2) {
        values = values.map((kept) => kept.filter((_, at) => at % 2 === 0))
        size = Math.ceil(size / 2)
      }
    }
  } catch (error) {
    if (/not latin-1 encoded/i.test(String(error))) {
      throw unreadable(
        `${table.file} is written neither in UTF-8 nor in Latin-1, or partly in each.`,
        'Save it as UTF-8 (in Excel: “CSV UTF-8”) and give that file.',
      )
    }
    throw unreadable(
      `${table.file} cannot be read: ${firstLine(error)}`,
      'Check that it was written to its end, in one format.',
    )
  }
  return { rows, step, values, size }
}

const hashesMax = 20_000

/** Of a large file, rows with some hashes alone are looked at: copies have the same hash, so they are found or left out together. */
function copyCounter() {
  let hashes = new Map<number, number>()
  let every = 1
  return {
    add(hash: number): void {
      if (hash % every !== 0) return
      hashes.set(hash, (hashes.get(hash) ?? 0) + 1)
      if (hashes.size <= hashesMax) return
      every *= 2
      hashes = new Map([...hashes].filter(([key]) => key % every === 0))
    },
    count() {
      const n = [...hashes.values()].reduce((sum, times) => sum + times, 0)
      return { hits: n - hashes.size, n }
    },
  }
}

/** A column as text, empty fields as null. */
export function asText({ sql, stored }: Table['columns'][number]): string {
  return stored === 'text' ? sql : `cast(${sql} as varchar)`
}
