import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parityAbsent, parityRows } from '../../../test/support/parity-data.ts'
import { seededRandom } from '#core/stats/random.ts'
import type { Metric } from './assessment.ts'
import { addScoredRow, emptyScoredCells, type ScoredRow, type ScoreScale } from './scored-cells.ts'
import { scoredPerformance } from './scored-performance.ts'
import { scoreScale } from './scored-scale.ts'

const unit: ScoreScale = { edges: Array.from({ length: 199 }, (_, i) => (i + 1) / 200), min: 0, max: 1 }

function performance(rows: readonly ScoredRow[], scale = unit) {
  const cells = emptyScoredCells(scale)
  for (const row of rows) addScoredRow(cells, row)
  return scoredPerformance(cells)
}

describe('performance of a yes/no model', () => {
  it.skipIf(parityAbsent)('is what NannyML realises on the parity data, the ROC area to 1e-4', () => {
    const reference = parityRows('ref')
    const scale = scoreScale(reference.map(({ score, y }) => ({ score, n: 1, positive: y })))
    const published = {
      rocAuc: [0.80952, 0.803523, 0.804785, 0.80109],
      f1: [0.740856, 0.73526, 0.747183, 0.737364],
      accuracy: [0.7336, 0.7252, 0.7308, 0.7246],
    }
    const rows = parityRows('ana').map((r) => ({ score: r.score, predicted: r.decision === 1, positive: r.y === 1 }))
    for (let chunk = 0; chunk < 4; chunk++) {
      const found = performance(rows.slice(chunk * 5000, (chunk + 1) * 5000), scale)
      expect(Math.abs((found.rocAuc?.value ?? 0) - (published.rocAuc[chunk] ?? 0))).toBeLessThan(1e-4)
      expect(found.f1?.value).toBeCloseTo(published.f1[chunk] ?? 0, 6)
      expect(found.accuracy?.value).toBeCloseTo(published.accuracy[chunk] ?? 0, 6)
    }
  })

  it('agrees with counting pairs and rows one by one', () => {
    const scored = fc.record({
      score: fc.integer({ min: 0, max: 20 }).map((score) => score / 20),
      predicted: fc.boolean(),
      positive: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(scored, { maxLength: 60 }), (rows) => {
        const found = performance(rows)
        const yes = rows.filter(({ positive }) => positive)
        const no = rows.filter(({ positive }) => !positive)
        const wins = yes.flatMap((p) => no.map((q) => (p.score > q.score ? 1 : p.score === q.score ? 0.5 : 0)))
        const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
        if (wins.length === 0) expect(found.rocAuc).toBeUndefined()
        else expect(found.rocAuc?.value).toBeCloseTo(mean(wins), 12)
        if (rows.length === 0) {
          expect(found).toEqual({})
          return
        }
        expect(found.accuracy?.value).toBeCloseTo(mean(rows.map((row) => (row.positive === row.predicted ? 1 : 0))), 12)
        expect(found.brier?.value).toBeCloseTo(mean(rows.map((row) => (row.score - (row.positive ? 1 : 0)) ** 2)), 10)
      }),
    )
  })

  it('has no NaN and no interval without its value, for any rows', () => {
    const any = fc.record({
      score: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      predicted: fc.boolean(),
      positive: fc.option(fc.boolean()),
    })
    fc.assert(
      fc.property(fc.array(any), (rows) => {
        for (const { value, low, high } of Object.values(performance(rows))) {
          expect(Number.isFinite(value)).toBe(true)
          expect(low ?? -1).toBeLessThanOrEqual((value ?? 0) + 1e-12)
          expect(high ?? 1).toBeGreaterThanOrEqual((value ?? 0) - 1e-12)
        }
      }),
    )
  })

  it('says nothing of precision when nothing was predicted positive, and nothing of Brier for scores beyond [0,1]', () => {
    const rows = [0.1, 0.2, 0.7].map((score, i) => ({ score, predicted: false, positive: i > 0 }))
    const found = performance(rows, { edges: [0.5], min: -3, max: 3 })
    expect(Object.keys(found)).not.toContain('precision')
    expect(Object.keys(found)).not.toContain('brier')
    expect(found.recall?.value).toBe(0)
  })

  it('covers the true figures about as often as it says', () => {
    const random = seededRandom(11)
    const draw = (): ScoredRow => {
      const positive = random.uniform() < 0.3
      const logit = random.normal() + (positive ? 0.9 : -0.9)
      const score = 1 / (1 + Math.exp(-logit))
      return { score, predicted: score > 0.55, positive }
    }
    const truth = performance(Array.from({ length: 400_000 }, draw))
    const runs = 500
    const covered = new Map<string, number>()
    for (let run = 0; run < runs; run++) {
      for (const [metric, { low, high }] of Object.entries(performance(Array.from({ length: 250 }, draw)))) {
        const value = truth[metric as Metric]?.value ?? Number.NaN
        if ((low ?? 2) <= value && value <= (high ?? -2)) covered.set(metric, (covered.get(metric) ?? 0) + 1)
      }
    }
    expect([...covered.keys()].sort()).toEqual(Object.keys(truth).sort())
    for (const [metric, hits] of covered) {
      expect(hits / runs, metric).toBeGreaterThan(0.92)
      expect(hits / runs, metric).toBeLessThan(0.99)
    }
  })
})
