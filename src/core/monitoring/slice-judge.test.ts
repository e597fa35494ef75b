import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '#core/stats/random.ts'
import { findSlices } from './slice-judge.ts'
import { type Losses, noLosses, type SliceCondition, type SliceCounts, sumLosses } from './slice-counts.ts'

type Row = { readonly values: Readonly<Record<string, string>>; readonly loss: number }
const lossesOf = (rows: readonly Row[]): Losses =>
  rows.map(({ loss }) => ({ n: 1, known: 1, loss, lossSquares: loss * loss })).reduce(sumLosses, noLosses)

/** All groups of one and of two columns. */
function slicesOf(reference: readonly Row[], live: readonly Row[], columns: readonly string[]): SliceCounts[] {
  const conditionsOf = (row: Row, names: readonly string[]): SliceCondition[] =>
    names.map((column) => ({ column, is: `= "${row.values[column]}"` }))
  const pairs = columns.flatMap((a, i) => [[a], ...columns.slice(i + 1).map((b) => [a, b])])
  return pairs.flatMap((names) => {
    const key = (row: Row) => JSON.stringify(conditionsOf(row, names))
    const [before, after] = [Map.groupBy(reference, key), Map.groupBy(live, key)]
    return [...new Set([...before.keys(), ...after.keys()])].map((conditions) => ({
      conditions: JSON.parse(conditions) as SliceCondition[],
      reference: lossesOf(before.get(conditions) ?? []),
      live: lossesOf(after.get(conditions) ?? []),
    }))
  })
}

const columns = ['channel', 'country', 'product', 'hour']
function rows(n: number, random: ReturnType<typeof seededRandom>, loss: (values: Row['values']) => number): Row[] {
  return Array.from({ length: n }, () => {
    const values = Object.fromEntries(columns.map((column) => [column, String.fromCodePoint(97 + random.integer(5))]))
    return { values, loss: loss(values) }
  })
}
const find = (reference: readonly Row[], live: readonly Row[], metric: 'accuracy' | 'mae' = 'accuracy') =>
  findSlices({
    slices: slicesOf(reference, live, columns),
    total: { reference: lossesOf(reference), live: lossesOf(live) },
    data: 'live',
    metric,
  })

describe('slices', () => {
  it('where nothing differs are hardly ever found, though 170 are looked at', () => {
    const random = seededRandom(31)
    let stories = 0
    for (let run = 0; run < 60; run++) {
      const live = rows(2000, random, () => (random.uniform() < 0.2 ? 1 : 0))
      if (find(live, live).length > 0) stories++
    }
    expect(stories / 60).toBeLessThanOrEqual(0.07)
  })

  it('tells the same rows once where their overlap is counted, though two columns name them', () => {
    const random = seededRandom(33)
    const live = rows(4000, random, ({ channel }) => (random.uniform() < (channel === 'a' ? 0.5 : 0.1) ? 1 : 0)).map(
      (row) => ({ ...row, values: { ...row.values, route: row.values['channel'] === 'a' ? 'slow' : 'fast' } }),
    )
    const slices = slicesOf(live, live, ['channel', 'route']).filter(({ conditions }) => conditions.length === 1)
    const judge = (more = {}) =>
      findSlices({
        slices,
        total: { reference: lossesOf(live), live: lossesOf(live) },
        data: 'live',
        metric: 'accuracy',
        ...more,
      }).map(({ where }) => where)
    expect(judge()).toHaveLength(2)
    const holds = (row: Row, { conditions }: SliceCounts) =>
      conditions.every(({ column, is }) => is === `= "${row.values[column]}"`)
    const overlaps = (taken: SliceCounts) =>
      new Map(
        slices.map((slice) => {
          const own = live.filter((row) => holds(row, slice))
          return [slice, own.filter((row) => holds(row, taken)).length / own.length] as const
        }),
      )
    expect(judge({ overlaps })).toHaveLength(1)
  })

  it('finds the one that is bad, tells it once, with its shares in the pilot and live', () => {
    const random = seededRandom(32)
    const lost = (p: number) => (random.uniform() < p ? 1 : 0)
    const isBad = ({ channel, country }: Row['values']) => channel === 'a' && country === 'b'
    const pilot = rows(4000, random, () => lost(0.1)).filter(({ values }) => !isBad(values) || random.uniform() < 0.2)
    const live = rows(4000, random, (values) => lost(isBad(values) ? 0.6 : 0.1))
    const [found, ...others] = find(pilot, live)
    expect(others).toEqual([])
    expect(found?.where).toBe('channel = "a" and country = "b"')
    expect(found?.performance.value).toBeCloseTo(0.4, 1)
    expect(found?.rest.value).toBeCloseTo(0.9, 1)
    expect(found?.shareReference.value).toBeLessThan(0.015)
    expect(found?.shareLive.value).toBeCloseTo(0.04, 2)
    expect(found?.qValue).toBeLessThan(1e-6)
  })

  it('names one condition where one is enough', () => {
    const random = seededRandom(33)
    const live = rows(4000, random, ({ product }) => (random.uniform() < (product === 'c' ? 0.5 : 0.1) ? 1 : 0))
    expect(find(live, live).map(({ where }) => where)).toEqual(['product = "c"'])
  })

  it('of numbers are judged by the mean error', () => {
    const random = seededRandom(34)
    const live = rows(4000, random, ({ hour }) => Math.abs(random.normal()) * (hour === 'd' ? 3 : 1))
    const found = find(live, live, 'mae')
    expect(found.map(({ where }) => where)).toEqual(['hour = "d"'])
    expect(found[0]?.performance.value).toBeCloseTo(3 * Math.sqrt(2 / Math.PI), 0)
  })

  it('of fewer than 30 labelled rows are not judged, and nothing is NaN for any counts', () => {
    const small: SliceCounts = {
      conditions: [{ column: 'x', is: '= "1"' }],
      reference: noLosses,
      live: { n: 29, known: 29, loss: 29, lossSquares: 29 },
    }
    const whole = { n: 1000, known: 1000, loss: 50, lossSquares: 50 }
    const input = { total: { reference: whole, live: whole }, data: 'live', metric: 'accuracy' } as const
    expect(findSlices({ ...input, slices: [small] })).toEqual([])
    const losses = fc
      .tuple(fc.nat(300), fc.nat(300), fc.nat(300))
      .map(([a, b, c]) => ({ n: a + b + c, known: a + b, loss: a, lossSquares: a }))
    fc.assert(
      fc.property(fc.array(losses, { maxLength: 20 }), (of) => {
        const slices = of.map((live, i) => ({ conditions: [{ column: 'x', is: `= "${i}"` }], reference: live, live }))
        const all = of.reduce<Losses>(sumLosses, whole)
        const found = findSlices({ ...input, slices, total: { reference: all, live: all } })
        expect(JSON.stringify(found)).not.toMatch(/NaN|null/)
      }),
    )
  })
})
