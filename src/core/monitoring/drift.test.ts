import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Random, seededRandom } from '#core/stats/random.ts'
import { kolmogorovTail } from '../../../test/support/kolmogorov-tail.ts'
import { parityAbsent, parityRows } from '../../../test/support/parity-data.ts'
import type { ColumnValue } from './column-cells.ts'
import { columnReference, countAll } from './column-reference.ts'
import { driftRank, judgeDrift, overallDrift, testedCells } from './drift.ts'
import { judgeChunks, lastingVerdicts } from './drift-chunks.ts'

const times = (n: number, draw: () => number) => Array.from({ length: n }, draw)
const numeric = (reference: readonly ColumnValue[], live: readonly ColumnValue[]) => {
  const made = columnReference('numeric', reference)
  return { reference: made, live: countAll(made.layout, live) }
}
const categorical = (reference: readonly ColumnValue[], live: readonly ColumnValue[]) => {
  const made = columnReference('categorical', reference)
  return { reference: made, live: countAll(made.layout, live) }
}
const normals = (random: Random, n: number, shift = 0) => times(n, () => random.normal() + shift)
const noAlarms = { value: 0, low: 0, high: 0 }

describe('drift of columns', () => {
  const random = seededRandom(42)

  it('is found where it matters and graded by its size', () => {
    const reference = normals(random, 5000)
    const verdict = (shift: number) => judgeDrift([numeric(reference, normals(random, 5000, shift))])[0]?.verdict
    expect(verdict(0)).toBe('none')
    expect(verdict(0.25)).toBe('watch')
    expect(verdict(0.4)).toBe('warn')
    expect(verdict(1)).toBe('act')
  })

  it('is not claimed for what is certain but trifling, nor for what is large but may be chance', () => {
    const trifle = judgeDrift([numeric(normals(random, 200_000), normals(random, 200_000, 0.05))])[0]
    expect(trifle?.qValue).toBeLessThan(1e-6)
    expect(trifle?.verdict).toBe('none')
    const chances = times(40, () => 0).map(() => judgeDrift([numeric(normals(random, 250), normals(random, 200))])[0])
    expect(chances.filter((judged) => (judged?.psiCorrected ?? 0) > 0.02).length).toBeGreaterThan(4)
    expect(chances.filter((judged) => judged?.verdict !== 'none').length).toBeLessThanOrEqual(2)
  })

  it('is insufficient under 200 rows on either side, and its figures are still given', () => {
    for (const [m, n] of [
      [5000, 199],
      [199, 5000],
    ] as const) {
      const judged = judgeDrift([numeric(normals(random, m), normals(random, n, 2))])[0]
      expect(judged).toMatchObject({ verdict: 'insufficient', qValue: null, n: { reference: m, live: n } })
      expect(judged?.psi).toBeGreaterThan(0.5)
    }
    const nothing = judgeDrift([numeric([], [])])[0]
    expect(nothing).toMatchObject({ verdict: 'insufficient', statistic: null, psi: null, wassersteinSd: null })
  })

  it('says how far in standard deviations', () => {
    const judged = judgeDrift([numeric(normals(random, 50_000), normals(random, 50_000, 0.4))])[0]
    expect(judged?.wassersteinSd).toBeGreaterThan(0.38)
    expect(judged?.wassersteinSd).toBeLessThan(0.42)
  })

  it('counts nulls, categories never seen and a constant that stops being one', () => {
    const whole = times(1000, () => random.normal())
    expect(
      judgeDrift([
        numeric(
          whole,
          whole.map((x, at) => (at % 3 === 0 ? null : x)),
        ),
      ])[0]?.verdict,
    ).toBe('act')
    const abc = times(2000, () => random.integer(3)).map((at) => 'abc'[at] ?? '')
    expect(
      judgeDrift([
        categorical(
          abc,
          abc.map((label, at) => (at % 4 === 0 ? 'd' : label)),
        ),
      ])[0]?.verdict,
    ).toBe('act')
    const constant = times(1000, () => 5)
    expect(judgeDrift([numeric(constant, constant)])[0]).toMatchObject({ verdict: 'none', pValue: 1, psi: 0 })
    expect(
      judgeDrift([
        numeric(
          constant,
          constant.map((x, at) => x + (at % 2)),
        ),
      ])[0]?.verdict,
    ).toBe('act')
  })

  it('does not take values that are rare in the reference for new: half of these are always unseen', () => {
    const draw = (n: number) => times(n, () => Math.floor(random.uniform() ** 3 * 100_000)).map(String)
    const judged = judgeDrift([categorical(draw(4000), draw(2000))])[0]
    expect(judged?.verdict).toBe('none')
    expect(judged?.psiCorrected).toBeLessThan(0.02)
  })

  it('is no question for times and ids', () => {
    const made = columnReference(
      'datetime',
      times(300, () => 0).map((_, at) => `2024-01-${String((at % 28) + 1).padStart(2, '0')}`),
    )
    const live = countAll(
      made.layout,
      times(300, () => 0).map((_, at) => `2025-01-${String((at % 28) + 1).padStart(2, '0')}`),
    )
    expect(judgeDrift([{ reference: made, live }])[0]).toMatchObject({ verdict: 'none', statistic: null, qValue: null })
  })

  it('has the order of the columns, and the worst of them over all', () => {
    const still = numeric(normals(random, 1000), normals(random, 1000))
    const moved = numeric(normals(random, 1000), normals(random, 1000, 2))
    const judged = judgeDrift([still, moved, still])
    expect(judged.map(({ verdict }) => verdict)).toEqual(['none', 'act', 'none'])
    expect(overallDrift(judged, noAlarms)).toMatchObject({ columns: 3, drifted: 1, verdict: 'act' })
    const unknown = judgeDrift([numeric(normals(random, 1000), [])])
    expect(overallDrift([...judgeDrift([still]), ...unknown], noAlarms).verdict).toBe('insufficient')
    expect(overallDrift([], noAlarms).verdict).toBe('insufficient')
  })

  it('has uniform p-values when nothing has moved, from real cells made from a real reference', () => {
    const pValues = times(600, () => judgeDrift([numeric(normals(random, 1000), normals(random, 300))])[0]?.pValue ?? 0)
    const sorted = pValues.sort((a, b) => a - b)
    const gap = sorted.reduce((most, p, at) => Math.max(most, Math.abs(p - (at + 0.5) / sorted.length)), 0)
    expect(kolmogorovTail(gap, sorted.length)).toBeGreaterThan(0.001)
  })

  it('never gives a NaN, whatever the values', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom<ColumnValue>(null, '', 'x', 0, 1, Number.NaN, Infinity, true, {}),
      fc.string({ maxLength: 3 }),
    )
    const kind = fc.constantFrom('numeric', 'categorical', 'boolean', 'datetime', 'id', 'text')
    const values = fc.array(value, { maxLength: 60 })
    const setting = { q: 0.01, rowsMin: 1, floors: { watch: 0.02, warn: 0.1, act: 0.25 } }
    fc.assert(
      fc.property(kind, values, values, (kind, reference, live) => {
        const made = columnReference(kind, reference)
        const judged = judgeDrift([{ reference: made, live: countAll(made.layout, live) }], setting)
        expect(JSON.stringify(judged, (_, figure: unknown) => (Number.isNaN(figure) ? 'NaN' : figure))).not.toContain(
          'NaN',
        )
        for (const figure of Object.values(judged[0] ?? {})) {
          if (typeof figure === 'number') expect(Number.isFinite(figure)).toBe(true)
        }
      }),
    )
  })

  it.skipIf(parityAbsent !== null)(`on the parity data: x1 and g have moved, x2 has not ${parityAbsent ?? ''}`, () => {
    const [ref, ana] = [parityRows('ref'), parityRows('ana')]
    const judged = judgeDrift([
      numeric(
        ref.map(({ x1 }) => x1),
        ana.map(({ x1 }) => x1),
      ),
      numeric(
        ref.map(({ x2 }) => x2),
        ana.map(({ x2 }) => x2),
      ),
      categorical(
        ref.map(({ g }) => g),
        ana.map(({ g }) => g),
      ),
    ])
    expect(judged.map(({ verdict }) => verdict)).toEqual(['warn', 'none', 'act'])
    // Evidently's Wasserstein-normed over the whole file; PSI on our deciles, theirs on 18 equal widths is 0.167.
    expect(Math.abs((judged[0]?.wassersteinSd ?? 0) - 0.410196)).toBeLessThan(0.004)
    expect(Math.abs((judged[0]?.psiCorrected ?? 0) - 0.16)).toBeLessThan(0.01)
    expect(Math.abs((judged[2]?.jensenShannon ?? 0) - 0.218811)).toBeLessThan(0.0005)
    // NannyML calls x2 drifted in two of these four chunks.
    const x2 = columnReference(
      'numeric',
      ref.map((row) => row.x2),
    )
    const chunks = [0, 1, 2, 3].map((at) =>
      countAll(
        x2.layout,
        ana.slice(at * 5000, (at + 1) * 5000).map((row) => row.x2),
      ),
    )
    expect(judgeChunks([{ reference: x2, chunks }])[0]?.map(({ verdict }) => verdict)).toEqual(Array(4).fill('none'))
  })
})

describe('drift by window', () => {
  it('lasts when two of three windows that could be judged show it', () => {
    expect(lastingVerdicts(['none', 'act', 'none', 'watch', 'warn'])).toEqual([
      'insufficient',
      'none',
      'none',
      'watch',
      'watch',
    ])
    expect(lastingVerdicts(['act', 'insufficient', 'warn'])).toEqual(['insufficient', 'insufficient', 'warn'])
    expect(lastingVerdicts(['act', 'none', 'none', 'none'])).toEqual(['insufficient', 'none', 'none', 'none'])
    expect(lastingVerdicts([])).toEqual([])
  })

  it('is judged in each window on its own', () => {
    const random = seededRandom(8)
    const made = columnReference('numeric', normals(random, 2000))
    const chunks = [0, 0, 1, 1].map((shift) => countAll(made.layout, normals(random, 500, shift)))
    const judged = judgeChunks([{ reference: made, chunks }])[0] ?? []
    expect(judged.map(({ verdict }) => verdict)).toEqual(['none', 'none', 'act', 'act'])
    expect(judged.map(({ lasting }) => lasting)).toEqual(['insufficient', 'none', 'none', 'act'])
    expect(() =>
      judgeChunks([
        { reference: made, chunks },
        { reference: made, chunks: [] },
      ]),
    ).toThrow(RangeError)
    expect(judgeChunks([])).toEqual([])
  })
})

describe('calm, on rows', () => {
  const referenceRows = 5000
  const columns = 20

  it('gives at most one false alarm-day in 30 with 20 columns at 200 rows a day, and finds 0.3 SD in one column in two days', () => {
    const random = seededRandom(2026)
    const months = 12
    let falseDays = 0
    let daysToFind = 0
    for (let month = 0; month < months; month++) {
      // Half normal, a quarter skewed, a quarter categories: what a table of customers looks like.
      const draw = (column: number): ColumnValue =>
        column < 10
          ? random.normal()
          : column < 15
            ? Math.exp(random.normal())
            : `c${Math.floor(random.uniform() ** 2 * 8)}`
      const references = Array.from({ length: columns }, (_, column) =>
        columnReference(
          column < 15 ? 'numeric' : 'categorical',
          Array.from({ length: referenceRows }, () => draw(column)),
        ),
      )
      const day = (shift: number) =>
        judgeDrift(
          references.map((reference, column) => ({
            reference,
            live: countAll(
              reference.layout,
              Array.from({ length: 200 }, () => (column === 0 ? random.normal() + shift : draw(column))),
            ),
          })),
        )
      const alarms = (judged: ReturnType<typeof day>) =>
        judged.some(({ verdict }) => driftRank(verdict) >= driftRank('watch'))
      for (let at = 0; at < 30; at++) if (alarms(day(0))) falseDays++
      for (daysToFind++; driftRank(day(0.3)[0]?.verdict ?? 'none') < driftRank('watch'); daysToFind++);
    }
    expect(falseDays / months).toBeLessThanOrEqual(1)
    expect(daysToFind / months).toBeLessThanOrEqual(2)
  })

  it('tests a row in one cell only', () => {
    const cells = countAll(columnReference('numeric', [1, 2, 3]).layout, [1, null, 'x', Number.NaN])
    expect(testedCells(cells).reduce((sum, count) => sum + count, 0)).toBe(4)
  })
})
