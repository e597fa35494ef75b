import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatConfidence,
  formatDuration,
  formatExact,
  formatPart,
  formatProportion,
  formatRelative,
  formatValue,
  formatWeek,
  plural,
} from './format.ts'

describe('figures', () => {
  it('carry their interval and n, or say that there is not enough data', () => {
    const proportion = { n: 1204, hits: 1100, value: 0.9136, low: 0.8971, high: 0.9281 }
    expect(formatProportion(proportion)).toBe('91.4 % (89.7–92.8 %, n = 1,204)')
    expect(formatProportion({ n: 0, hits: 0, value: null, low: null, high: null })).toBe(
      'not enough data (n = 0, needs 30)',
    )
    expect(formatProportion({ ...proportion, n: 29 })).toBe('not enough data (n = 29, needs 30)')
  })

  it.each([
    [0.42, '0.42 ms'],
    [12.3, '12 ms'],
    [1340, '1.3 s'],
    [59_000, '59 s'],
    [180_000, '3 min'],
    [7_500_000, '2 h 5 min'],
    [7_200_000, '2 h'],
    [90_000_000, '1 d 1 h'],
    [10 * 86_400_000, '10 d'],
  ])('a duration of %d ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })

  it('never round a confidence up to certainty', () => {
    expect([0.94, 0.9999, 1, 0.0001, 0, null].map(formatConfidence)).toEqual([
      '0.94',
      '> 0.99',
      '1.00',
      '< 0.01',
      '0.00',
      'none',
    ])
  })

  it('never round a part to nothing or to all', () => {
    expect([
      formatPart(1, 1000),
      formatPart(999, 1000),
      formatPart(0, 1000),
      formatPart(1, 3),
      formatPart(0, 0),
    ]).toEqual(['< 1 %', '> 99 %', '0 %', '33 %', '–'])
  })

  it('count one and many', () => {
    expect([plural(1, 'review'), plural(1200, 'review'), plural(2, 'entry', 'entries')]).toEqual([
      '1 review',
      '1,200 reviews',
      '2 entries',
    ])
  })

  it('give bytes and values their unit or word', () => {
    expect([formatBytes(812), formatBytes(3401), formatBytes(1_250_000)]).toEqual(['812 B', '3.4 kB', '1.3 MB'])
    expect([true, false, null, 'spam', 0.5].map(formatValue)).toEqual(['yes', 'no', '–', 'spam', '0.5'])
  })
})

describe('times', () => {
  const now = Date.parse('2026-03-03T14:03:09Z')

  it.each([
    ['2026-03-03T14:03:05Z', 'just now'],
    ['2026-03-03T14:02:39Z', '30 s ago'],
    ['2026-03-03T13:03:09Z', '1 h ago'],
    ['2026-03-03T16:03:09Z', 'in 2 h'],
  ])('%s is %s', (instant, text) => {
    expect(formatRelative(instant, now)).toBe(text)
  })

  it('are exact with their zone', () => {
    expect(formatExact('2026-03-03T14:03:09Z', 'UTC')).toBe('3 March 2026, 14:03:09 UTC')
    expect(formatWeek('2026-03-02')).toBe('2 Mar 2026')
  })
})
