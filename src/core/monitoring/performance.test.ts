import { describe, expect, it } from 'vitest'
import { sharedAbsent, sharedRows } from '../../../test/support/shared-data.ts'
import { seededRandom } from '#core/stats/random.ts'
import { assessPerformance } from './performance.ts'
import { backtest } from './performance-backtest.ts'
import { errorJudge, scoredJudge } from './performance-judge.ts'
import { alarmLimits } from './performance-limits.ts'
import { addErrorRow, emptyErrorCells } from './error-cells.ts'
import { addScoredRow, emptyScoredCells, type ScoredRow, type ScoreScale } from './scored-cells.ts'
import { scoreScale } from './scored-scale.ts'

const unit: ScoreScale = { edges: Array.from({ length: 199 }, (_, i) => (i + 1) / 200), min: 0, max: 1 }

function count(rows: readonly ScoredRow[], scale = unit) {
  const cells = emptyScoredCells(scale)
  for (const row of rows) addScoredRow(cells, row)
  return cells
}

const random = seededRandom(17)
/** Scores that mean what they say, of a given sharpness. */
function draw(low = 0, high = 1): ScoredRow {
  const score = low + (high - low) * random.uniform()
  return { score, predicted: score >= 0.5, positive: random.uniform() < score }
}
const rows = (n: number, low?: number, high?: number) => Array.from({ length: n }, () => draw(low, high))
const unlabelled = (of: readonly ScoredRow[]) => of.map((row) => ({ ...row, positive: null }))

function assess(pilot: readonly (readonly ScoredRow[])[], live: readonly (readonly ScoredRow[])[]) {
  return assessPerformance(scoredJudge, {
    reference: count(pilot.flat()),
    referenceChunks: pilot.map((chunk) => count(chunk)),
    live: live.map((chunk, index) => ({ index, from: index, to: index + 1, cells: count(chunk), unseen: null })),
    seed: 1,
  })
}
const pilot = Array.from({ length: 10 }, () => rows(1000))

describe('performance from pilot to live', () => {
  it('has no alarm and trusts itself where nothing changes', () => {
    const found = assess(
      pilot,
      Array.from({ length: 20 }, () => unlabelled(rows(1000))),
    )
    const alarms = found.chunks.flatMap(({ estimated }) => Object.values(estimated).filter(({ alarm }) => alarm))
    expect(alarms).toEqual([])
    for (const { trustworthy, why } of found.chunks) expect({ trustworthy, why }).toMatchObject({ trustworthy: true })
    expect(found.live.realised).toBeNull()
    expect(found.live.n).toBe(20_000)
  })

  it('alarms where the model is less sure, in the chunk where that begins', () => {
    const found = assess(pilot, [unlabelled(rows(1000)), unlabelled(rows(1000, 0.3, 0.7)), unlabelled(rows(1000))])
    expect(found.chunks.map(({ estimated }) => estimated.accuracy?.alarm)).toEqual([false, true, false])
    expect(found.chunks[1]?.estimated.accuracy?.value).toBeLessThan(found.limits.accuracy?.low ?? 0)
  })

  it('alarms on labels only beyond what chance does to them, and then distrusts the estimate', () => {
    const turned = rows(1000).map((row) => ({ ...row, positive: random.uniform() < 0.5 }))
    const found = assess(pilot, [rows(1000), turned, unlabelled(rows(1000))])
    expect(found.chunks.map(({ realised }) => realised.accuracy?.alarm ?? null)).toEqual([false, true, null])
    expect(found.chunks.map(({ trustworthy }) => trustworthy)).toEqual([true, false, false])
    // The third has no labels of its own; the newest that are known speak against it.
    expect(found.chunks[2]?.why).toMatch(
      /^The labels of rows 1 to 2 disagree: the share of right answers was estimated at 0\.7\d* and came out at 0\.\d+/,
    )
  })

  it('refuses scores outside the range of the pilot, rows without scores and regions that the pilot hardly has', () => {
    const narrow = { ...unit, min: 0.2, max: 0.8 }
    const beyond = [...rows(98, 0.2, 0.8), ...rows(2, 0.9, 1)]
    const cases = [
      { scale: narrow, live: beyond, unseen: null, why: /2\.0 % of the rows have a score or prediction outside/ },
      {
        scale: unit,
        live: rows(98).concat(rows(2).map((row) => ({ ...row, score: null }))),
        unseen: null,
        why: /2\.0 % of the rows have no score/,
      },
      {
        scale: unit,
        live: rows(100),
        unseen: { rows: 11, where: 'height over 2000' },
        why: /11 % .* hardly any \(height over 2000\)/,
      },
    ]
    for (const { scale, live, unseen, why } of cases) {
      const found = assessPerformance(scoredJudge, {
        reference: count(pilot.flat(), scale),
        referenceChunks: [],
        live: [{ index: 0, from: 0, to: 1, cells: count(unlabelled(live), scale), unseen }],
        seed: 1,
      })
      expect(found.chunks[0]?.trustworthy).toBe(false)
      expect(found.chunks[0]?.why).toMatch(why)
    }
  })

  it('says that nothing can be estimated from a pilot without scores, and still judges labels', () => {
    const without = (of: readonly ScoredRow[]) => of.map((row) => ({ ...row, score: null }))
    const found = assess(pilot.map(without), [without(rows(1000))])
    expect(found.chunks[0]).toMatchObject({ estimated: {}, trustworthy: false })
    expect(found.chunks[0]?.realised.accuracy?.value).toBeGreaterThan(0.7)
    expect(found.limits.accuracy).toBeDefined()
    expect(found.live.estimated).toBeNull()
  })

  it.skipIf(sharedAbsent('nannyml_california/california_housing_reference.csv.gz'))(
    'gives the published estimates, one alarm (2021-09), and distrusts 2021-11 and 2022-03',
    () => {
      const reference = sharedRows('nannyml_california/california_housing_reference.csv.gz')
      const live = sharedRows('nannyml_california/california_housing_analysis.csv.gz')
      const truth = new Map(
        sharedRows('nannyml_california/california_housing_analysis_gt.csv').map((row) => [
          row['id'],
          row['clf_target'],
        ]),
      )
      const published = sharedRows('nannyml_california/published_results.csv').filter(
        ({ period }) => period === 'analysis',
      )
      const scale = scoreScale(
        reference.map((row) => ({ score: Number(row['y_pred_proba']), n: 1, positive: Number(row['clf_target']) })),
      )
      const months = (of: typeof reference) => [...Map.groupBy(of, (row) => (row['timestamp'] ?? '').slice(0, 7))]
      const judge = (withLabels: boolean) => {
        const cellsOf = (of: typeof reference, known: boolean) =>
          count(
            of.map((row) => ({
              score: Number(row['y_pred_proba']),
              predicted: Number(row['y_pred']) === 1,
              positive: known ? Number(row['clf_target'] ?? truth.get(row['id'])) === 1 : null,
            })),
            scale,
          )
        return assessPerformance(scoredJudge, {
          reference: cellsOf(reference, true),
          referenceChunks: months(reference).map(([, of]) => cellsOf(of, true)),
          live: months(live).map(([month, of], index) => ({
            index,
            from: month,
            to: month,
            cells: cellsOf(of, withLabels),
            unseen: null,
          })),
          seed: 1,
        })
      }
      const [blind, seeing] = [judge(false), judge(true)]
      for (const [i, { month, published_estimated_roc_auc_cbpe: said }] of published.entries()) {
        expect(blind.chunks[i]?.from).toBe(month)
        if (said !== '') expect(blind.chunks[i]?.estimated.rocAuc?.value).toBeCloseTo(Number(said), 3)
        const realised = Number(published[i]?.['recomputed_realized_roc_auc'])
        expect(seeing.chunks[i]?.realised.rocAuc?.value).toBeCloseTo(realised, 3)
      }
      const alarms = ({ chunks }: typeof blind) =>
        chunks.filter(({ estimated }) => Object.values(estimated).some(({ alarm }) => alarm)).map(({ from }) => from)
      expect(alarms(blind)).toEqual(['2021-09'])
      expect(alarms(seeing)).toEqual(['2021-09'])
      // Without labels no month can be told from another; but on the pilot's own months the estimate failed, so none is trusted.
      expect(blind.chunks.every(({ trustworthy }) => !trustworthy)).toBe(true)
      expect(blind.chunks[0]?.why).toMatch(
        /^Tried on the pilot's own 8 chunks, the share of right answers was outside its band in 6/,
      )
      // With labels the ROC area is found wrong in just those months where the published estimate was.
      const wrong = seeing.chunks.filter(
        ({ why }) => why.includes('the ROC area was estimated') && why.startsWith('The labels of'),
      )
      expect(wrong.map(({ from }) => from)).toEqual(['2021-11', '2022-03'])
    },
  )

  it('judges numbers by their errors', () => {
    const scale = { edges: [5, 10, 15], min: 0, max: 20, offset: 10 }
    const cells = (n: number, spread: number, low = 0) => {
      const found = emptyErrorCells(scale)
      for (let i = 0; i < n; i++) {
        const prediction = low + (20 - low) * random.uniform()
        addErrorRow(found, {
          prediction,
          label: prediction + (prediction / 10) * spread * random.normal(),
          segment: '',
        })
      }
      return found
    }
    const chunks = Array.from({ length: 10 }, () => cells(1000, 1))
    const found = assessPerformance(errorJudge, {
      reference: errorJudge.sum(cells(0, 1), chunks),
      referenceChunks: chunks,
      live: [cells(1000, 1), cells(1000, 1, 15), cells(1000, 2)].map((live, index) => ({
        index,
        from: index,
        to: index,
        cells: live,
        unseen: null,
      })),
      seed: 1,
    })
    expect(found.chunks.map(({ estimated }) => estimated.mae?.alarm)).toEqual([false, true, false])
    expect(found.chunks.map(({ realised }) => realised.mae?.alarm)).toEqual([false, true, true])
    expect(found.chunks.map(({ trustworthy }) => trustworthy)).toEqual([true, true, false])
  })
})

describe('limits', () => {
  it('are wider from few chunks, never closer than the floor, and end where the metric ends', () => {
    const values = (k: number) => Array.from({ length: k }, (_, i) => 0.8 + (i % 2 === 0 ? 0.01 : -0.01))
    const reach = (k: number) => {
      const found = alarmLimits({ metric: 'accuracy', values: values(k), whole: 0.8, chunkError: 0.002, floor: 0.01 })
      return ((found?.high ?? 0) - (found?.low ?? 0)) / 2
    }
    // t(7; .995) = 3.49948: 3.7118 standard deviations of .01069; from 17 chunks on 3.
    expect(reach(8)).toBeCloseTo(3.49948 * Math.sqrt(1 + 1 / 8) * 0.01 * Math.sqrt(8 / 7), 5)
    expect(reach(20)).toBeCloseTo(3 * 0.01 * Math.sqrt(20 / 19), 10)
    const still = alarmLimits({
      metric: 'accuracy',
      values: [0.995, 0.995, 0.995, 0.995, 0.995],
      whole: 0.995,
      chunkError: null,
      floor: 0.01,
    })
    expect(still).toEqual({ low: expect.closeTo(0.985, 10) as number, high: 1 })
    expect(alarmLimits({ metric: 'accuracy', values: [], whole: null, chunkError: 0.1, floor: 0.01 })).toBeUndefined()
  })
})

describe('backtest', () => {
  it('finds no excess where all chunks are alike, and finds one where they are not', () => {
    const whole = scoredJudge.fit(count(pilot.flat()), { seed: 1 })?.(count(pilot.flat())) ?? {}
    const alike = backtest(
      scoredJudge,
      pilot.map((chunk) => count(chunk)),
      whole,
    )
    expect(alike.map(({ metric }) => metric)).toContain('accuracy')
    for (const { pValue, chunks } of alike) {
      expect(chunks).toBe(10)
      expect(pValue).toBeGreaterThan(0.001)
    }
    const unlike = pilot.map((chunk, i) =>
      count(chunk.map((row) => ({ ...row, positive: i % 2 === 0 ? row.positive : random.uniform() < 0.5 }))),
    )
    const accuracy = backtest(scoredJudge, unlike, whole).find(({ metric }) => metric === 'accuracy')
    expect(accuracy?.pValue).toBeLessThan(1e-6)
    expect(Math.sqrt(accuracy?.excess ?? 0)).toBeGreaterThan(0.1)
    expect(backtest(scoredJudge, unlike.slice(0, 3), whole)).toEqual([])
  })
})
