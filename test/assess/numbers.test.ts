// Models that predict a number: what they are off by, estimated and under disturbance.

import { describe, expect, it } from 'vitest'
import type { ModelPort } from '../../src/assess/options.ts'
import { seededRandom } from '../../src/core/stats/random.ts'
import { assessed, findingsOf, isJsonSafe, table } from '../support/assess-data.ts'

type Predict = ModelPort['predict']

/** A delivery takes 2 hours and 10 minutes a stop; by boat nobody knows better than ± 60. Predictions are the plan. */
function deliveries(
  n: number,
  { seed, boats, isLabelled = true }: { seed: number; boats: number; isLabelled?: boolean },
) {
  const random = seededRandom(seed)
  const rows = Array.from({ length: n }, () => {
    const [stops, by] = [1 + random.integer(30), random.uniform() < boats ? 'boat' : 'road']
    const plan = 120 + 10 * stops
    const took = plan + random.normal() * (by === 'boat' ? 60 : 5)
    const colour = ['red', 'blue', 'green'][random.integer(3)]
    return [colour, stops, by, plan, ...(isLabelled ? [took.toFixed(1)] : [])].join(',')
  })
  return table(`colour,stops,by,prediction${isLabelled ? ',took' : ''}\n${rows.join('\n')}\n`)
}

describe('a model of numbers', () => {
  it('is estimated by what tells its errors apart, beside the size of the prediction', async () => {
    const assessment = await assessed(
      await deliveries(6000, { seed: 1, boats: 0.1 }),
      await deliveries(4000, { seed: 2, boats: 0.5, isLabelled: false }),
      { target: 'took' },
    )
    // E|N(0, σ)| = σ·√(2/π): half of the rows 60, half 5.
    const estimate = assessment.performance?.live.estimated?.mae
    expect(estimate?.value).toBeGreaterThan(23)
    expect(estimate?.value).toBeLessThan(29)
    expect(estimate?.low).toBeLessThan(25.93)
    expect(estimate?.high).toBeGreaterThan(25.93)
    expect(assessment.data.notes.join(' ')).toContain('by the size of the prediction and by “by”')
    expect(assessment.headline).toMatch(/^The mean error was 8\.\d+ in the pilot, live an estimated 2\d/)
    expect(isJsonSafe(assessment)).toBe(true)
  })

  it('is disturbed where it matters most, and by how far its answers move', async () => {
    const predict: Predict = (asked) =>
      Promise.resolve(
        asked.map(({ row }) => {
          const stops = typeof row['stops'] === 'number' ? row['stops'] : 0
          return { kind: 'answer', label: String(120 + 10 * stops) } as const
        }),
      )
    const pilot = await deliveries(1000, { seed: 3, boats: 0.1 })
    const assessment = await assessed(pilot, await deliveries(1000, { seed: 4, boats: 0.1 }), {
      target: 'took',
      model: { predict },
    })
    const { robustness } = assessment
    expect(robustness?.metric).toBe('mae')
    expect(robustness?.before.value).toBeGreaterThan(5)
    expect(robustness?.disturbances[0]?.column).toBe('stops')
    const missing = robustness?.disturbances.find(
      ({ name, column }) => name === 'a missing value' && column === 'stops',
    )
    // 15.5 stops are 155 minutes.
    expect(missing).toMatchObject({ verdict: 'fails' })
    expect(missing?.after.value).toBeGreaterThan(130)
    expect(
      robustness?.disturbances.filter(({ column }) => column !== 'stops').every(({ verdict }) => verdict === 'holds'),
    ).toBe(true)
    expect(findingsOf(assessment, 'robustness')[0]?.message).toMatch(/its mean error goes from [\d.]+ to [\d,]+/)
    expect(isJsonSafe(assessment)).toBe(true)
  })

  it('that cannot be tried on all columns says which were left out', async () => {
    const random = seededRandom(5)
    const names = Array.from({ length: 30 }, (_, at) => `c${at}`)
    const rows = Array.from({ length: 400 }, () => {
      const values = names.map(() => random.normal().toFixed(3))
      return [...values, (10 * Number(values[29])).toFixed(2)].join(',')
    })
    const file = await table(`${names.join(',')},label\n${rows.join('\n')}\n`)
    const predict: Predict = (asked) =>
      Promise.resolve(
        asked.map(({ row }) => ({ kind: 'answer', label: String(10 * Number(row['c29'] ?? 0)) }) as const),
      )
    const { robustness, data } = await assessed(file, file, { model: { predict } })
    expect(robustness?.disturbances).toHaveLength(40)
    expect(robustness?.disturbances[0]).toMatchObject({ column: 'c29' })
    expect(data.notes.join(' ')).toMatch(
      /40 of 90 disturbances, columns that say most about the answers first.* Not tried: c\d+/,
    )
  })
})
