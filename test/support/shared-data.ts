// Public data with known answers, for tests; what is not there is skipped with the reason.

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

const folder = resolve(import.meta.dirname, '../../../shared/data')

/** Null when the file is there, else why a test is skipped. */
export function sharedAbsent(path: string): string | null {
  return existsSync(resolve(folder, path)) ? null : `../shared/data/${path} is not there`
}

/** Rows of a CSV file by column name; `.gz` unpacked. */
export function sharedRows(path: string): Record<string, string>[] {
  const bytes = readFileSync(resolve(folder, path))
  return rowsOf((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'))
}

export function rowsOf(csv: string): Record<string, string>[] {
  const [head, ...rows] = parseCsv(csv)
  return rows.map((row) => Object.fromEntries((head ?? []).map((name, i) => [name, row[i] ?? ''])))
}

/** RFC 4180: fields may be quoted, quotes in them doubled. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    const [whole, quoted, plain, end] = match
    if (whole === '' && row.length === 0) break
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}
