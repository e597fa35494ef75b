// The view that several processes share: one of them projects, the others follow its position.
//
//   following ──take()──► projecting ──leave()──► following
//
// Everybody knows the position from three sources: the own projector, what the projecting process tells, and the row itself,
// read every second, so that a message that was lost is made good. A reader that waits is told of to the projecting process,
// so that it does not gather first. A rebuild may be asked for anywhere: the tables are dropped, and the process that projects
// finds no position and begins anew.

import type { Log } from '#log/log.ts'
import type { Projected, Projector, ProjectorHealth, ProjectorLogger } from './projector.ts'
import { readBatch } from './projection-batch.ts'
import { createProjectionWaiters } from './projection-waiters.ts'

/** What processes tell each other of the view. */
export type ViewMessage =
  | { readonly kind: 'position'; readonly position: number }
  /** Somebody waits for the entry at `index`. */
  | { readonly kind: 'wanted'; readonly index: number }
  /** The tables were dropped. */
  | { readonly kind: 'anew' }

export type ViewSignals = {
  /** To all, this process too. */
  tell(message: ViewMessage): void
  on(listener: (message: ViewMessage) => void): () => void
}

export type SharedViewParts = {
  readonly log: Pick<Log, 'origin' | 'head' | 'read'>
  readonly signals: ViewSignals
  /** The view's own word of where it is; undefined while there is none. Errors: view_unavailable. */
  readonly readRow: () => Promise<{ readonly origin: string; readonly position: number } | undefined>
  /** Drops the tables and makes them anew, empty. */
  readonly reset: () => Promise<void>
  readonly makeProjector: (onProjected: (projected: Projected) => void) => Projector
  /** As the projector's: told of what was projected, wherever that was. */
  readonly onProjected: (projected: Projected) => void
  /** Whether anybody looks at the events in it; reading them again costs something. */
  readonly wantsEvents: () => boolean
  readonly logger: ProjectorLogger
}

export type SharedView = Pick<Projector, 'position' | 'waitFor' | 'health' | 'rebuild'> & {
  start(): void
  /** This process projects from now on. */
  take(): void
  /** Resolves when it does not any more. */
  leave(): Promise<void>
  stop(): Promise<void>
}

const pollMs = 1_000
/** After the tables were dropped, what is told of the position may be of the tables before: only the row is believed. */
const doubtMs = 2 * pollMs
/** Entries that are not projected after this time: whoever projects has trouble. */
const patienceMs = 30_000
const batchMax = 2_000
const hurryMs = 2_000
const rebuildWaitMs = 24 * 3_600_000

export function createSharedView(parts: SharedViewParts): SharedView {
  return new View(parts)
}

class View implements SharedView {
  readonly #parts: SharedViewParts
  readonly #projector: Projector
  readonly #waiters = createProjectionWaiters()
  #position = 0
  /** Up to here `onProjected` was called. */
  #told = 0
  #isTelling = false
  #isProjecting = false
  #wasLower = false
  #anewAt = -Infinity
  #movedAt = performance.now()
  #trouble: string | null = null
  #timer: NodeJS.Timeout | undefined
  #isStopped = true
  #stopListening: (() => void) | undefined

  constructor(parts: SharedViewParts) {
    this.#parts = parts
    this.#projector = parts.makeProjector((projected) => this.#projected(projected))
  }

  start(): void {
    this.#isStopped = false
    this.#stopListening = this.#parts.signals.on((message) => this.#hear(message))
    void this.#poll()
  }

  take(): void {
    this.#isProjecting = true
    this.#projector.start()
  }

  async leave(): Promise<void> {
    await this.#projector.stop()
    this.#isProjecting = false
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    this.#stopListening?.()
    if (this.#isProjecting) await this.leave()
    this.#waiters.giveUp()
  }

  position(): number {
    return this.#position
  }

  waitFor(index: number, timeoutMs: number): Promise<boolean> {
    if (index < this.#position || index < 0) return Promise.resolve(true)
    if (this.#isStopped || this.health().state === 'stuck') return Promise.resolve(false)
    const waiting = this.#waiters.add(index, timeoutMs)
    if (this.#isProjecting) this.#hurry(index, timeoutMs)
    else this.#parts.signals.tell({ kind: 'wanted', index })
    return waiting
  }

  health(): ProjectorHealth {
    if (this.#isProjecting) return this.#projector.health()
    const isBehind = this.#position < this.#parts.log.head()
    if (!isBehind) this.#movedAt = performance.now()
    const isLate = performance.now() - this.#movedAt > patienceMs
    const detail = this.#trouble ?? (isLate ? 'The process that keeps the view makes no progress; see its log.' : null)
    return { state: detail === null ? 'following' : 'retrying', detail, unknownEntries: 0 }
  }

  async rebuild(): Promise<{ readonly entries: number; readonly ms: number }> {
    const { log, reset, signals } = this.#parts
    const startedAt = performance.now()
    if (this.#isProjecting) {
      const rebuilding = this.#projector.rebuild()
      signals.tell({ kind: 'anew' })
      return rebuilding
    }
    await reset()
    this.#beginAnew()
    signals.tell({ kind: 'anew' })
    const entries = log.head()
    await this.waitFor(entries - 1, rebuildWaitMs)
    return { entries, ms: performance.now() - startedAt }
  }

  #hear(message: ViewMessage): void {
    switch (message.kind) {
      case 'position':
        if (!this.#isProjecting && performance.now() - this.#anewAt > doubtMs) this.#moved(message.position)
        return
      case 'wanted':
        if (this.#isProjecting) this.#hurry(message.index, hurryMs)
        return
      case 'anew':
        this.#beginAnew()
        if (this.#isProjecting) this.#projector.lookAgain()
        return
      default:
    }
  }

  #beginAnew(): void {
    this.#position = 0
    this.#anewAt = performance.now()
  }

  #projected({ position, events }: Projected): void {
    const { onProjected, signals } = this.#parts
    this.#moved(position)
    this.#told = position
    onProjected({ position, events })
    signals.tell({ kind: 'position', position })
  }

  /** The projector goes on at once as long as somebody waits at it. */
  #hurry(index: number, timeoutMs: number): void {
    void this.#projector.waitFor(index, timeoutMs).then((isThere) => {
      if (isThere && this.#isProjecting) this.#moved(this.#projector.position())
      return undefined
    })
  }

  #moved(position: number): void {
    if (position === this.#position) return
    this.#position = position
    this.#movedAt = performance.now()
    this.#waiters.reached(position)
    if (!this.#isProjecting) void this.#tell()
  }

  /** What another process projected, read again from the log for whoever wants to know what it was. */
  async #tell(): Promise<void> {
    if (this.#isTelling) return
    this.#isTelling = true
    const { log, onProjected, wantsEvents, logger } = this.#parts
    try {
      while (this.#told < this.#position && !this.#isStopped) {
        const records = wantsEvents()
          ? await log.read(this.#told, Math.min(batchMax, this.#position - this.#told))
          : undefined
        this.#told = records && records.length > 0 ? this.#told + records.length : this.#position
        onProjected({ position: this.#told, events: records ? readBatch(records).changes : [] })
      }
    } catch (error) {
      // Whoever follows changes asks again by itself; the next change is told as if these had been.
      logger.warn({ err: error, position: this.#position }, 'Changes of the view could not be told.')
      this.#told = this.#position
    }
    this.#isTelling = false
  }

  async #poll(): Promise<void> {
    try {
      this.#compare(await this.#parts.readRow())
    } catch (error) {
      this.#trouble = (error as Error).message
    }
    if (!this.#isStopped) this.#timer = setTimeout(() => void this.#poll(), pollMs)
  }

  #compare(row: { readonly origin: string; readonly position: number } | undefined): void {
    const { log } = this.#parts
    const isForeign = row !== undefined && row.origin !== log.origin
    this.#trouble = isForeign ? `The database now holds the view of another log (${row.origin}).` : null
    if (!row && this.#isProjecting) this.#projector.lookAgain()
    // A lower one may only have been read before what was told since; twice, it is so.
    const isLower = (row?.position ?? 0) < this.#position
    if (!isForeign && (!isLower || this.#wasLower)) this.#moved(row?.position ?? 0)
    this.#wasLower = isLower
  }
}
