import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { benjaminiHochberg, holm } from './multiple-testing.ts'

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 50 })

describe('corrections for many looks', () => {
  // statsmodels, multipletests.
  it('are those of statsmodels', () => {
    const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 10) as number)
    expect(benjaminiHochberg([0.001, 0.01, 0.03, 0.04, 0.2])).toEqual(close([0.005, 0.025, 0.05, 0.05, 0.2]))
    expect(holm([0.001, 0.01, 0.03, 0.04, 0.2])).toEqual(close([0.005, 0.04, 0.09, 0.09, 0.2]))
    expect(benjaminiHochberg([0.2, 0.03, 0.001, 0.04, 0.01])).toEqual(close([0.2, 0.05, 0.005, 0.05, 0.025]))
  })

  it('never go below the p-value or above 1, keep the order, and Holm is the stricter', () => {
    fc.assert(
      fc.property(pValues, (values) => {
        const q = benjaminiHochberg(values)
        const strict = holm(values)
        for (const [at, p] of values.entries()) {
          expect(q[at]).toBeGreaterThanOrEqual(p - 1e-15)
          expect(strict[at]).toBeGreaterThanOrEqual((q[at] ?? 0) - 1e-12)
          expect(strict[at]).toBeLessThanOrEqual(1)
          for (const [other, p2] of values.entries()) if (p < p2) expect(q[at]).toBeLessThanOrEqual(q[other] ?? 0)
        }
      }),
    )
  })

  it('refuse what is no p-value', () => {
    expect(benjaminiHochberg([])).toEqual([])
    for (const p of [-0.1, 1.1, Number.NaN]) expect(() => holm([p])).toThrow(RangeError)
  })
})
