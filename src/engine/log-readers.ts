// Who read the log, on the log: an auditor's look is as much an act as a decision.
//
// Time is cut into ten minutes. In each of them a key that reads one way is recorded once, before it is given anything;
// what it reads beyond that is gathered and recorded in the next ten minutes. So reading everything page by page, or
// looking at the newest entries again and again, does not fill the log with its own traces.

import type { LogRead, ReadVia } from '#core/transparency/events.ts'
import type { Actor } from '#core/use-case/events.ts'
import { inTurn } from './in-turn.ts'
import type { Journal } from './journal.ts'
import type { EngineLogger } from './ports.ts'

export type LogReadersParts = { readonly journal: Journal; readonly logger: Pick<EngineLogger, 'error'> }

/** `to` is not included. */
type Range = { readonly from: number; readonly to: number }
export type Reading = Range & { readonly by: Actor; readonly via: ReadVia }

export type LogReaders = {
  /** Resolves when what is about to be read may be given: it is recorded, or will be. Errors: log_unavailable. */
  record(reading: Reading): Promise<void>
  /** Records what was gathered. */
  close(): Promise<void>
}

const slotMs = 600_000

export function createLogReaders(parts: LogReadersParts): LogReaders {
  return new Book(parts)
}

class Book implements LogReaders {
  readonly #parts: LogReadersParts
  readonly #readers = new Map<string, Reader>()
  #timer: NodeJS.Timeout | undefined

  constructor(parts: LogReadersParts) {
    this.#parts = parts
  }

  async record({ by, via, from, to }: Reading): Promise<void> {
    if (from >= to) return
    const { journal } = this.#parts
    const name = `${by.key}:${via}`
    const reader = this.#readers.get(name) ?? new Reader(journal, by, via)
    this.#readers.set(name, reader)
    const isRecorded = await reader.read({ from, to })
    if (!isRecorded) this.#timer ??= setTimeout(() => void this.close(), slotMs - (journal.now() % slotMs)).unref()
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    await Promise.all([...this.#readers.values()].map((reader) => this.#settle(reader)))
  }

  async #settle(reader: Reader): Promise<void> {
    try {
      await reader.settle()
    } catch (error) {
      const { by, via } = reader
      this.#parts.logger.error({ err: error, by: by.key, via }, 'What a key read of the log could not be recorded.')
    }
  }
}

/** One key that reads one way. */
class Reader {
  readonly by: Actor
  readonly via: ReadVia
  readonly #journal: Journal
  readonly #inTurn = inTurn()
  #slot = -1
  /** What the entry of this slot says. */
  #recorded: Range = { from: 0, to: 0 }
  #gathered: Range | undefined

  constructor(journal: Journal, by: Actor, via: ReadVia) {
    this.#journal = journal
    this.by = by
    this.via = via
  }

  /** False when it was gathered only. */
  read(range: Range): Promise<boolean> {
    return this.#inTurn(async () => {
      const slot = Math.floor(this.#journal.now() / slotMs)
      if (slot > this.#slot) await this.#write(slot, join(this.#gathered, range))
      if (this.#recorded.from <= range.from && range.to <= this.#recorded.to) return true
      this.#gathered = join(this.#gathered, range)
      return false
    })
  }

  /** Writes what was gathered, as the entry of the next slot that has none. */
  settle(): Promise<void> {
    return this.#inTurn(async () => {
      while (this.#gathered) await this.#write(this.#slot + 1, this.#gathered)
    })
  }

  /** The slot may have an entry already: the server was started again meanwhile, or another one wrote it. */
  async #write(slot: number, range: Range): Promise<void> {
    const { by, via } = this
    const { kind } = await this.#journal.write<LogRead>({
      type: 'log-read',
      subject: `key/${by.key}`,
      data: { by, via, from: range.from, to: range.to },
      once: `log-read:${by.key}:${via}:${slot}`,
    })
    const isMine = kind === 'appended'
    this.#slot = slot
    this.#recorded = isMine ? range : { from: 0, to: 0 }
    this.#gathered = isMine ? undefined : range
  }
}

function join(before: Range | undefined, { from, to }: Range): Range {
  return before ? { from: Math.min(before.from, from), to: Math.max(before.to, to) } : { from, to }
}
