// The projector: follows the log and keeps the view equal to it.
//
//   synchronise ──position known──► follow: read a batch → apply it and move the position in ONE transaction → again
//   database away → pause, longer each time → synchronise      (nothing is skipped, nothing is applied twice)
//   an entry that cannot be applied → stuck, visible in health, until a restart or a rebuild with a version that can
//   rebuild: the tables are made anew and the log is replayed from 0
//
// What a batch does to the view, and how its position is kept with it, is projected-view.ts. Batches may be cut anywhere: the rows
// come out the same.

import { PlatformError } from '#core/kernel/errors.ts'
import type { Instant } from '#core/kernel/instant.ts'
import type { Log, LogRecord } from '#log/log.ts'
import { createProjectedView, type ProjectedView } from './projected-view.ts'
import type { ProjectedChange } from './projection-batch.ts'
import { createProjectionPauses } from './projection-pauses.ts'
import { createProjectionWaiters } from './projection-waiters.ts'
import type { ViewStore } from './view-store.ts'

export type Projected = { readonly position: number; readonly events: readonly ProjectedChange[] }

export type ProjectorOptions = {
  readonly log: Log
  readonly database: ViewStore
  readonly clock: () => Instant
  readonly logger?: ProjectorLogger
  /** After each batch was committed, also while a rebuild replays. Must not throw. */
  readonly onProjected?: (projected: Projected) => void
  /**
   * True while the work that answers callers needs all there is. Then one batch follows the other at a distance: the view
   * falls behind, and catches up when the load is over. Nobody who is answered ever waits for the view.
   */
  readonly isBusy?: () => boolean
  /** Entries in one transaction. */
  readonly batchMax?: number
}

export type ProjectorLogger = {
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

export type ProjectorHealth = {
  readonly state: 'stopped' | 'following' | 'retrying' | 'rebuilding' | 'stuck'
  /** What is wrong and since when; null when nothing is. */
  readonly detail: string | null
  /** Entries of types that this version does not know, skipped since the start. */
  readonly unknownEntries: number
}

export type Projector = {
  /** Begins to follow; returns at once. */
  start(): void
  /** Resolves when the batch under way is committed or given up. */
  stop(): Promise<void>
  /** The next index to project, as last committed. */
  position(): number
  /**
   * True when every entry there is has been projected and no rebuild is under way. Whoever acts on what the view says
   * (sends an action) asks this after reading, not before.
   */
  caughtUp(): boolean
  /** True when the entry at `index` is projected, false when that did not happen in time. -1 is always projected. */
  waitFor(index: number, timeoutMs: number): Promise<boolean>
  /** Somebody else changed the view (made it anew): reads again where it stands. */
  lookAgain(): void
  /** Makes the view anew from zero; resolves when it is where the log was. Errors: view_unavailable, internal. */
  rebuild(): Promise<{ readonly entries: number; readonly ms: number }>
  health(): ProjectorHealth
}

/** Between two transactions while entries trickle in: what arrives in it shares the next one. Nobody waits for it. */
const gatherMs = 200

/** Between two transactions while the server is busy. */
const busyRestMs = 1_000
const retryMs = { first: 100, max: 10_000 }
const rebuildWaitMs = 24 * 3_600_000

export function createProjector(options: ProjectorOptions): Projector {
  const follower = new LogFollower(options)
  return {
    start: () => follower.start(),
    stop: () => follower.stop(),
    position: () => follower.position,
    caughtUp: () => follower.caughtUp(),
    waitFor: (index, timeoutMs) => follower.waitFor(index, timeoutMs),
    lookAgain: () => follower.lookAgain(),
    rebuild: () => follower.rebuild(),
    health: () => follower.health(),
  }
}

class LogFollower {
  position = 0
  readonly #options: ProjectorOptions
  readonly #batchMax: number
  readonly #view: ProjectedView
  readonly #waiters = createProjectionWaiters()
  readonly #pauses = createProjectionPauses({
    isStopping: () => this.#isStopping,
    isAwaited: () => this.#waiters.any(),
  })
  #state: ProjectorHealth['state'] = 'stopped'
  #detail: string | null = null
  #unknown = 0
  #isSynchronised = false
  /** How often somebody said that the view was changed. */
  #changes = 0
  /** Up to here entries go one by one, to find the one that cannot be applied. */
  #carefulUntil = 0
  #failures = 0
  #running: Promise<void> | undefined
  #isStopping = false
  #rebuilding: Promise<{ entries: number; ms: number }> | undefined
  #stopListening: (() => void) | undefined

  constructor(options: ProjectorOptions) {
    this.#options = options
    this.#view = createProjectedView(options)
    this.#batchMax = options.batchMax ?? 2_000
  }

  start(): void {
    if (this.#running) return
    this.#isStopping = false
    this.#isSynchronised = false
    this.#state = 'following'
    this.#detail = null
    this.#stopListening = this.#options.log.onGrowth(() => this.#pauses.wake())
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#stopListening?.()
    this.#pauses.wake()
    await this.#running
    this.#running = undefined
    this.#state = 'stopped'
    this.#waiters.giveUp()
  }

  caughtUp(): boolean {
    return this.#isSynchronised && !this.#rebuilding && this.position >= this.#options.log.head()
  }

  waitFor(index: number, timeoutMs: number): Promise<boolean> {
    // What was projected before somebody else changed the view says nothing of it now.
    if (index < 0 || (this.#isSynchronised && index < this.position)) return Promise.resolve(true)
    // It will not move by itself: better an old answer now than the same one later.
    if (this.#state === 'stuck' || this.#state === 'stopped') return Promise.resolve(false)
    const waiting = this.#waiters.add(index, timeoutMs)
    this.#pauses.wake()
    return waiting
  }

  lookAgain(): void {
    this.#isSynchronised = false
    this.#changes++
    this.#pauses.wake()
  }

  health(): ProjectorHealth {
    const state = this.#rebuilding && this.#state === 'following' ? 'rebuilding' : this.#state
    return { state, detail: this.#detail, unknownEntries: this.#unknown }
  }

  rebuild(): Promise<{ entries: number; ms: number }> {
    this.#rebuilding ??= this.#rebuild().finally(() => (this.#rebuilding = undefined))
    return this.#rebuilding
  }

  async #rebuild(): Promise<{ entries: number; ms: number }> {
    const { log, clock } = this.#options
    const startedAt = clock()
    await this.stop()
    await this.#view.beginAnew()
    this.#startsAnew()
    const entries = log.head()
    this.start()
    const done = await this.waitFor(entries - 1, rebuildWaitMs)
    if (!done) throw new PlatformError('internal', `The view could not be made anew: ${this.#detail ?? 'stopped'}.`)
    return { entries, ms: clock() - startedAt }
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        await this.#step()
      } catch (error) {
        if (!isPassing(error) && this.#becomesStuck(error)) return
        if (isPassing(error)) await this.#pauseAfter(error as PlatformError)
      }
    }
  }

  async #step(): Promise<void> {
    if (!this.#isSynchronised && !(await this.#synchronise())) return
    const isCareful = this.position < this.#carefulUntil
    const records = await this.#options.log.read(this.position, isCareful ? 1 : this.#batchMax)
    if (records.length === 0) {
      this.#recovered()
      // Told meanwhile that somebody else changed the view: nobody says so again.
      if (!this.#isSynchronised) return
      // A reader may see the newest entries a moment later than the writer counts them.
      await (this.position >= this.#options.log.head()
        ? this.#pauses.sleep()
        : this.#pauses.rest(5, { evenIfAwaited: true }))
      return
    }
    const startedAt = performance.now()
    await this.#project(records)
    this.#recovered()
    // A full batch says that more waits; else what arrives meanwhile may gather.
    if (this.#options.isBusy?.() === true) return this.#pauses.rest(busyRestMs, { evenIfAwaited: true })
    const restMs = gatherMs - (performance.now() - startedAt)
    if (records.length < this.#batchMax && !isCareful && !this.#waiters.any() && restMs > 0)
      await this.#pauses.rest(restMs)
  }

  async #project(records: readonly LogRecord[]): Promise<void> {
    const read = await this.#view.apply(this.position, records)
    this.position += records.length
    this.#unknown += read.unknown
    this.#waiters.reached(this.position)
    this.#options.onProjected?.({ position: this.position, events: read.changes })
  }

  /** False when the view was changed while it was looked at. */
  async #synchronise(): Promise<boolean> {
    const changes = this.#changes
    const { position, isNew } = await this.#view.find()
    if (changes !== this.#changes) return false
    if (isNew) this.#startsAnew()
    else this.position = position
    this.#isSynchronised = true
    this.#waiters.reached(this.position)
    return true
  }

  #startsAnew(): void {
    this.position = 0
    this.#carefulUntil = 0
  }

  /** The entry is named once it is alone in its batch; until then it is looked for. */
  #becomesStuck(error: unknown): boolean {
    const { log, logger } = this.#options
    if (this.#isSynchronised && this.position >= this.#carefulUntil) {
      this.#carefulUntil = Math.min(this.position + this.#batchMax, log.head())
      return false
    }
    const what = this.#isSynchronised ? `The log entry ${this.position} cannot be projected` : 'The view cannot be used'
    this.#state = 'stuck'
    this.#detail = `${what}: ${(error as Error).message}`
    logger?.error(
      { err: error, index: this.position },
      `${this.#detail}. The view stays as it is until this is solved.`,
    )
    this.#waiters.giveUp()
    return true
  }

  async #pauseAfter(error: PlatformError): Promise<void> {
    const { logger } = this.#options
    this.#failures++
    this.#isSynchronised = false
    this.#state = 'retrying'
    this.#detail = error.message
    if (this.#failures === 1)
      logger?.warn({ err: error, position: this.position }, 'The projection pauses and tries again.')
    await this.#pauses.rest(Math.min(retryMs.first * 2 ** (this.#failures - 1), retryMs.max), { evenIfAwaited: true })
  }

  /** Only after work was done: a database that answers and then fails again is left longer each time. */
  #recovered(): void {
    if (this.#failures === 0) return
    this.#options.logger?.info({ position: this.position, failures: this.#failures }, 'The projection goes on.')
    this.#failures = 0
    this.#state = 'following'
    this.#detail = null
  }
}

/** The database or the log does not answer now: nothing is wrong with the entry. */
function isPassing(error: unknown): boolean {
  return error instanceof PlatformError && (error.code === 'view_unavailable' || error.code === 'log_unavailable')
}
