// What is counted over a file and what is counted in a stream, value by value, is the same, and so is every verdict on it.

import { describe, expect, it } from 'vitest'
import type { ColumnKind } from '../../src/core/monitoring/assessment.ts'
import { countAll, columnReference } from '../../src/core/monitoring/column-reference.ts'
import { judgeDrift } from '../../src/core/monitoring/drift.ts'
import { judgeQuality } from '../../src/core/monitoring/quality.ts'
import { assessed, table } from '../support/assess-data.ts'

const columns: readonly {
  readonly name: string
  readonly kind: ColumnKind
  readonly value: (at: number, moved: number) => string
}[] = [
  {
    name: 'amount',
    kind: 'numeric',
    value: (at, moved) =>
      at % 17 === 0 ? '' : at % 53 === 0 ? 'n.a.' : String(((at * 7919) % 1000) / 10 + moved * 15),
  },
  {
    name: 'reading',
    kind: 'numeric',
    value: (at, moved) =>
      at % 19 === 0
        ? (['nan', 'inf', '-Infinity', '1e400', '2e100', '-1e101', '1e100', '', '—'][(at / 19) % 9] ?? '')
        : String((at * 7) % (50 + moved)),
  },
  { name: 'visits', kind: 'numeric', value: (at, moved) => String((at * at + moved * at) % 5) },
  {
    name: 'channel',
    kind: 'categorical',
    value: (at, moved) =>
      at % 29 === 0 ? '' : (['mail', 'web', 'phone', moved > 0 ? 'fax' : 'web'][(at * 13) % 4] ?? ''),
  },
  { name: 'city', kind: 'categorical', value: (at, moved) => `c${(at * 31) % (300 + moved * 40)}` },
  { name: 'ok', kind: 'boolean', value: (at, moved) => (at % 11 === 0 ? '' : String(at % (2 + moved) === 0)) },
  { name: 'day', kind: 'datetime', value: (at) => `2026-0${1 + (at % 9)}-1${at % 9}` },
  {
    name: 'message',
    kind: 'text',
    value: (at, moved) =>
      `please tell me about order ${at * 31} and the ${['card', 'loan', 'rate'][at % 3]} ${moved > 0 ? 'immédiatement merci beaucoup' : 'today or tomorrow'}`,
  },
]

function valuesOf(n: number, moved: number): string[][] {
  return columns.map(({ value }) => Array.from({ length: n }, (_, at) => value(at + moved * 3, moved)))
}

function csv(values: readonly (readonly string[])[]): string {
  const rows = values[0]?.map((_, row) => values.map((column) => column[row]).join(',')) ?? []
  return `${columns.map(({ name }) => name).join(',')}\n${rows.join('\n')}\n`
}

/** Sums in another order differ in their last digit. */
function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'number' ? Number(member.toPrecision(12)) : member,
    ),
  )
}

describe('a file and a stream', () => {
  it.each([
    ['that drifted', 1],
    ['that did not', 0],
  ])('%s give the same verdicts', async (_, moved) => {
    const [pilot, live] = [valuesOf(2400, 0), valuesOf(1500, moved)]
    const streamed = columns.map(({ kind }, at) => {
      const reference = columnReference(kind, pilot[at] ?? [])
      return { reference, live: countAll(reference.layout, live[at] ?? []) }
    })
    const assessment = await assessed(await table(csv(pilot)), await table(csv(live)))
    expect(assessment.columns.map(({ kind }) => kind)).toEqual(columns.map(({ kind }) => kind))
    const [drifts, quality] = [judgeDrift(streamed), judgeQuality(streamed)]
    for (const [at, column] of assessment.columns.entries()) {
      expect(rounded(column.drift), column.name).toEqual(rounded(drifts[at]))
      expect(column.quality, column.name).toMatchObject(quality[at] ?? {})
    }
  })
})
