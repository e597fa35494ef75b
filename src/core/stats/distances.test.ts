import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parityAbsent, parityRows } from '../../../test/support/parity-data.ts'
import { correctPsi, hellinger, jensenShannon, kullbackLeibler, lInfinity, psi } from './distances.ts'
import { poissonBootstrap, seededRandom } from './random.ts'

const reference = [120, 80, 60, 140]
const live = [100, 100, 50, 250]

describe('distances of cells', () => {
  // SciPy 1.17 and NumPy by the formulas.
  it('have the values of the formulas', () => {
    expect(psi(reference, live, { smoothing: 0 })).toBeCloseTo(0.1143210078070345, 12)
    expect(jensenShannon(reference, live)).toBeCloseTo(0.14314661934543307, 12)
    expect(jensenShannon(reference, live, 'e')).toBeCloseTo(0.119177378007676, 12)
    expect(kullbackLeibler(reference, live)).toBeCloseTo(0.05669793953691693, 12)
    expect(hellinger(reference, live)).toBeCloseTo(0.11935880912394158, 12)
    expect(lInfinity(reference, live)).toBeCloseTo(0.15, 12)
  })

  it('smooth by the rule of Jeffreys: half a count for every cell', () => {
    expect(psi([10, 0], [0, 10])).toBeCloseTo(2 * (10 / 11) * Math.log(21), 12)
  })

  describe.skipIf(parityAbsent !== null)(`on the parity data ${parityAbsent ?? ''}`, () => {
    const ref = parityAbsent === null ? parityRows('ref') : []
    const ana = parityAbsent === null ? parityRows('ana') : []
    const chunks = [0, 1, 2, 3].map((chunk) => ana.slice(chunk * 5000, (chunk + 1) * 5000))
    const labels = ['A', 'B', 'C', 'D']
    const groups = (rows: readonly { g: string }[]) => labels.map((label) => rows.filter(({ g }) => g === label).length)
    /** NumPy's histogram: equal widths from the first to the last edge, the last edge inside; what is outside apart. */
    const histogram = (values: readonly number[], [low, high, bins]: readonly [number, number, number]) => {
      const cells = new Float64Array(bins + 1)
      for (const value of values) {
        const at = Math.floor(((value - low) / (high - low)) * bins)
        const cell = value === high ? bins - 1 : at >= 0 && at < bins ? at : bins
        cells[cell] = (cells[cell] ?? 0) + 1
      }
      return cells
    }

    it('are those of NannyML 0.13.1 for a category', () => {
      for (const [chunk, [js, most]] of [
        [0.221305, 0.19966],
        [0.219459, 0.20186],
        [0.218771, 0.20186],
        [0.215764, 0.19606],
      ].entries()) {
        expect(jensenShannon(groups(ref), groups(chunks[chunk] ?? []))).toBeCloseTo(js ?? 0, 6)
        expect(lInfinity(groups(ref), groups(chunks[chunk] ?? []))).toBeCloseTo(most ?? 0, 6)
      }
    })

    it('are those of NannyML 0.13.1 for a number, on its cells (Doane)', () => {
      const cells = [-4.502222241099144, 4.06160631065189, 18] as const
      const counted = histogram(
        ref.map(({ x1 }) => x1),
        cells,
      )
      for (const [chunk, [js, h]] of [
        [0.168352, 0.141588],
        [0.166805, 0.139687],
        [0.179325, 0.150143],
        [0.175837, 0.147395],
      ].entries()) {
        const other = histogram(
          (chunks[chunk] ?? []).map(({ x1 }) => x1),
          cells,
        )
        expect(jensenShannon(counted, other)).toBeCloseTo(js ?? 0, 5)
        expect(hellinger(counted, other)).toBeCloseTo(h ?? 0, 5)
      }
    })

    it('are those of Evidently 0.7.21, on its cells (Sturges over both files) and with its floor', () => {
      const cells = [-4.502222241099144, 4.253172811053465, 18] as const
      const counted = histogram(
        ref.map(({ x1 }) => x1),
        cells,
      ).slice(0, 18)
      const other = histogram(
        ana.map(({ x1 }) => x1),
        cells,
      ).slice(0, 18)
      // One cell of the live file is empty; the floor is a millionth of that file's smallest share.
      const smallest = Math.min(...other.filter((n) => n > 0)) / ana.length
      expect(psi(counted, other, { floor: smallest / 1e6 })).toBeCloseTo(0.166971, 5)
      expect(jensenShannon(counted, other, 'e')).toBeCloseTo(0.142718, 5)
      expect(hellinger(counted, other)).toBeCloseTo(0.143504, 5)
      expect(psi(groups(ref), groups(ana), { floor: 1e-4 })).toBeCloseTo(0.431593, 5)
      expect(jensenShannon(groups(ref), groups(ana), 'e')).toBeCloseTo(0.182172, 5)
      expect(hellinger(groups(ref), groups(ana))).toBeCloseTo(0.201728, 5)
    })
  })

  const pair = fc
    .integer({ min: 1, max: 40 })
    .chain((size) => {
      const counts = fc.array(fc.nat({ max: 10_000 }), { minLength: size, maxLength: size })
      return fc.tuple(counts, counts)
    })
    .filter(([a, b]) => a.some((n) => n > 0) && b.some((n) => n > 0))

  it('are 0 for the same cells, alike in both directions, within their bounds and never NaN', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        for (const distance of [psi, jensenShannon, hellinger, lInfinity]) {
          expect(distance(a, a)).toBeCloseTo(0, 7)
          expect(distance(a, b)).toBeCloseTo(distance(b, a) ?? Number.NaN, 9)
          expect(distance(a, b)).toBeGreaterThanOrEqual(0)
        }
        expect(kullbackLeibler(a, a)).toBeCloseTo(0, 9)
        expect(kullbackLeibler(a, b)).toBeGreaterThanOrEqual(0)
        for (const distance of [jensenShannon, hellinger, lInfinity])
          expect(distance(a, b)).toBeLessThanOrEqual(1 + 1e-9)
        expect(Number.isFinite(psi(a, b))).toBe(true)
      }),
    )
  })

  it('are null when a side is empty', () => {
    for (const distance of [psi, jensenShannon, hellinger, lInfinity, kullbackLeibler]) {
      expect(distance([0, 0], [1, 2])).toBeNull()
      expect(distance([], [])).toBeNull()
    }
  })

  it('PSI corrected for its sizes is 0 on average when nothing has moved', () => {
    const random = seededRandom(7)
    const n = 500
    const m = 5000
    const draw = (size: number) =>
      poissonBootstrap(
        Array.from({ length: 10 }, () => size / 10),
        random,
      )
    const values = Array.from({ length: 2000 }, () => correctPsi(psi(draw(m), draw(n)) ?? 0, 10, { n, m }))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    // Uncorrected it is 0.0198.
    expect(Math.abs(mean)).toBeLessThan(0.0015)
  })
})
