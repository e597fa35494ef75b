import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parityAbsent, parityRows } from '../../../test/support/parity-data.ts'
import { sharedAbsent, sharedRows } from '../../../test/support/shared-data.ts'
import { seededRandom } from '#core/stats/random.ts'
import { judgeFairness } from './fairness.ts'
import { type GroupCounts, mergeGroupCounts } from './fairness-counts.ts'

/** Decisions alone: no labels to compare with. */
function decisions(
  column: string,
  rows: readonly { readonly group: string; readonly selected: boolean }[],
): GroupCounts[] {
  return [...Map.groupBy(rows, ({ group }) => group)].map(([group, of]) => ({
    column,
    group,
    n: of.length,
    selected: of.filter(({ selected }) => selected).length,
    tp: 0,
    fp: 0,
    fn: 0,
    tn: 0,
  }))
}

const byGroup = (rows: ReturnType<typeof judgeFairness>) => new Map(rows.map((row) => [row.group, row]))

describe('fairness', () => {
  it.skipIf(parityAbsent)('has the rates of fairlearn on the parity data', () => {
    const counts = [...Map.groupBy(parityRows('ana'), ({ g }) => g)].map(([group, of]): GroupCounts => {
      const having = (decision: number, y: number) =>
        of.filter((row) => row.decision === decision && row.y === y).length
      const [tp, fp, fn, tn] = [having(1, 1), having(1, 0), having(0, 1), having(0, 0)]
      return { column: 'g', group, n: of.length, selected: tp + fp, tp, fp, fn, tn }
    })
    const found = byGroup(judgeFairness(counts, 'live'))
    const published = {
      A: { n: 7952, selectionRate: 0.485538, tpr: 0.715749, fpr: 0.263405 },
      B: { n: 8075, selectionRate: 0.603096, tpr: 0.806749, fpr: 0.353719 },
      C: { n: 3001, selectionRate: 0.472176, tpr: 0.697414, fpr: 0.266879 },
      D: { n: 972, selectionRate: 0.498971, tpr: 0.73499, fpr: 0.265849 },
    }
    for (const [group, { n, selectionRate, tpr, fpr }] of Object.entries(published)) {
      const row = found.get(group)
      expect(row?.n).toBe(n)
      expect(row?.selectionRate.value).toBeCloseTo(selectionRate, 6)
      expect(row?.tpr.value).toBeCloseTo(tpr, 5)
      expect(row?.fpr.value).toBeCloseTo(fpr, 5)
    }
    // Demographic parity ratio; the interval reaches over four fifths.
    expect(found.get('C')?.ratio.value).toBeCloseTo(0.78292, 5)
    expect(found.get('C')).toMatchObject({ comparedTo: 'B', verdict: 'insufficient' })
    expect(found.get('B')).toMatchObject({ comparedTo: null, verdict: 'pass' })
  })

  it.skipIf(sharedAbsent('german_credit/german_data_credit.csv'))('of German credit is as documented', () => {
    const rows = sharedRows('german_credit/german_data_credit.csv')
    const of = (column: string, group: (row: Record<string, string>) => string) =>
      byGroup(
        judgeFairness(
          decisions(
            column,
            rows.map((row) => ({ group: group(row), selected: row['class-label'] === '1' })),
          ),
          'reference',
        ),
      )
    const sex = of('sex', (row) => row['sex'] ?? '')
    const women = [...sex.values()].find(({ comparedTo }) => comparedTo !== null)
    expect(women?.selectionRate.value).toBeCloseTo(0.648, 3)
    expect(women?.ratio.value).toBeCloseTo(0.897, 3)
    expect(women?.verdict).toBe('pass')
    const age = of('age', (row) => (Number(row['age']) <= 25 ? 'young' : 'older')).get('young')
    expect(age?.selectionRate.value).toBeCloseTo(0.579, 3)
    expect(age?.ratio.value).toBeCloseTo(0.795, 3)
    expect(age?.verdict).toBe('insufficient')
    // 37 people are no group to compare anybody to.
    const foreign = [...of('foreign-worker', (row) => row['foreign-worker'] ?? '').values()].find(({ n }) => n === 37)
    expect(foreign?.verdict).toBe('insufficient')
    expect(foreign?.why).toMatch(/^Too few: 37 rows/)
  })

  it.skipIf(sharedAbsent('hmda_boston/HMDA.csv'))('of Boston mortgages is as documented', () => {
    const rows = sharedRows('hmda_boston/HMDA.csv')
    const found = byGroup(
      judgeFairness(
        decisions(
          'afam',
          rows.map((row) => ({ group: row['afam'] ?? '', selected: row['deny'] === 'no' })),
        ),
        'live',
      ),
    )
    expect(found.get('no')?.selectionRate.value).toBeCloseTo(0.907, 3)
    expect(found.get('yes')?.selectionRate.value).toBeCloseTo(0.717, 3)
    expect(found.get('yes')?.ratio.value).toBeCloseTo(0.79, 2)
    expect(found.get('yes')?.verdict).toBe('insufficient')
  })

  it.skipIf(sharedAbsent('adult/adults.csv.gz'))('of Adult fails, as documented', () => {
    const rows = sharedRows('adult/adults.csv.gz')
    const of = (column: string) =>
      byGroup(
        judgeFairness(
          decisions(
            column,
            rows.map((row) => ({ group: row[column] ?? '', selected: row['class'] === '>50K' })),
          ),
          'live',
        ),
      )
    expect(of('sex').get('Female')?.selectionRate.value).toBeCloseTo(0.109, 3)
    expect(of('sex').get('Male')?.selectionRate.value).toBeCloseTo(0.304, 3)
    expect(of('sex').get('Female')?.ratio.value).toBeCloseTo(0.36, 2)
    expect(of('sex').get('Female')?.verdict).toBe('fail')
    const race = of('race')
    expect((race.get('Black')?.selectionRate.value ?? 0) / (race.get('White')?.selectionRate.value ?? 1)).toBeCloseTo(
      0.476,
      3,
    )
    expect(race.get('Black')?.verdict).toBe('fail')
  })

  it('claims no bias where there is none: hardly ever a fail, seldom a ratio below four fifths among groups that are large enough', () => {
    const random = seededRandom(12)
    let [fails, below] = [0, 0]
    for (let run = 0; run < 400; run++) {
      const groups = ['a', 'b', 'c', 'd', 'e'].flatMap((group) =>
        decisions(
          'g',
          Array.from({ length: 320 }, () => ({ group, selected: random.uniform() < 0.5 })),
        ),
      )
      const found = judgeFairness(groups, 'live')
      if (found.some(({ verdict }) => verdict === 'fail')) fails++
      if (found.some(({ ratio }) => (ratio.value ?? 1) < 0.8)) below++
    }
    expect(fails).toBeLessThanOrEqual(4)
    expect(below / 400).toBeLessThan(0.08)
  })

  it('shows no rate of fewer than 30 rows or five expected events, and no verdict from what is too small', () => {
    const group = (name: string, n: number, selected: number) => ({
      column: 'g',
      group: name,
      n,
      selected,
      tp: 0,
      fp: 0,
      fn: 0,
      tn: 0,
    })
    const found = byGroup(
      judgeFairness(
        [group('large', 10_000, 500), group('tiny', 29, 0), group('few', 90, 1), group('some', 300, 2)],
        'live',
      ),
    )
    expect(found.get('tiny')?.selectionRate.value).toBeNull()
    expect(found.get('few')?.selectionRate.value).toBeNull()
    expect(found.get('some')?.selectionRate.value).toBeCloseTo(2 / 300)
    expect(found.get('some')?.verdict).toBe('insufficient')
    expect(found.get('large')?.verdict).toBe('pass')
  })

  it('fails by true-positive rates that differ, though the selection rates do not', () => {
    const group = (name: string, tp: number, fp: number) => {
      return { column: 'g', group: name, n: 4000, selected: tp + fp, tp, fp, fn: 2000 - tp, tn: 2000 - fp }
    }
    const found = byGroup(judgeFairness([group('a', 1610, 400), group('b', 1200, 800)], 'live'))
    expect(found.get('b')?.ratio.value).toBeCloseTo(0.995, 3)
    expect(found.get('b')?.verdict).toBe('fail')
    expect(found.get('b')?.why).toMatch(/TPR is 0\.2\d below that of a; FPR is 0\.20 above/)
  })

  it('has no NaN for any counts, and counts that are added give what counting at once gives', () => {
    const count = fc.integer({ min: 0, max: 500 })
    const counts = fc.record({ tp: count, fp: count, fn: count, tn: count, group: fc.constantFrom('a', 'b', 'c') })
    const complete = (c: { tp: number; fp: number; fn: number; tn: number; group: string }): GroupCounts => {
      return { ...c, column: 'g', n: c.tp + c.fp + c.fn + c.tn, selected: c.tp + c.fp }
    }
    fc.assert(
      fc.property(fc.uniqueArray(counts, { selector: ({ group }) => group }), (of) => {
        for (const row of judgeFairness(of.map(complete), 'live'))
          expect(JSON.stringify(row)).not.toMatch(/NaN|undefined/)
        for (const one of of.map(complete)) {
          const none = complete({ tp: 0, fp: 0, fn: 0, tn: 0, group: one.group })
          expect(mergeGroupCounts(one, none)).toEqual(one)
          expect(mergeGroupCounts(one, one)).toEqual(mergeGroupCounts({ ...one }, one))
        }
      }),
    )
  })
})
