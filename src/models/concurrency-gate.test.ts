import { describe, expect, it } from 'vitest'
import { createConcurrencyGate } from './concurrency-gate.ts'

describe('createConcurrencyGate', () => {
  it('lets in as many as there are places, and the longest waiting next', async () => {
    const gate = createConcurrencyGate({ concurrency: 2, queue: 10 })
    expect([gate.tryEnter(), gate.tryEnter(), gate.tryEnter()]).toEqual([true, true, false])
    const order: number[] = []
    const waits = [1, 2, 3].map(async (n) => (await gate.wait(1000)) && order.push(n))
    gate.leave()
    gate.leave()
    gate.leave()
    await Promise.all(waits)
    expect(order).toEqual([1, 2, 3])
  })

  it('says at once when the queue is full', () => {
    const gate = createConcurrencyGate({ concurrency: 1, queue: 1 })
    gate.tryEnter()
    expect(gate.wait(1000)).toBeInstanceOf(Promise)
    expect(gate.wait(1000)).toBeUndefined()
    gate.leave()
  })

  it('without a queue nobody waits', () => {
    const gate = createConcurrencyGate({ concurrency: 1, queue: 0 })
    gate.tryEnter()
    expect(gate.wait(1000)).toBeUndefined()
  })

  it('ends a wait when its time is up, and frees its place in the queue', async () => {
    const gate = createConcurrencyGate({ concurrency: 1, queue: 1 })
    gate.tryEnter()
    expect(await gate.wait(20)).toBe(false)
    const next = gate.wait(1000)
    gate.leave()
    expect(await next).toBe(true)
  })

  it('is drained when nothing runs and nobody waits', async () => {
    const gate = createConcurrencyGate({ concurrency: 1, queue: 1 })
    await gate.drained()
    gate.tryEnter()
    const waiting = gate.wait(1000)
    let isDrained = false
    const drained = gate.drained().then(() => (isDrained = true))
    gate.leave()
    await waiting
    expect(isDrained).toBe(false)
    gate.leave()
    await drained
  })
})
