import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parityAbsent, parityRows } from '../../../test/support/parity-data.ts'
import { kolmogorovSmirnov, wasserstein } from './ordered-distances.ts'

const edges = [0, 1, 2, 3]
const range = { low: -1, high: 4 }

describe('distances along an order', () => {
  it('of all mass moved by one cell is its width', () => {
    const cells = { edges, reference: [0, 5, 0, 0, 0], live: [0, 0, 9, 0, 0] }
    expect(wasserstein(cells, range)).toBeCloseTo(1, 12)
    expect(kolmogorovSmirnov(cells)).toBe(1)
  })

  it('of half the mass swapped around the middle: two triangles', () => {
    // Distribution functions: reference 0, ½, ½, 1; live 0, 0, 1, 1 at the edges. Area: ¼ + ¼ + ¼ over three cells of width 1.
    const cells = { edges, reference: [0, 1, 0, 1, 0], live: [0, 0, 2, 0, 0] }
    expect(wasserstein(cells, range)).toBeCloseTo(0.25 + 0.25 + 0.25, 12)
    expect(kolmogorovSmirnov(cells)).toBe(0.5)
  })

  it('is null when a side is empty, and refuses cells that do not fit', () => {
    expect(wasserstein({ edges: [0], reference: [0, 0], live: [1, 1] }, range)).toBeNull()
    expect(() => kolmogorovSmirnov({ edges: [0], reference: [1], live: [1] })).toThrow(RangeError)
  })

  it.skipIf(parityAbsent !== null)(`are near NannyML's exact ones from 64 cells ${parityAbsent ?? ''}`, () => {
    const values = parityRows('ref').map(({ x1 }) => x1)
    const sorted = Float64Array.from(values).sort()
    const [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 0]
    const fine = Array.from({ length: 64 }, (_, at) => low + ((high - low) * at) / 63)
    const count = (rows: readonly number[]) => {
      const cells = new Float64Array(65)
      for (const value of rows) {
        const cell = fine.filter((edge) => edge <= value).length
        cells[cell] = (cells[cell] ?? 0) + 1
      }
      return cells
    }
    const reference = count(values)
    const ana = parityRows('ana').map(({ x1 }) => x1)
    for (const [chunk, [ks, distance]] of [
      [0.16192, 0.401368],
      [0.16572, 0.390592],
      [0.17442, 0.427522],
      [0.16426, 0.416021],
    ].entries()) {
      const live = ana.slice(chunk * 5000, (chunk + 1) * 5000)
      const cells = { edges: fine, reference, live: count(live) }
      const ends = { low: Math.min(sorted[0] ?? 0, ...live), high: Math.max(sorted.at(-1) ?? 0, ...live) }
      expect(Math.abs((kolmogorovSmirnov(cells) ?? 0) - (ks ?? 0))).toBeLessThan(0.01)
      expect(Math.abs((wasserstein(cells, ends) ?? 0) - (distance ?? 0))).toBeLessThan(0.004)
    }
  })

  it('are 0 for the same, symmetric, within bounds and never NaN', () => {
    const counts = fc.array(fc.nat({ max: 1000 }), { minLength: 5, maxLength: 5 }).filter((a) => a.some((n) => n > 0))
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const there = { edges, reference: a, live: b }
        const back = { edges, reference: b, live: a }
        expect(wasserstein({ edges, reference: a, live: a }, range)).toBe(0)
        expect(kolmogorovSmirnov({ edges, reference: a, live: a })).toBe(0)
        expect(wasserstein(there, range)).toBeCloseTo(wasserstein(back, range) ?? Number.NaN, 9)
        expect(wasserstein(there, range)).toBeLessThanOrEqual(5)
        expect(kolmogorovSmirnov(there)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
