import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Projected } from '#engine/projector.ts'
import type { ChangeMessage } from '#wire/system.ts'
import { createChangeFeed } from './change-feed.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const change = (position: number, useCase = 'triage'): Projected => ({
  position,
  events: [{ type: 'decision-recorded', useCase, decision: `d${position}` }],
})

function listening(feed = createChangeFeed(() => Date.now())) {
  const told: ChangeMessage[] = []
  const stop = feed.listen({ allowed: 'all', tell: (message) => told.push(message), end: () => undefined })
  return { feed, told, stop }
}

describe('change feed', () => {
  it('tells at most five times a second, whatever happens, and leaves nothing out', () => {
    const { feed, told } = listening()
    for (let n = 1; n <= 1000; n++) {
      feed.publish(change(n))
      vi.advanceTimersByTime(2)
    }
    vi.advanceTimersByTime(1000)
    expect(told.length).toBeGreaterThanOrEqual(9)
    expect(told.length).toBeLessThanOrEqual(12)
    expect(told.at(-1)?.position).toBe(1000)
    expect(told.flatMap(({ decisions }) => decisions)).toHaveLength(1000)
  })

  it('names at most a hundred decisions in a message', () => {
    const { feed, told } = listening()
    for (let n = 1; n <= 300; n++) feed.publish(change(n, `case-${n % 3}`))
    vi.advanceTimersByTime(1000)
    expect(told.map(({ decisions, useCases }) => [decisions.length, useCases.length])).toEqual([[100, 3]])
  })

  it('tells of erasures and holds; of a person’s erasure everybody, and no more than that contents went', () => {
    const { feed, told } = listening()
    const limited: ChangeMessage[] = []
    feed.listen({ allowed: ['triage'], tell: (message) => limited.push(message), end: () => undefined })
    const publish = (...events: Projected['events']) => {
      feed.publish({ position: 1, events })
      vi.advanceTimersByTime(1000)
    }
    publish({ type: 'payloads-erased', useCase: null }, { type: 'erasure-completed', useCase: null })
    publish({ type: 'legal-hold-placed', useCase: null })
    publish({ type: 'legal-hold-released', useCase: 'triage' }, { type: 'erasure-held-back', useCase: 'triage' })
    publish({ type: 'payloads-erased', useCase: 'other' })
    publish({ type: 'log-read', useCase: null })
    expect(told.map(({ topics }) => topics)).toEqual([
      ['contents', 'erasures', 'reviews', 'actions'],
      ['holds'],
      ['holds', 'erasures'],
      ['contents', 'erasures', 'reviews', 'actions'],
      ['readings'],
    ])
    expect(limited.map(({ topics, useCases }) => [topics, useCases])).toEqual([
      [['contents'], []],
      [['holds', 'erasures'], ['triage']],
    ])
  })

  it('costs nothing while nobody listens, and stops for who stopped', () => {
    const { feed, told, stop } = listening()
    stop()
    feed.publish(change(1))
    vi.advanceTimersByTime(1000)
    expect(told).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })
})
