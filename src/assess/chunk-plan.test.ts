import { describe, expect, it } from 'vitest'
import { bucketOf, bucketStart, parseChunk, planByCalendar, planByRows, usualRows } from './chunk-plan.ts'

const week = { kind: 'calendar', unit: 'w', count: 1 } as const
const month = { kind: 'calendar', unit: 'mo', count: 1 } as const

describe('cutting rows into chunks', () => {
  it('begins weeks on Monday, in UTC', () => {
    const monday = Date.UTC(2026, 10, 16)
    expect(bucketStart(bucketOf(monday + 6 * 86_400_000, week), week)).toBe(monday)
    expect(bucketStart(bucketOf(monday - 1, week), week)).toBe(monday - 7 * 86_400_000)
  })

  it('begins months on their first', () => {
    expect(bucketStart(bucketOf(Date.UTC(2024, 1, 29, 23, 59), month), month)).toBe(Date.UTC(2024, 1, 1))
  })

  it('merges a small remainder into its neighbour and says so', () => {
    const plan = planByRows(12_300, 5000, 'live.csv')
    expect(plan.count).toBe(2)
    expect(plan.chunkOf(12_299, Number.NaN)).toBe(1)
    expect(plan.notes[0]).toContain('2,300')
    expect(planByRows(12_600, 5000, 'live.csv')).toMatchObject({ count: 3, notes: [] })
    expect(planByRows(80, 5000, 'live.csv').count).toBe(1)
  })

  it('takes chunks of 5,000 rows, and longer ones of long files', () => {
    expect(usualRows({ reference: 1_000_000, live: 200_000 })).toBe(5000)
    expect(usualRows({ reference: 1_000_000, live: 1_000_000 })).toBe(5000)
    expect(usualRows({ reference: 1_000_000, live: 1_000_001 })).toBe(10_000)
    expect(usualRows({ reference: 50_000_000, live: 10_000_000 })).toBe(50_000)
    expect(usualRows({ reference: 50_000_000, live: 200 })).toBe(25_000)
  })

  it('merges a first or last bucket of a few rows, never one in the middle', () => {
    const counts = [3, 700, 5, 720, 710, 40].map((n, bucket) => ({ bucket: 24_300 + bucket, n }))
    const plan = planByCalendar(counts, month, 'live.csv')
    expect(plan.count).toBe(4)
    expect(plan.notes).toHaveLength(2)
    expect(plan.chunkOf(0, bucketStart(24_302, month))).toBe(1)
    expect(plan.chunkOf(0, bucketStart(24_305, month))).toBe(3)
  })

  it.each(['', '0', '5y', 'week', '12'])('refuses %j', (text) => expect(() => parseChunk(text)).toThrow(/--chunk/))
})
