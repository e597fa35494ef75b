import { describe, expect, it } from 'vitest'
import { accuracyRows } from '../../mock/system-samples.ts'
import { accuracyScale, linePath, runs } from './accuracy-scale.ts'

const size = { width: 720, height: 260, left: 44, right: 132, top: 16, bottom: 36 }
const rows = accuracyRows(Date.parse('2026-03-03T12:00:00Z')).slice(0, 11)

describe('the scale of the accuracy chart', () => {
  const scale = accuracyScale(rows, size)

  it('spans the weeks from edge to edge', () => {
    expect([scale.x(rows[0]?.week ?? ''), scale.x(rows[10]?.week ?? '')]).toEqual([44, 588])
  })

  it('holds every interval within the frame, higher shares above', () => {
    for (const row of rows) {
      for (const share of [row.final.low, row.final.high, row.model.value]) {
        expect(scale.y(share ?? 0)).toBeGreaterThanOrEqual(16)
        expect(scale.y(share ?? 0)).toBeLessThanOrEqual(224)
      }
    }
    expect(scale.y(0.9)).toBeLessThan(scale.y(0.8))
    expect(scale.yTicks.every((tick) => scale.y(tick) >= 16 && scale.y(tick) <= 224)).toBe(true)
  })

  it('stays finite with one week and one share', () => {
    const one = {
      ...rows[0],
      final: { n: 50, hits: 50, value: 1, low: 1, high: 1 },
      model: { n: 50, hits: 50, value: 1, low: 1, high: 1 },
    } as (typeof rows)[number]
    const flat = accuracyScale([one], size)
    expect([flat.x(one.week), flat.y(1)].every(Number.isFinite)).toBe(true)
  })
})

describe('lines and runs', () => {
  it('are drawn through points, and end where the key changes', () => {
    expect(
      linePath([
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ]),
    ).toBe('M 1 2 L 3 4')
    expect(runs(['a', 'a', 'b', 'a'], (each) => each)).toEqual([['a', 'a'], ['b'], ['a']])
  })
})
