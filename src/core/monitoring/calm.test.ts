import { describe, expect, it } from 'vitest'
import { falseAlarmDays } from './calm.ts'
import { columnReference } from './column-reference.ts'
import { driftSetting } from './drift.ts'

const rising = Array.from({ length: 5000 }, (_, at) => at)
const question = {
  columns: Array.from({ length: 20 }, () => columnReference('numeric', rising)),
  rowsPerDay: 200,
  seed: 1,
}

describe('false alarms of a setting', () => {
  it('are at most one day a month for 20 columns of 200 rows a day', () => {
    const days = falseAlarmDays(question)
    // Counted on rows, with references and windows drawn one by one, it is 0.23 (60 months).
    expect(days.high).toBeLessThan(0.7)
    expect(days.value).toBeGreaterThan(0.1)
    expect(days.value).toBeLessThan(0.5)
    expect(days.low).toBeLessThanOrEqual(days.value)
    expect(days.value).toBeLessThanOrEqual(days.high)
  })

  it('are the same for the same seed, and near for another', () => {
    const once = falseAlarmDays(question)
    expect(falseAlarmDays(question)).toEqual(once)
    const other = falseAlarmDays({ ...question, seed: 2 })
    expect(Math.max(other.low, once.low)).toBeLessThan(Math.min(other.high, once.high))
  })

  it('become many with a setting that looks at the effect alone or at the test alone', () => {
    const loose = { ...driftSetting, q: 0.2 }
    expect(falseAlarmDays(question, loose).value).toBeGreaterThan(3)
  })

  it('count windows of fewer rows as widened to what the setting needs', () => {
    expect(falseAlarmDays({ ...question, rowsPerDay: 10 })).toEqual(falseAlarmDays(question))
  })

  it('shrink with more rows a day, since then chance no longer reaches the floor', () => {
    expect(falseAlarmDays({ ...question, rowsPerDay: 5000 }).value).toBe(0)
  })

  it('are none without a column that can move', () => {
    expect(falseAlarmDays({ ...question, columns: [] })).toEqual({ value: 0, low: 0, high: 0 })
    const constant = columnReference('numeric', [5, 5, 5])
    const ids = columnReference('id', ['a', 'b'])
    expect(falseAlarmDays({ ...question, columns: [constant, ids] })).toEqual({ value: 0, low: 0, high: 0 })
  })
})
