// How the driver turns columns into values, the same for every query: see view-tables.ts.

import { types } from 'pg'
import { invariant } from '#core/kernel/errors.ts'

const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [types.builtins.INT8]: parseWhole,
  [types.builtins.TIMESTAMPTZ]: parseTimestamp,
  [types.builtins.DATE]: (text) => text,
}

/** The driver's typings know only the types that PostgreSQL ships with; its tables take any number. */
const driversParser = types.getTypeParser as (type: number, format?: 'text' | 'binary') => (text: string) => unknown

/** Has the shape of pg's `types.getTypeParser`. */
export function parseColumn(type: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (format !== 'binary') {
    const own = parsers[type]
    if (own) return own
  }
  return driversParser(type, format)
}

/** Indices and counts; a log of 2^53 entries is out of reach. */
function parseWhole(text: string): number {
  const whole = Number(text)
  invariant(Number.isSafeInteger(whole), `the database gave ${text}, which is no safe integer`)
  return whole
}

const utc = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))?\+00$/

/** `2026-11-21 06:49:25.9+00` → `2026-11-21T06:49:25.900Z`. */
function parseTimestamp(text: string): string {
  const match = utc.exec(text)
  if (!match) return new Date(text).toISOString()
  return `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0')}Z`
}
