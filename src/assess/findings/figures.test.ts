import { describe, expect, it } from 'vitest'
import { fraction, numberWithin, percent, shareWithin, showValue } from './figures.ts'

const around = (value: number, half: number) => ({ value, low: value - half, high: value + half })

describe('figures', () => {
  it.each([
    [around(0.7262, 0.0043), '72.6 % ± 0.4'],
    [around(0.4181, 0.048), '42 % ± 5'],
    [around(0.9462, 0.0096), '95 % ± 1'],
    [{ value: 1, low: 0.999, high: 1 }, '100.0 % ± 0.1'],
    [around(0.7921, 0.0008), '79.21 % ± 0.08'],
    [{ value: 0.5, low: null, high: null }, '50 %'],
    [{ value: null, low: null, high: null }, 'unknown'],
  ])('of shares are as exact as their interval', (estimate, said) => expect(shareWithin(estimate)).toBe(said))

  it.each([
    [around(109.6, 1.93), '109.6 ± 1.9'],
    [around(85.2, 2.73), '85 ± 3'],
    [around(10.8, 0.506), '10.8 ± 0.5'],
    [around(1_234_567, 4321), '1,234,567 ± 4,321'],
    [around(0.00123, 0.000_04), '0.00123 ± 0.00004'],
    [around(7, 0), '7'],
  ])('of numbers, too', (estimate, said) => expect(numberWithin(estimate)).toBe(said))

  it('stand beside another as exactly as that', () => {
    expect(showValue('accuracy', around(0.8968, 0.009), around(0.7262, 0.0043))).toBe('89.7 %')
    expect(showValue('accuracy', around(0.8968, 0.009), around(0.72, 0.05))).toBe('90 %')
    expect(showValue('mae', around(10.82, 0.5), around(109, 2))).toBe('10.8')
  })

  it('are words where there are some, and never more than all', () => {
    expect([1.06, 0.81, 0.77, 0.49, 0.35, 0.6].map(fraction)).toEqual([
      'all',
      'four fifths',
      'three quarters',
      'half',
      'a third',
      '60 %',
    ])
    expect([0, 0.0004, 0.034, 0.5].map(percent)).toEqual(['0 %', '0.04 %', '3.4 %', '50 %'])
  })
})
