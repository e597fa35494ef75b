import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sharedAbsent, sharedRows } from '../../../test/support/shared-data.ts'
import { seededRandom } from '#core/stats/random.ts'
import { addClassRow, type ClassCells, type ClassRow, emptyClassCells, mergeClassCells } from './class-cells.ts'
import { classPerformance, scopePerformance, weightedF1 } from './class-performance.ts'

const scale = { edges: [0.25, 0.5, 0.75], min: 0, max: 1 }
const classes = ['a', 'b', 'c', 'd']

function count(rows: readonly ClassRow[], names: readonly string[] = classes): ClassCells {
  const cells = emptyClassCells(names, scale)
  for (const row of rows) addClassRow(cells, row)
  return cells
}

const row: fc.Arbitrary<ClassRow> = fc.record({
  predicted: fc.integer({ min: 0, max: 3 }),
  label: fc.option(fc.integer({ min: 0, max: 3 })),
  score: fc.option(fc.integer({ min: 0, max: 8 }).map((eighths) => eighths / 8)),
})

describe('class cells', () => {
  it('are the same however rows are ordered and split', () => {
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (first, second) => {
        const sorted = (cells: ClassCells) => ({
          ...cells,
          confusion: [...cells.confusion].sort(([a], [b]) => a - b),
          confidence: [...cells.confidence].sort(([a], [b]) => a - b),
        })
        const all = sorted(count([...first, ...second]))
        expect(sorted(count([...second, ...first].toReversed()))).toEqual(all)
        expect(sorted(mergeClassCells(count(first), count(second)))).toEqual(all)
        expect(sorted(mergeClassCells(count(second), count(first)))).toEqual(all)
      }),
    )
  })

  it('of different classes are not added', () => {
    expect(() => mergeClassCells(count([]), emptyClassCells(['x'], scale))).toThrow(RangeError)
  })
})

describe('performance of several classes', () => {
  it.skipIf(sharedAbsent('hint3_sofmattress/preds/bert.csv'))(
    'is what the publisher of HINT3 says, of five systems at nine thresholds',
    () => {
      for (const system of ['bert', 'dialogflow', 'haptik', 'luis', 'rasa']) {
        const answers = sharedRows(`hint3_sofmattress/preds/${system}.csv`)
        const published = sharedRows(`hint3_sofmattress/preds/results_${system}.csv`)
        expect(answers).toHaveLength(397)
        expect(published).toHaveLength(9)
        const names = [...new Set(answers.flatMap((answer) => [answer['label'] ?? '', answer['predicted_node'] ?? '']))]
        const none = 'NO_NODES_DETECTED'
        if (!names.includes(none)) names.push(none)
        for (const figures of published) {
          const rows = answers.map((answer) => ({
            predicted: names.indexOf(
              Number(answer['predicted_node_score']) < Number(figures['Threshold'])
                ? none
                : (answer['predicted_node'] ?? ''),
            ),
            label: names.indexOf(answer['label'] ?? ''),
            score: null,
          }))
          const cells = count(rows, names)
          const { accuracy, mcc } = classPerformance(cells)
          const { inScopeAccuracy, outOfScopeRecall } = scopePerformance(cells, new Set([none]))
          const of = (name: string) => Number(figures[name])
          expect(accuracy?.value).toBeCloseTo(of('Accuracy'), 12)
          expect(weightedF1(cells)).toBeCloseTo(of('Weighted F1'), 12)
          expect(inScopeAccuracy.value).toBeCloseTo(of('Inscope Accuracy'), 12)
          expect(outOfScopeRecall.value).toBeCloseTo(of('OOS Recall'), 12)
          expect(mcc?.value).toBeCloseTo(of('MCC'), 12)
        }
      }
    },
  )

  it('has no figure without labels, and no NaN with any', () => {
    expect(classPerformance(count([{ predicted: 1, label: null, score: 0.5 }]))).toEqual({})
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        for (const { value, low, high } of Object.values(classPerformance(count(rows)))) {
          expect(value).not.toBeNaN()
          expect(low).not.toBeNaN()
          expect(high).not.toBeNaN()
          expect(low ?? -1).toBeLessThanOrEqual((value ?? 0) + 1e-12)
          expect(high ?? 1).toBeGreaterThanOrEqual((value ?? 0) - 1e-12)
        }
      }),
    )
  })

  it('covers the true macro figures about as often as it says', () => {
    // 400 rows from fixed probabilities; the truth is the figure of the probabilities themselves.
    const weights = [40, 4, 6, 0, 5, 20, 3, 2, 4, 1, 8, 2, 1, 1, 1, 2]
    const total = weights.reduce((a, b) => a + b, 0)
    const truth = emptyClassCells(classes, scale)
    for (const [at, weight] of weights.entries()) truth.confusion.set(at, weight * 1000)
    const expected = classPerformance(truth)
    const random = seededRandom(7)
    const draw = () => {
      let u = random.uniform() * total
      return weights.findIndex((weight) => (u -= weight) < 0)
    }
    const runs = 600
    const covered = { accuracy: 0, f1: 0, recall: 0, precision: 0, mcc: 0 }
    for (let run = 0; run < runs; run++) {
      const found = classPerformance(
        count(
          Array.from({ length: 400 }, () => {
            const at = draw()
            return { predicted: Math.floor(at / 4), label: at % 4, score: null }
          }),
        ),
      )
      for (const metric of Object.keys(covered) as (keyof typeof covered)[]) {
        const [own, value] = [found[metric], expected[metric]?.value ?? Number.NaN]
        if (own !== undefined && (own.low ?? 2) <= value && value <= (own.high ?? -2)) covered[metric]++
      }
    }
    for (const hits of Object.values(covered)) expect(hits / runs).toBeGreaterThan(0.91)
    for (const hits of Object.values(covered)) expect(hits / runs).toBeLessThan(0.985)
  })
})
