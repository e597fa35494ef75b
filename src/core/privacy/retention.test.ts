import { describe, expect, it } from 'vitest'
import { ageOf, keptSince } from './retention.ts'

const day = 86_400_000
const now = Date.parse('2026-06-01T00:00:00Z')
/** A UUIDv7 of that moment. */
const idAt = (at: number) => {
  const hex = at.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`
}
const made = (daysAgo: number, isWaiting = false) => ({ id: idAt(now - daysAgo * day), isWaiting })

describe('what is no longer kept', () => {
  it('is what was recorded before the time began; at that moment exactly it is kept', () => {
    const since = keptSince(now, 10 * day) ?? NaN
    const at = [made(11), made(10), made(9)]
    expect(ageOf(at, since)).toEqual({ over: [at[0]], waiting: 0, hasYoung: true })
    expect(ageOf(at.slice(0, 1), since).hasYoung).toBe(false)
  })

  it('leaves what waits for a person or has something to be sent, and counts it', () => {
    const at = [made(30, true), made(20), made(11, true)]
    expect(ageOf(at, now - 10 * day)).toEqual({ over: [at[1]], waiting: 2, hasYoung: false })
  })

  it('is nothing where the time is longer than time is, or not known', () => {
    expect(keptSince(now, now)).toBeUndefined()
    expect(keptSince(now, Infinity)).toBeUndefined()
  })
})
