import { afterAll, describe, expect, it } from 'vitest'
import { quoteText, openDatabase } from './database.ts'
import { numberStyle, readNumber, readNumberSql } from './read-number.ts'

const database = await openDatabase()
afterAll(() => database.close())

describe('numbers as a column writes them', () => {
  it.each([
    ['plain', ['1.5', '-2', '3e4', '.5'], [1.5, -2, 3e4, 0.5]],
    ['point', ['$1,234.50', '-€ 12', '950', '1,234,567 USD'], [1234.5, -12, 950, 1_234_567]],
    ['point', ['45.3 %', '7%', '100%'], [45.3 / 100, 0.07, 1]],
    ['point', ['1,234', '950', '12,345'], [1234, 950, 12_345]],
    ['point', ["1'234.50", "12'000.00"], [1234.5, 12_000]],
    ['comma', ['1.234,50 €', '0,5', '-12,25', '7'], [1234.5, 0.5, -12.25, 7]],
    ['comma', ['45,3 %', '7,25 %'], [45.3 / 100, 0.0725]],
    ['comma', ['1,234', '0,950', '12,345'], [1.234, 0.95, 12.345]],
  ] as const)('%s: %j', async (style, texts, numbers) => {
    expect(numberStyle(texts)).toBe(style)
    expect(texts.map((text) => readNumber(text, { numbers: style }))).toEqual(numbers)
    const sql = texts.map((text) => readNumberSql(quoteText(text), style)).join(', ')
    expect(await database.rows(`select ${sql}`)).toEqual([numbers])
  })

  it.each([
    ['comma', '45.3'],
    ['comma', 'see invoice'],
    ['point', '12,34'],
    ['point', '555 123 456'],
    ['plain', '1,234.50'],
  ] as const)('%s: “%s” is none', async (style, text) => {
    expect(readNumber(text, { numbers: style })).toBeNaN()
    expect(await database.rows(`select ${readNumberSql(quoteText(text), style)}`)).toEqual([[null]])
  })
})
