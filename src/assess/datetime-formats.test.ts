import { afterAll, describe, expect, it } from 'vitest'
import { quoteText, openDatabase } from './database.ts'
import { formatsIn, instantSql, numberedFormats, type DatetimeFormat } from './datetime-formats.ts'

const database = await openDatabase()
afterAll(() => database.close())

async function read(text: string, formats: readonly DatetimeFormat[]): Promise<string> {
  const [[ms] = []] = await database.rows(`select epoch_ms(${instantSql(quoteText(text), formats)})::double`)
  return new Date(Number(ms)).toISOString()
}

describe('dates as they are written', () => {
  it.each([
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['2026-11-21 13:05', '2026-11-21T13:05:00.000Z'],
    ['2026-11-21T13:05:09.250Z', '2026-11-21T13:05:09.250Z'],
    ['2026-11-21T13:05:00+02:00', '2026-11-21T11:05:00.000Z'],
    ['2026/11/21 13:05', '2026-11-21T13:05:00.000Z'],
    ['21.11.2026', '2026-11-21T00:00:00.000Z'],
    ['21.11.2026 13:05:09', '2026-11-21T13:05:09.000Z'],
    ['21.11.2026, 13:05', '2026-11-21T13:05:00.000Z'],
    ['21.11.26', '2026-11-21T00:00:00.000Z'],
    ['21-Nov-26', '2026-11-21T00:00:00.000Z'],
    ['21 Nov 2026', '2026-11-21T00:00:00.000Z'],
    ['21 November 2026 09:30', '2026-11-21T09:30:00.000Z'],
    ['Nov 21, 2026', '2026-11-21T00:00:00.000Z'],
    ['11/21/2026 1:05 PM', '2026-11-21T13:05:00.000Z'],
    ['11/21/2026 13:05:09', '2026-11-21T13:05:09.000Z'],
    ['21/11/2026 13:05', '2026-11-21T13:05:00.000Z'],
  ])('%s', async (text, instant) => {
    const formats = formatsIn([text]).map(({ format }) => format)
    expect(formats).toHaveLength(1)
    expect(await read(text, formats)).toBe(instant)
  })

  it.each([
    ['20261121', '2026-11-21T00:00:00.000Z'],
    ['1795266300', '2026-11-21T13:05:00.000Z'],
    ['1795266300.0', '2026-11-21T13:05:00.000Z'],
    ['1795266300250', '2026-11-21T13:05:00.250Z'],
  ])('%s, where somebody says that it is one', async (text, instant) => {
    expect(formatsIn([text])).toEqual([])
    expect(
      await read(
        text,
        formatsIn([text], numberedFormats).map(({ format }) => format),
      ),
    ).toBe(instant)
  })

  it('knows the day from the month by those that can be but one', () => {
    const names = (...values: string[]) => formatsIn(values).map(({ format, n }) => [format.name, n])
    expect(names('05/11/2026 10:00', '21/11/2026 10:00')).toEqual([['21/11/2026', 2]])
    expect(names('05/11/2026', '11/21/2026')).toEqual([['11/21/2026', 2]])
    expect(names('11/21/2026', '11/22/2026', '21/11/2026')).toEqual([
      ['11/21/2026', 2],
      ['21/11/2026', 1],
    ])
  })
})
