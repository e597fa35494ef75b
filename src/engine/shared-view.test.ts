import { describe, expect, it } from 'vitest'
import { createMemoryLog } from '#log/memory-log.ts'
import type { Log } from '#log/log.ts'
import type { Projected, Projector } from './projector.ts'
import { createSharedView, type SharedView, type ViewMessage, type ViewSignals } from './shared-view.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** One database's notifications: everybody hears everything, a turn later. */
function switchboard(): ViewSignals {
  const listeners = new Set<(message: ViewMessage) => void>()
  return {
    tell: (message) => queueMicrotask(() => listeners.forEach((listener) => listener(message))),
    on(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

type Row = { origin: string; position: number } | undefined
type World = { readonly log: Log; readonly signals: ViewSignals; row: Row }

const newWorld = (): World => {
  const log = createMemoryLog()
  return { log, signals: switchboard(), row: { origin: log.origin, position: 0 } }
}

/** Projects only when somebody waits at it, so that a test decides when. */
function projectorIn(world: World, onProjected: (projected: Projected) => void): Projector {
  let state: 'stopped' | 'following' = 'stopped'
  const project = async () => {
    if (state === 'stopped') return false
    world.row ??= { origin: world.log.origin, position: 0 }
    world.row.position = world.log.head()
    onProjected({ position: world.row.position, events: [] })
    return true
  }
  return {
    start: () => void (state = 'following'),
    stop: async () => void (state = 'stopped'),
    position: () => world.row?.position ?? 0,
    caughtUp: () => true,
    waitFor: project,
    lookAgain: () => void project(),
    rebuild: async () => ({ entries: world.log.head(), ms: 0 }),
    health: () => ({ state, detail: null, unknownEntries: 0 }),
  }
}

function viewOn(world: World, told: Projected[] = [], wantsEvents = false): SharedView {
  const view = createSharedView({
    log: world.log,
    signals: world.signals,
    readRow: async () => world.row && { ...world.row },
    reset: async () => void (world.row = undefined),
    makeProjector: (onProjected) => projectorIn(world, onProjected),
    onProjected: (projected) => void told.push(projected),
    wantsEvents: () => wantsEvents,
    logger: silent,
  })
  view.start()
  return view
}

let made = 0
const keyEntry = (log: Log) => {
  const id = `v-${++made}`
  const data = { key: id, name: 'n', hash: 'h', scopes: [], roles: [], by: { key: 'k', name: 'n' } }
  return log.append({
    id,
    entry: Buffer.from(JSON.stringify({ data, id, time: '2026-11-21T10:00:00.000Z', type: 'key-created' })),
  })
}

describe('createSharedView', () => {
  it('lets a reader wait for what another process projects, which hurries for him', async () => {
    const world = newWorld()
    const [one, other] = [viewOn(world), viewOn(world)]
    one.take()
    await keyEntry(world.log)
    expect(await other.waitFor(0, 60_000)).toBe(true)
    expect([one.position(), other.position()]).toEqual([1, 1])
    expect(await other.waitFor(-1, 0)).toBe(true)
    expect(await other.waitFor(5, 10)).toBe(false)
    await Promise.all([one.stop(), other.stop()])
  })

  it('goes on when the process that projects changes', async () => {
    const world = newWorld()
    const [one, other] = [viewOn(world), viewOn(world)]
    one.take()
    await keyEntry(world.log)
    expect(await other.waitFor(0, 60_000)).toBe(true)
    await one.leave()
    await keyEntry(world.log)
    const waiting = one.waitFor(1, 60_000)
    other.take()
    expect(await other.waitFor(1, 60_000)).toBe(true)
    expect(await waiting).toBe(true)
    await Promise.all([one.stop(), other.stop()])
  })

  it('tells what another process projected, with its events for whoever wants them', async () => {
    const world = newWorld()
    const told: Projected[] = []
    const [one, other] = [viewOn(world), viewOn(world, told, true)]
    one.take()
    await keyEntry(world.log)
    await other.waitFor(0, 60_000)
    await expect.poll(() => told.length).toBe(1)
    expect(told[0]).toEqual({ position: 1, events: [expect.objectContaining({ type: 'key-created' })] })
    await Promise.all([one.stop(), other.stop()])
  })

  it('makes the view anew from a process that does not project', async () => {
    const world = newWorld()
    const [one, other] = [viewOn(world), viewOn(world)]
    one.take()
    await keyEntry(world.log)
    await other.waitFor(0, 60_000)
    expect(await other.rebuild()).toMatchObject({ entries: 1 })
    expect(world.row).toEqual({ origin: world.log.origin, position: 1 })
    await Promise.all([one.stop(), other.stop()])
  })

  it('does not believe what is still told of the tables that were dropped', async () => {
    const world = newWorld()
    const view = viewOn(world)
    await keyEntry(world.log)
    world.signals.tell({ kind: 'position', position: 1 })
    expect(await view.waitFor(0, 60_000)).toBe(true)
    world.row = undefined
    world.signals.tell({ kind: 'anew' })
    world.signals.tell({ kind: 'position', position: 1 })
    await new Promise((resolve) => setImmediate(resolve))
    expect(view.position()).toBe(0)
    await view.stop()
  })

  it('says when the database holds the view of another log, and takes nothing from it', async () => {
    const world = newWorld()
    world.row = { origin: 'airworthy/ffffffffffffffff', position: 9 }
    const view = viewOn(world)
    await expect.poll(() => view.health().detail).toContain('another log')
    expect(view.position()).toBe(0)
    await view.stop()
  })
})
