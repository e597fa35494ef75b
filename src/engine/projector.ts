// The projector: follows the log and keeps the view equal to it.
//
//   synchronise ──position known──► follow: read a batch → apply it and move the position in ONE transaction → again
//   database away → pause, longer each time → synchronise      (nothing is skipped, nothing is applied twice)
//   an entry that cannot be applied → stuck, visible in health, until a restart or a rebuild with a version that can
//   rebuild: the tables are made anew and the log is replayed from 0
//
// The position is a row of the view, so whatever happened to the database (it was deleted, is older, belongs to another
// log) is seen by comparing that row with the log. Batches may be cut anywhere: the rows come out the same.

import { PlatformError } from '#core/kernel/errors.ts'
import type { Instant } from '#core/kernel/instant.ts'
import type { Log, LogRecord } from '#log/log.ts'
import { projectActions } from './project-actions.ts'
import { projectDecisions } from './project-decisions.ts'
import { projectKeys } from './project-keys.ts'
import { projectOutcomes } from './project-outcomes.ts'
import { projectReviews } from './project-reviews.ts'
import { projectUseCases } from './project-use-cases.ts'
import { readBatch, type ProjectedChange, type ReadBatch } from './projection-batch.ts'
import { createProjectionWaiters } from './projection-waiters.ts'
import type { RunSql, ViewStore } from './view-store.ts'

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

/** Entries by type in the order in which one may depend on another; within a type the log's order holds. */
async function apply({ batch }: ReadBatch, run: RunSql): Promise<void> {
  await projectUseCases(batch, run)
  await projectKeys(batch, run)
  await projectDecisions(batch, run)
  await projectOutcomes(batch, run)
  await projectReviews(batch, run)
  await projectActions(batch, run)
}

export function createProjector(options: ProjectorOptions): Projector {
  const follower = new LogFollower(options)
  return {
    start: () => follower.start(),
    stop: () => follower.stop(),
    position: () => follower.position,
    caughtUp: () => follower.caughtUp(),
    waitFor: (index, timeoutMs) => follower.waitFor(index, timeoutMs),
    rebuild: () => follower.rebuild(),
    health: () => follower.health(),
  }
}

class LogFollower {
  position = 0
  readonly #options: ProjectorOptions
  readonly #batchMax: number
  readonly #waiters = createProjectionWaiters()
  #state: ProjectorHealth['state'] = 'stopped'
  #detail: string | null = null
  #unknown = 0
  #isSynchronised = false
  /** The origin that the view had when this process first saw it in order. */
  #ownsView = false
  /** Up to here entries go one by one, to find the one that cannot be applied. */
  #carefulUntil = 0
  #failures = 0
  #running: Promise<void> | undefined
  #isStopping = false
  #rebuilding: Promise<{ entries: number; ms: number }> | undefined
  #wake: (() => void) | undefined
  #stopListening: (() => void) | undefined

  constructor(options: ProjectorOptions) {
    this.#options = options
    this.#batchMax = options.batchMax ?? 2_000
  }

  start(): void {
    if (this.#running) return
    this.#isStopping = false
    this.#isSynchronised = false
    this.#state = 'following'
    this.#detail = null
    this.#stopListening = this.#options.log.onGrowth(() => this.#wake?.())
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#stopListening?.()
    this.#wake?.()
    await this.#running
    this.#running = undefined
    this.#state = 'stopped'
    this.#waiters.giveUp()
  }

  caughtUp(): boolean {
    return this.#isSynchronised && !this.#rebuilding && this.position >= this.#options.log.head()
  }

  waitFor(index: number, timeoutMs: number): Promise<boolean> {
    if (index < this.position || index < 0) return Promise.resolve(true)
    // It will not move by itself: better an old answer now than the same one later.
    if (this.#state === 'stuck' || this.#state === 'stopped') return Promise.resolve(false)
    const waiting = this.#waiters.add(index, timeoutMs)
    this.#wake?.()
    return waiting
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
    await this.#beginAnew()
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
    if (!this.#isSynchronised) await this.#synchronise()
    const isCareful = this.position < this.#carefulUntil
    const records = await this.#options.log.read(this.position, isCareful ? 1 : this.#batchMax)
    if (records.length === 0) {
      this.#recovered()
      // A reader may see the newest entries a moment later than the writer counts them.
      await (this.position >= this.#options.log.head() ? this.#sleep() : this.#gather(5, { evenIfAwaited: true }))
      return
    }
    const startedAt = performance.now()
    await this.#project(records)
    this.#recovered()
    // A full batch says that more waits; else what arrives meanwhile may gather.
    if (this.#options.isBusy?.() === true) return this.#gather(busyRestMs, { evenIfAwaited: true })
    const restMs = gatherMs - (performance.now() - startedAt)
    if (records.length < this.#batchMax && !isCareful && !this.#waiters.any() && restMs > 0) await this.#gather(restMs)
  }

  async #project(records: readonly LogRecord[]): Promise<void> {
    const { log, database, onProjected } = this.#options
    const from = this.position
    const to = from + records.length
    const read = readBatch(records)
    await database.transaction(async (run) => {
      const moved = await run('update projection set position = $1 where origin = $2 and position = $3', [
        to,
        log.origin,
        from,
      ])
      if (moved.count !== 1) throw viewMoved()
      await apply(read, run)
    })
    this.position = to
    this.#unknown += read.unknown
    this.#waiters.reached(to)
    onProjected?.({ position: to, events: read.changes })
  }

  /** Finds out where the view stands; makes it anew where it cannot be a view of this log. */
  async #synchronise(): Promise<void> {
    const { log, database, logger } = this.#options
    await database.prepare()
    const row = await database.transaction(async (run) => {
      const { rows } = await run('select origin, position from projection')
      return rows[0] as { origin: string; position: number } | undefined
    })
    if (row && row.origin !== log.origin && this.#ownsView) throw takenOver(row.origin)
    if (row && row.origin === log.origin && row.position <= log.head()) {
      this.position = row.position
    } else {
      if (row)
        logger?.warn(
          { view: row, log: { origin: log.origin, head: log.head() } },
          'The view is of another log; it is made anew.',
        )
      await this.#beginAnew()
    }
    this.#ownsView = true
    this.#isSynchronised = true
    this.#waiters.reached(this.position)
  }

  async #beginAnew(): Promise<void> {
    const { log, database } = this.#options
    await database.reset()
    await database.transaction((run) => run('insert into projection (origin, position) values ($1, 0)', [log.origin]))
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
    await this.#gather(Math.min(retryMs.first * 2 ** (this.#failures - 1), retryMs.max), { evenIfAwaited: true })
  }

  /** Only after work was done: a database that answers and then fails again is left longer each time. */
  #recovered(): void {
    if (this.#failures === 0) return
    this.#options.logger?.info({ position: this.position, failures: this.#failures }, 'The projection goes on.')
    this.#failures = 0
    this.#state = 'following'
    this.#detail = null
  }

  /** Until the log grows, somebody waits, or the end. */
  async #sleep(): Promise<void> {
    if (this.#isStopping) return
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = undefined
  }

  /** A pause that ends early when somebody waits, unless told otherwise, and always at the stop. */
  async #gather(ms: number, { evenIfAwaited = false } = {}): Promise<void> {
    if (this.#isStopping) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#wake = () => {
      if (this.#isStopping || (!evenIfAwaited && this.#waiters.any())) resolve()
    }
    await promise
    clearTimeout(timer)
    this.#wake = undefined
  }
}

/** The database or the log does not answer now: nothing is wrong with the entry. */
function isPassing(error: unknown): boolean {
  return error instanceof PlatformError && (error.code === 'view_unavailable' || error.code === 'log_unavailable')
}

function viewMoved(): PlatformError {
  return new PlatformError('view_unavailable', 'The view is not where this server left it.')
}

function takenOver(origin: string): PlatformError {
  return new PlatformError('configuration_invalid', `The database now holds the view of another log (${origin}).`, {
    hint: 'Give each server with its own log its own database.',
  })
}
