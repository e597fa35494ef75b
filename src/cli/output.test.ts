import { describe, expect, it } from 'vitest'
import { formatProportion, formatShare, formatTime, plain, tableLines } from './output.ts'

describe('output', () => {
  it('lines columns up, figures to the right, and marks what is empty', () => {
    expect(
      tableLines({
        head: ['name', 'n'],
        rows: [
          ['ä', 1234],
          ['long name', null],
        ],
        right: [1],
      }),
    ).toEqual(['name           n', 'ä          1,234', 'long name      –'])
  })

  it('never shows a share without its n', () => {
    expect(formatProportion({ n: 1204, value: 0.988, low: 0.981, high: 0.992 })).toBe('98.8 % (98.1–99.2 %, n = 1,204)')
    expect(formatProportion({ n: 0, value: null, low: null, high: null })).toBe('no labels yet')
    expect(formatShare(null)).toBe('–')
  })

  it('drops control characters', () => {
    expect(plain('a\u001b[2Jb\u0000\nc\u009bd')).toBe('a [2Jb c d')
  })

  it('shows times in UTC as they are stored', () => {
    expect(formatTime('2026-11-21T10:12:13.123Z')).toBe('2026-11-21 10:12:13')
    expect(formatTime(null)).toBe('–')
  })
})
