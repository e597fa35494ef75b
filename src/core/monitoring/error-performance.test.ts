import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '#core/stats/random.ts'
import { addErrorRow, emptyErrorCells, type ErrorCells, type ErrorRow, mergeErrorCells } from './error-cells.ts'
import { errorPerformance } from './error-performance.ts'
import { estimateErrors, fitLossTable } from './estimate-errors.ts'

const scale = { edges: [10, 20, 30], min: 0, max: 40, offset: 20 }

function count(rows: readonly ErrorRow[]): ErrorCells {
  const cells = emptyErrorCells(scale)
  for (const row of rows) addErrorRow(cells, row)
  return cells
}

const row: fc.Arbitrary<ErrorRow> = fc.record({
  prediction: fc.integer({ min: -10, max: 50 }),
  label: fc.option(fc.integer({ min: -10, max: 50 })),
  segment: fc.constantFrom('', 'north', 'south'),
})

describe('error cells', () => {
  it('are the same however rows are ordered and split', () => {
    const sorted = (cells: ErrorCells) => ({ ...cells, cells: [...cells.cells].sort(([a], [b]) => (a < b ? -1 : 1)) })
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (first, second) => {
        const all = sorted(count([...first, ...second]))
        expect(sorted(count([...second, ...first].toReversed()))).toEqual(all)
        expect(sorted(mergeErrorCells(count(second), count(first)))).toEqual(all)
      }),
    )
  })
})

describe('performance of predicted numbers', () => {
  it('is what the definitions say', () => {
    const labels = [12, 15, 31, 8, 22]
    const predictions = [10, 16, 28, 9, 25]
    const found = errorPerformance(
      count(labels.map((label, i) => ({ label, prediction: predictions[i] ?? 0, segment: '' }))),
    )
    expect(found.mae?.value).toBeCloseTo(2, 12)
    expect(found.bias?.value).toBeCloseTo(0, 12)
    expect(found.rmse?.value).toBeCloseTo(Math.sqrt(24 / 5), 12)
    expect(found.r2?.value).toBeCloseTo(1 - 24 / 329.2, 12)
    // t(4; .975) = 2.776445, standard deviation of |e| = 1: the textbook interval.
    expect(found.mae?.high).toBeCloseTo(2 + 2.776445 / Math.sqrt(5), 5)
  })

  it('has no NaN for any rows, no R² where labels never differ', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        for (const { value, low, high } of Object.values(errorPerformance(count(rows)))) {
          expect(Number.isFinite(value)).toBe(true)
          expect(low ?? -Infinity).toBeLessThanOrEqual((value ?? 0) + 1e-9)
          expect(high ?? Infinity).toBeGreaterThanOrEqual((value ?? 0) - 1e-9)
        }
      }),
    )
    const same = Array.from({ length: 9 }, (_, i) => ({ label: 7, prediction: i, segment: '' }))
    expect(Object.keys(errorPerformance(count(same)))).toEqual(['mae', 'rmse', 'bias'])
  })

  it('covers the true figures about as often as it says', () => {
    const random = seededRandom(5)
    const draw = (): ErrorRow => {
      // Far from the offset, which must not matter.
      const label = 50 + 8 * random.normal()
      return { label, prediction: label + 1 + 3 * random.normal(), segment: '' }
    }
    const truth = { bias: 1, rmse: Math.sqrt(10), r2: 1 - 10 / 64 }
    const runs = 500
    const covered = { bias: 0, rmse: 0, r2: 0 }
    for (let run = 0; run < runs; run++) {
      const found = errorPerformance(count(Array.from({ length: 200 }, draw)))
      for (const metric of Object.keys(truth) as (keyof typeof truth)[]) {
        const { low, high } = found[metric] ?? { low: null, high: null }
        if ((low ?? Infinity) <= truth[metric] && truth[metric] <= (high ?? -Infinity)) covered[metric]++
      }
    }
    for (const hits of Object.values(covered)) expect(hits / runs).toBeGreaterThan(0.92)
    for (const hits of Object.values(covered)) expect(hits / runs).toBeLessThan(0.985)
  })
})

describe('estimate without labels, numbers', () => {
  it('follows where live rows fall: errors grow with the prediction and differ by segment', () => {
    const random = seededRandom(8)
    const draw = (prediction: number, segment: string): ErrorRow => {
      const error = (prediction / 10) * (segment === 'south' ? 2 : 1) * random.normal()
      return { prediction, segment, label: prediction - error }
    }
    const rows = (n: number, south: number, high: number) =>
      Array.from({ length: n }, () =>
        draw(
          random.uniform() < high ? 30 + 10 * random.uniform() : 30 * random.uniform(),
          random.uniform() < south ? 'south' : 'north',
        ),
      )
    const table = fitLossTable(count(rows(20_000, 0.2, 0.2)))
    if (table === null) throw new Error('no table')
    const runs = 150
    const covered = { mae: 0, rmse: 0, bias: 0 }
    for (let run = 0; run < runs; run++) {
      const live = rows(500, 0.6, 0.5)
      const estimated = estimateErrors(table, count(live.map((one) => ({ ...one, label: null }))))
      const realised = errorPerformance(count(live))
      for (const metric of Object.keys(covered) as (keyof typeof covered)[]) {
        const said = estimated[metric]
        const band = 1.96 * Math.sqrt((said?.calibrationVariance ?? 0) + (said?.samplingVariance ?? 0))
        if (Math.abs((said?.value ?? 0) - (realised[metric]?.value ?? Number.NaN)) <= band) covered[metric]++
      }
    }
    // Without the table the pilot's own MAE would be said, which is far off.
    const pilot = table.all.absolute / table.all.known
    expect(estimateErrors(table, count(rows(500, 0.6, 0.5))).mae?.value).toBeGreaterThan(1.4 * pilot)
    for (const hits of Object.values(covered)) expect(hits / runs).toBeGreaterThan(0.88)
  })

  it('takes the figures of the decile, then of all, where the pilot has too few rows', () => {
    const pilot = [
      ...Array.from({ length: 50 }, () => ({ prediction: 5, label: 4, segment: 'north' })),
      ...Array.from({ length: 50 }, () => ({ prediction: 35, label: 30, segment: 'north' })),
    ]
    const table = fitLossTable(count(pilot))
    if (table === null) throw new Error('no table')
    const said = (prediction: number, segment: string) =>
      estimateErrors(table, count([{ prediction, segment, label: null }])).mae?.value
    expect(said(35, 'north')).toBeCloseTo(5)
    expect(said(35, 'east')).toBeCloseTo(5)
    expect(said(15, 'north')).toBeCloseTo(3)
    expect(fitLossTable(count(pilot.slice(1)))).toBeNull()
  })

  it('takes the first of two segments where both together have too few labels', () => {
    const rows = (n: number, segment: string, error: number): ErrorRow[] =>
      Array.from({ length: n }, () => ({ prediction: 5, label: 5 - error, segment }))
    const pilot = count([...rows(200, 'road|red', 1), ...rows(60, 'boat|red', 20), ...rows(5, 'boat|blue', 20)])
    const table = fitLossTable(pilot)
    const live = count(rows(100, 'boat|blue', 0).map((row) => ({ ...row, label: null })))
    expect(table === null ? null : estimateErrors(table, live).mae?.value).toBeCloseTo(20, 10)
  })
})
