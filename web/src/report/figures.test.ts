import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  asDifference,
  formatChance,
  formatEstimate,
  formatFixed,
  formatMoney,
  formatPlace,
  formatShare,
} from './figures.ts'
import { readable } from './readable.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('figures of a report', () => {
  it('carry their unit and their interval, or say that there is not enough data', () => {
    expect(plain(formatEstimate({ value: 0.741, low: 0.729, high: 0.753 }))).toBe('74.1 % (72.9 to 75.3 %)')
    expect(formatEstimate({ value: null, low: null, high: null })).toBe('not enough data')
    expect(plain(formatEstimate({ value: 0.5, low: null, high: null }))).toBe('50.0 %')
    expect(formatEstimate({ value: 0.09, low: 0.078, high: 0.102 }, asDifference('accuracy'))).toBe(
      '9.0 points (7.8 to 10.2)',
    )
    expect(formatEstimate({ value: 33_600, low: 24_400, high: 48_800 }, formatMoney)).toBe('33,600 (24,400 to 48,800)')
  })

  it('never round something to nothing, nor show a sign of nothing', () => {
    expect(plain(formatShare(0.0003))).toBe('0.03 %')
    expect(plain(formatChance(1e-12))).toBe('< 0.001')
    expect(formatFixed(-0.000_01)).toBe('0.000')
    expect(plain(formatShare(0.000_003))).toBe('< 0.01 %')
    expect(plain(formatShare(-1e-17))).toBe('0.0 %')
    expect(plain(formatShare(-0.000_4))).toBe('−0.04 %')
    expect(asDifference('accuracy')(-0.000_01)).toBe('0.0 points')
    expect(formatMoney(0)).toBe('0')
  })

  it('read instants and names of metrics as people write them', () => {
    expect(readable('From 2021-07-01T00:00:00.000Z on, rocAuc 0.7')).toBe('From 1 Jul 2021 on, ROC AUC 0.7')
    expect(readable("the labels of 2002-05-02 to 2002-05-31 are not the pilot's")).toBe(
      'the labels of 2 May 2002 to 31 May 2002 are not the pilot’s',
    )
    expect(readable('“2002-05-02” was “f1 5 %”')).toBe('“2002-05-02” was “f1 5 %”')
    expect(formatPlace(17_424)).toBe('17,424')
  })

  it('stay whole at the end of a line', () => {
    expect(readable('it was 67 % ± 1 (n = 5,832), 3 %.')).toBe(
      'it was 67\u00a0%\u00a0±\u00a01 (n\u00a0=\u00a05,832), 3\u00a0%.',
    )
  })

  it('are words for any number, never NaN', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e12, max: 1e12, noNaN: true }), (value) => {
        const estimate = { value, low: value, high: value }
        for (const text of [formatShare(value), formatFixed(value), formatEstimate(estimate), formatMoney(value)])
          expect(text).toMatch(/\d/)
      }),
    )
  })
})
