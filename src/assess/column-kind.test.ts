import { describe, expect, it } from 'vitest'
import { columnForm } from './column-kind.ts'

const repeat = <Value>(make: (at: number) => Value, n = 200): Value[] => Array.from({ length: n }, (_, at) => make(at))

describe('what kind of column it is', () => {
  it.each([
    ['numbers', 'numeric', 'amount', repeat((at) => String(at * 1.5))],
    ['few numbers', 'numeric', 'class', repeat((at) => String(1 + (at % 3)))],
    [
      'numbers with a few words among them',
      'numeric',
      'freight',
      repeat((at) => (at % 3 === 0 ? `See DN-${at}` : String(at))),
    ],
    ['grades', 'categorical', 'grade', repeat((at) => ['1', '2', '3', 'K'][at % 4] ?? '')],
    ['words', 'categorical', 'colour', repeat((at) => ['red', 'green'][at % 2] ?? '')],
    ['words such as NA are values', 'categorical', 'site', repeat((at) => ['NA', 'EU'][at % 2] ?? '')],
    ['true and false', 'boolean', 'ok', repeat((at) => String(at % 2 === 0))],
    ['sentences', 'text', 'message', repeat((at) => `where is my card number ${at} please`)],
    ['dates', 'datetime', 'when', repeat((at) => `2026-01-${String(1 + (at % 28)).padStart(2, '0')}`)],
    [
      'dates in two formats and words',
      'datetime',
      'sent',
      repeat((at) => (at % 3 === 0 ? 'N/A' : at % 3 === 1 ? '3/19/10' : '02-Jun-06')),
    ],
    [
      'hardly any dates in a column named a date',
      'datetime',
      'Sent to Client Date',
      repeat((at) => (at % 10 === 0 ? '3/19/10' : 'not sent yet')),
    ],
    [
      'the same in a column named otherwise',
      'categorical',
      'state',
      repeat((at) => (at % 10 === 0 ? '3/19/10' : 'no')),
    ],
    [
      'order numbers, some missing in words',
      'id',
      'PO #',
      repeat((at) => (at % 9 === 0 ? 'not known' : `P${at % 150}`)),
    ],
    ['a counter', 'id', 'whatever', repeat((at) => String(1000 + at))],
    ['codes that never come twice', 'id', 'order', repeat((at) => `SO-${at}x`)],
    ['keys that come again', 'id', 'customer_id', repeat((at) => `c${at % 150}`)],
    ['nothing', 'categorical', 'empty', repeat(() => null)],
  ] as const)('%s → %s', (_, kind, name, values) => expect(columnForm(name, values).kind).toBe(kind))

  it('reads decimal commas', () => {
    expect(
      columnForm(
        'preis',
        repeat((at) => `1.${String(at).padStart(3, '0')},50`),
      ),
    ).toMatchObject({ kind: 'numeric', numbers: 'comma' })
  })
})
