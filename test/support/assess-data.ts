// Tables for assessments: the public data sets beside the clone, cut as a test needs them, and small ones written on the spot.

import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll } from 'vitest'
import { assess } from '../../src/assess/assess.ts'
import type { AssessOptions } from '../../src/assess/options.ts'
import type { Assessment, Finding } from '../../src/core/monitoring/assessment.ts'

const data = resolve(import.meta.dirname, '../../../shared/data')

/** The data sets are not part of the project: tests of them are skipped where they are absent. */
export const hasData = existsSync(data)
export const skipped = 'the public data sets are not beside the clone (../shared/data)'

export function dataFile(path: string): string {
  return join(data, path)
}

/** Of the test file that asks; they go when it has ended. */
const folders: string[] = []
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

async function scratch(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'airworthy-test-assess-'))
  folders.push(folder)
  return folder
}

/** A file with what a query gives; `$1` in it stands for the data set, read as text, with its row number as `r` from 0. */
export async function cut(path: string, query: string): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const out = join(await scratch(), 'cut.csv')
  const source = `(select *, row_number() over () - 1 as r from read_csv('${dataFile(path)}', all_varchar=true, header=true))`
  await connection.run(`copy (${query.replaceAll('$1', source)}) to '${out}' (header)`)
  connection.closeSync()
  instance.closeSync()
  return out
}

/** Every row in one of two halves, by a hash of its number: no gap between them. */
export async function halves(path: string, columns = '* exclude (r)'): Promise<[string, string]> {
  const half = (which: number) => cut(path, `select ${columns} from $1 where hash(r) % 2 = ${which}`)
  return [await half(0), await half(1)]
}

export async function table(text: string | Buffer, name = 'table.csv'): Promise<string> {
  const path = join(await scratch(), name)
  await writeFile(path, text)
  return path
}

export async function assessed(reference: string, live: string, options: AssessOptions = {}): Promise<Assessment> {
  return assess({ reference, live, options })
}

export function findingsOf(assessment: Assessment, code: Finding['code']): readonly Finding[] {
  return assessment.findings.filter((finding) => finding.code === code)
}

/** Scattered over [0,1), the same every time. */
export function scatter(at: number, stream: number): number {
  let hash = Math.imul(at ^ (stream << 20), 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** Every figure of it, for tests that nothing is NaN: JSON would have made it null without a word. */
export function isJsonSafe(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return value !== undefined
  return Object.values(value).every(isJsonSafe)
}
