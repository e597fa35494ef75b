import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '#core/stats/random.ts'
import type { ColumnValue } from './column-cells.ts'
import { columnReference, countAll } from './column-reference.ts'
import { judgeQuality } from './quality.ts'

const compare = (
  kind: 'numeric' | 'categorical' | 'id',
  reference: readonly ColumnValue[],
  live: readonly ColumnValue[],
) => {
  const made = columnReference(kind, reference)
  return { reference: made, live: countAll(made.layout, live) }
}
const rising = Array.from({ length: 1000 }, (_, at) => at)
const every = (step: number, bad: ColumnValue) =>
  rising.map((value, at): ColumnValue => (at % step === 0 ? bad : value))

describe('quality of columns', () => {
  it('grades more nulls, wrong types, values out of range and unseen categories by how many there are', () => {
    for (const [step, verdict] of [
      [500, 'none'],
      [40, 'warn'],
      [10, 'act'],
    ] as const) {
      const [nulls, types, range] = judgeQuality([
        compare('numeric', rising, every(step, null)),
        compare('numeric', rising, every(step, 'n/a')),
        compare('numeric', rising, every(step, -1)),
      ])
      expect(nulls?.nullRate).toMatchObject({ reference: 0, live: 1 / step, verdict })
      expect(types?.typeErrorRate).toMatchObject({ reference: 0, live: 1 / step, verdict })
      expect(range?.outOfRangeRate).toMatchObject({ live: 1 / step, verdict })
      const labels = rising.map((at) => `c${at % 5}`)
      const [unseen] = judgeQuality([
        compare(
          'categorical',
          labels,
          labels.map((label, at) => (at % step === 0 ? 'new' : label)),
        ),
      ])
      expect(unseen?.unseenRate).toMatchObject({ reference: 0, live: 1 / step, verdict })
    }
  })

  it('gives the live rate with its 95 % interval (Wilson)', () => {
    const live = Array.from({ length: 40 }, (_, at) => (at < 7 ? null : at))
    const rate = judgeQuality([compare('numeric', rising, live)])[0]?.nullRate
    expect(rate?.low).toBeCloseTo(0.087454, 5)
    expect(rate?.high).toBeCloseTo(0.3195, 5)
    expect(rate?.verdict).toBe('act')
  })

  it('says too little data, not all is well', () => {
    expect(judgeQuality([compare('numeric', rising, [1, null])])[0]?.nullRate).toMatchObject({
      live: 0.5,
      verdict: 'insufficient',
    })
    expect(judgeQuality([compare('numeric', [], [])])[0]?.nullRate).toMatchObject({
      live: null,
      verdict: 'insufficient',
    })
  })

  it('takes fewer nulls for worth a look and fewer other faults for good', () => {
    const [fewer, better] = judgeQuality([
      compare('numeric', every(5, null), rising),
      compare('numeric', every(5, 'x'), rising),
    ])
    expect(fewer?.nullRate.verdict).toBe('warn')
    expect(better?.typeErrorRate.verdict).toBe('none')
  })

  it('does not ask ids for ranges or unseen values', () => {
    const ids = compare(
      'id',
      rising,
      rising.map((at) => at + 1000),
    )
    expect(judgeQuality([ids])[0]).toMatchObject({
      unseenRate: { reference: null, live: null, verdict: 'none' },
      outOfRangeRate: { reference: null, live: null, verdict: 'none' },
      nullRate: { verdict: 'none' },
    })
  })

  it('expects as many unseen values as the reference would have found in itself', () => {
    const random = seededRandom(4)
    let warned = 0
    for (let run = 0; run < 100; run++) {
      const draw = (n: number) => Array.from({ length: n }, () => `t${Math.floor(random.uniform() ** 3 * 100_000)}`)
      const [judged] = judgeQuality([compare('categorical', draw(3000), draw(1000))])
      expect(judged?.unseenRate.live).toBeGreaterThan(0.2)
      expect(Math.abs((judged?.unseenRate.live ?? 0) - (judged?.unseenRate.reference ?? 0))).toBeLessThan(0.1)
      if (judged?.unseenRate.verdict !== 'none') warned++
    }
    expect(warned).toBeLessThanOrEqual(4)
  })

  it('expects a few values beyond the range of a small reference', () => {
    const random = seededRandom(14)
    const draw = (n: number) => Array.from({ length: n }, () => random.normal())
    let warned = 0
    for (let run = 0; run < 100; run++) {
      const rate = judgeQuality([compare('numeric', draw(60), draw(3000))])[0]?.outOfRangeRate
      expect(rate?.reference).toBeCloseTo(2 / 60, 12)
      if (rate?.verdict !== 'none') warned++
    }
    expect(warned).toBeLessThanOrEqual(10)
  })

  it('never gives a NaN, and rates lie within their intervals', () => {
    const values = fc.array(fc.constantFrom<ColumnValue>(1, 2, 'x', null, Number.NaN), { maxLength: 80 })
    fc.assert(
      fc.property(fc.constantFrom('numeric', 'categorical'), values, values, (kind, reference, live) => {
        for (const rate of Object.values(judgeQuality([compare(kind, reference, live)])[0] ?? {})) {
          for (const figure of [rate.reference, rate.live, rate.low, rate.high]) {
            if (figure !== null) expect(figure >= 0 && figure <= 1).toBe(true)
          }
          if (rate.live !== null)
            expect(rate.low !== null && rate.low <= rate.live && rate.live <= (rate.high ?? 0)).toBe(true)
        }
      }),
    )
  })
})
