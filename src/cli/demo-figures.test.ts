import { assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mondayOf } from './demo-figures.ts'

describe('mondayOf', () => {
  it('is the Monday, in UTC, of the week that holds the instant', () => {
    expect(mondayOf(Date.UTC(2002, 6, 22))).toBe('2002-07-22')
    expect(mondayOf(Date.UTC(2002, 6, 28, 23, 59, 59))).toBe('2002-07-22')
    assert(
      property(integer({ min: 0, max: 4e12 }), (instant) => {
        const monday = Date.parse(mondayOf(instant))
        expect(new Date(monday).getUTCDay()).toBe(1)
        expect(instant - monday).toBeGreaterThanOrEqual(0)
        expect(instant - monday).toBeLessThan(7 * 86_400_000)
      }),
    )
  })
})
