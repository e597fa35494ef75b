// Texts of public data sets beside the clone, for tests on language as people write it.

import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'

const folder = resolve(import.meta.dirname, '../../../shared/data')

export const textsAbsent = existsSync(resolve(folder, 'banking77')) ? null : '../shared/data/banking77 is not there'

/** The records of a CSV file with quotes (RFC 4180), gzip by its name; without the header. */
export function dataRecords(path: string): string[][] {
  const bytes = readFileSync(resolve(folder, path))
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').replaceAll('\r\n', '\n')
  const records: string[][] = []
  let record: string[] = []
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    if (record.length === 0 && end === '' && !quoted && !plain) break
    record.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (end === ',') continue
    records.push(record)
    record = []
  }
  return records.slice(1)
}
