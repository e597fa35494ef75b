import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptDelaysMs, jitterShare, nextAttempt, retryAfterMsMax } from './next-attempt.ts'

const minute = 60_000
const hour = 60 * minute

describe('nextAttempt', () => {
  it('follows the schedule of Standard Webhooks', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((attempt) => nextAttempt({ attempt, now: 0, random: 0 }))
    expect(waits).toEqual(
      [5_000, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour].map((at) => ({
        kind: 'retry',
        at,
      })),
    )
    expect(nextAttempt({ attempt: 10, now: 0, random: 0 })).toEqual({ kind: 'dead', because: 'last-attempt' })
    expect(attemptDelaysMs.reduce((sum, ms) => sum + ms, 0) / hour).toBeCloseTo(75.6, 1)
  })

  it('gives up at once where the receiver wants no more', () => {
    expect(nextAttempt({ attempt: 1, now: 0, random: 0, gone: true })).toEqual({ kind: 'dead', because: 'gone' })
  })

  it('waits as long as the receiver asks, within reason', () => {
    expect(nextAttempt({ attempt: 1, now: 100, random: 0, retryAfterMs: 60_000 })).toEqual({
      kind: 'retry',
      at: 60_100,
    })
    expect(nextAttempt({ attempt: 2, now: 100, random: 0, retryAfterMs: 1 })).toEqual({
      kind: 'retry',
      at: 5 * minute + 100,
    })
    expect(nextAttempt({ attempt: 1, now: 0, random: 0, retryAfterMs: 1e15 })).toEqual({
      kind: 'retry',
      at: retryAfterMsMax,
    })
  })

  it('is never earlier than the schedule and never much later, in whole milliseconds', () => {
    const failed = fc.record({
      attempt: fc.integer({ min: 1, max: 12 }),
      now: fc.integer({ min: 0, max: 4e12 }),
      random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      retryAfterMs: fc.option(fc.nat(), { nil: undefined }),
    })
    fc.assert(
      fc.property(failed, (given) => {
        const next = nextAttempt(given)
        const delay = attemptDelaysMs[given.attempt]
        if (next.kind === 'dead') return delay === undefined
        const wait = next.at - given.now
        const latest = Math.max(
          Math.ceil((delay ?? 0) * (1 + jitterShare)),
          Math.min(given.retryAfterMs ?? 0, retryAfterMsMax),
        )
        return Number.isInteger(next.at) && wait >= (delay ?? Infinity) && wait <= latest
      }),
    )
  })
})
