// Follows the log for the few kinds of entries that every process must obey at once, whoever wrote them: keys made and
// revoked, manifests applied, reviews decided.
//
// Not by way of the view: that stands back under load, and a key that was revoked must not wait for it.

import type { Event } from '#core/kernel/event.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Log, LogRecord } from '#log/log.ts'
import type { EngineLogger } from './ports.ts'
import { eventOf } from './read-entry.ts'

export type EntryHandlers = Readonly<Record<string, (event: Event, index: number) => void | Promise<void>>>

export type EntryFollowerParts = {
  readonly log: Pick<Log, 'head' | 'latestHead' | 'onGrowth'> & {
    /** Those of the entries in [from, to) that are of these types, in order. Errors: log_unavailable. */
    readTypes(
      range: { readonly from: number; readonly to: number },
      types: readonly string[],
    ): Promise<readonly LogRecord[]>
  }
  /** By type, in the order of the log, one after the other. What they throw is said, and the next entry follows. */
  readonly handlers: EntryHandlers
  readonly logger: EngineLogger
}

export type EntryFollower = {
  /** Begins with the entry at `from`. */
  start(from: number): void
  /** Resolves when everything is handled that is on the log now. Errors: log_unavailable when that takes too long. */
  catchUp(): Promise<void>
  stop(): Promise<void>
}

/** Between two looks while entries arrive: what comes in between is read in one. */
const restMs = 20
const retryMs = 1_000
const entriesMax = 50_000
const catchUpMsMax = 5_000

export function createEntryFollower(parts: EntryFollowerParts): EntryFollower {
  return new Follower(parts)
}

class Follower implements EntryFollower {
  readonly #parts: EntryFollowerParts
  readonly #types: readonly string[]
  readonly #waiting = new Set<{ readonly to: number; readonly resolve: () => void }>()
  #position = 0
  #isStopping = false
  #running: Promise<void> | undefined
  #wake: (() => void) | undefined
  #stopListening: (() => void) | undefined

  constructor(parts: EntryFollowerParts) {
    this.#parts = parts
    this.#types = Object.keys(parts.handlers)
  }

  start(from: number): void {
    this.#position = from
    this.#stopListening = this.#parts.log.onGrowth(() => this.#wake?.())
    this.#running = this.#run()
  }

  async catchUp(): Promise<void> {
    const to = await this.#parts.log.latestHead()
    if (this.#position >= to) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiter = { to, resolve }
    this.#waiting.add(waiter)
    const timer = setTimeout(() => reject(behind(this.#position, to)), catchUpMsMax)
    this.#wake?.()
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(waiter)
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.#stopListening?.()
    this.#wake?.()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        if (await this.#step()) await this.#pause(restMs)
        else await this.#untilWoken()
      } catch (error) {
        this.#parts.logger.warn({ err: error, position: this.#position }, 'The log cannot be followed; trying again.')
        await this.#pause(retryMs)
      }
    }
  }

  /** False when there was nothing to look at. */
  async #step(): Promise<boolean> {
    const { log } = this.#parts
    const wanted = Math.max(log.head(), ...[...this.#waiting].map(({ to }) => to))
    const to = Math.min(wanted, this.#position + entriesMax)
    if (this.#position >= to) return false
    for (const record of await log.readTypes({ from: this.#position, to }, this.#types)) await this.#handle(record)
    this.#position = to
    for (const waiter of this.#waiting) if (waiter.to <= to) waiter.resolve()
    return true
  }

  async #handle(record: LogRecord): Promise<void> {
    const { handlers, logger } = this.#parts
    const event = eventOf(record)
    try {
      await handlers[event.type]?.(event, record.index)
    } catch (error) {
      logger.error({ err: error, index: record.index, type: event.type }, 'An entry of the log could not be followed.')
    }
  }

  async #untilWoken(): Promise<void> {
    if (this.#isStopping) return
    await new Promise<void>((resolve) => (this.#wake = resolve))
    this.#wake = undefined
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isStopping) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, ms)
    this.#wake = () => {
      if (this.#isStopping || this.#waiting.size > 0) resolve()
    }
    await promise
    clearTimeout(timer)
    this.#wake = undefined
  }
}

function behind(position: number, to: number): PlatformError {
  return new PlatformError('log_unavailable', `This server has followed the log to ${position} and it has ${to}.`, {
    hint: 'Try again; see the server’s log if it stays so.',
  })
}
