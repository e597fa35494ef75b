// Group commit on PostgreSQL: while one batch is committed, everything that arrives joins the next.
//
//   open ──append──► batch under way ──answer──► settled
//     │                    └──connection breaks──► in doubt: nobody is answered before a new connection has told, by id,
//     │                                            whether the entry is there; what is not there is appended again under
//     │                                            the same id, so that a commit that comes late cannot write it twice
//     └──an attempt to reconnect fails──► away: appends fail at once, until an attempt succeeds; what is in doubt for too long
//                                         fails, too, with words that say so

import type { Client } from 'pg'
import { PlatformError } from '#core/kernel/errors.ts'
import type { Appended, Log, LogItem } from './log.ts'
import { appendBatch, batchLength, indicesById, readHead } from './postgres-batch.ts'
import { keepConnection, type KeptConnection } from './postgres-connection.ts'
import { payloadPartsMax, readMeta } from './postgres-schema.ts'
import { constraintOf, isDataFault, outcomeOf } from './postgres-session.ts'

type Waiting = {
  readonly item: LogItem
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: PlatformError) => void
  /** It was sent then and the answer was lost: it may be on the log. */
  inDoubtSince: number | undefined
}

export type AppendQueueOptions = {
  readonly url: string
  readonly origin: string
  /** Appends that may wait. Beyond it they fail with `overloaded`. */
  readonly queueMax: number
  /** How long an append may be in doubt while the server is away. Beyond it it fails, saying so. */
  readonly doubtMsMax: number
  /** As far as anybody has told this process. */
  readonly head: () => number
  /** Everything below is durable. */
  readonly onHead: (head: number) => void
  readonly onAway: (why: Error) => void
  readonly onBack: () => void
}

/** Resolves when the connection is open. Errors: the driver's own. */
export async function createAppendQueue(options: AppendQueueOptions): Promise<Pick<Log, 'append' | 'close'>> {
  const queue = new Queue(options)
  await queue.opened
  return { append: (item) => queue.append(item), close: () => queue.close() }
}

/** A batch that takes longer holds up all that comes after it: better to say so than to let callers wait. */
const underWayMsMax = 10_000
/** For what is in doubt at the end: long enough for a server that comes back, short enough for whoever stops this one. */
const closeMsMax = 5_000

class Queue {
  readonly opened: Promise<void>
  readonly #options: AppendQueueOptions
  readonly #connection: KeptConnection
  /** Those in doubt first. */
  #waiting: Waiting[] = []
  #isUnderWay = false
  #sentAt = 0
  /** So many of the next are sent one by one, to find the one that the server refuses. */
  #careful = 0
  #awayBecause: Error | undefined
  #isScheduled = false
  #isClosing = false
  #onIdle: (() => void) | undefined

  constructor(options: AppendQueueOptions) {
    this.#options = options
    const opened = Promise.withResolvers<void>()
    this.opened = opened.promise
    this.#connection = keepConnection({
      url: options.url,
      name: 'log appends',
      prepare: (client) => this.#prepare(client),
      onOpen: () => {
        opened.resolve()
        this.#comeBack()
      },
      onFailed: (why) => {
        opened.reject(why)
        this.#goAway(why)
      },
    })
    this.opened.catch(() => this.#connection.close())
  }

  append(item: LogItem): Promise<Appended> {
    return new Promise((resolve, reject) => {
      const refused = this.#refusal(item)
      if (refused) return reject(refused)
      this.#waiting.push({ item, resolve, reject, inDoubtSince: undefined })
      this.#schedule()
    })
  }

  async close(): Promise<void> {
    if (this.#isClosing) return
    this.#isClosing = true
    if (this.#isUnderWay || this.#waiting.length > 0) {
      const idle = Promise.withResolvers<void>()
      this.#onIdle = idle.resolve
      const timer = setTimeout(idle.resolve, closeMsMax)
      await idle.promise
      clearTimeout(timer)
    }
    await this.#connection.close()
    for (const { reject } of this.#waiting.splice(0)) reject(unknownOutcome())
  }

  #refusal(item: LogItem): PlatformError | undefined {
    if (this.#isClosing) return unavailable('the server is stopping')
    if (this.#awayBecause) return unavailable(this.#awayBecause.message, this.#awayBecause)
    if (this.#isUnderWay && performance.now() - this.#sentAt > underWayMsMax)
      return unavailable(`PostgreSQL has not answered for ${underWayMsMax / 1000} s`)
    if ((item.payloads?.length ?? 0) > payloadPartsMax)
      return unavailable(`an entry has at most ${payloadPartsMax} payloads`)
    if (this.#waiting.length < this.#options.queueMax) return undefined
    return new PlatformError('overloaded', `${this.#waiting.length} records wait to be written; no more are taken.`, {
      hint: 'Try again after the time in Retry-After.',
    })
  }

  /** It must be the same log, and no older than this process has seen it. Then what is in doubt is looked up. */
  async #prepare(client: Client): Promise<void> {
    const origin = await readMeta(client)
    if (origin !== this.#options.origin) throw new Error(`the database now holds ${origin ?? 'no log'}`)
    const [head, known] = [await readHead(client), this.#options.head()]
    if (head < known)
      throw new Error(
        `the log in the database has ${head} entries and had ${known}: an older copy was put in its place`,
      )
    this.#options.onHead(head)
    const answered = await this.#answerKnown(client, this.#waiting)
    this.#waiting = this.#waiting.filter((waiting) => !answered.has(waiting))
    this.#checkIdle()
  }

  #comeBack(): void {
    if (this.#awayBecause) this.#options.onBack()
    this.#awayBecause = undefined
    this.#schedule()
  }

  #goAway(why: Error): void {
    if (!this.#awayBecause) this.#options.onAway(why)
    this.#awayBecause = why
    const doubtedAfter = performance.now() - this.#options.doubtMsMax
    const given = this.#waiting
    this.#waiting = given.filter(({ inDoubtSince }) => inDoubtSince !== undefined && inDoubtSince > doubtedAfter)
    for (const { inDoubtSince, reject } of given) {
      if (inDoubtSince === undefined) reject(unavailable(why.message, why))
      else if (inDoubtSince <= doubtedAfter) reject(unknownOutcome())
    }
    this.#checkIdle()
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isUnderWay || this.#waiting.length === 0) return
    this.#isScheduled = true
    // At the end of this turn of the event loop, so that all requests read in it share the commit.
    setImmediate(() => {
      this.#isScheduled = false
      void this.#flush()
    })
  }

  async #flush(): Promise<void> {
    const client = this.#connection.client()
    if (!client || this.#isUnderWay || this.#waiting.length === 0) return
    const isCareful = this.#careful > 0
    const batch = this.#waiting.splice(0, isCareful ? 1 : batchLength(this.#waiting))
    this.#careful = Math.max(0, this.#careful - batch.length)
    this.#isUnderWay = true
    this.#sentAt = performance.now()
    try {
      const answered = isCareful ? await this.#answerKnown(client, batch) : undefined
      await this.#write(client, answered ? batch.filter((waiting) => !answered.has(waiting)) : batch)
    } catch (error) {
      this.#recover(batch, error)
      if (outcomeOf(error) === 'unknown') this.#connection.renew(client)
    }
    this.#isUnderWay = false
    this.#schedule()
    this.#checkIdle()
  }

  async #write(client: Client, batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return
    const result = await appendBatch(client, batch)
    if (result.kind === 'taken') return this.#settleTaken(client, batch, result.at)
    const { first } = result
    this.#options.onHead(first + batch.length)
    for (const [at, { resolve }] of batch.entries()) resolve({ kind: 'appended', index: first + at })
  }

  /** Nothing was written: those whose claims are free are sent again. What is in doubt may have taken its claim itself. */
  async #settleTaken(client: Client, batch: readonly Waiting[], at: ReadonlyMap<number, number>): Promise<void> {
    const answered = await this.#answerKnown(client, batch)
    const again: Waiting[] = []
    for (const [position, waiting] of batch.entries()) {
      const index = at.get(position)
      if (answered.has(waiting)) continue
      if (index === undefined) again.push(waiting)
      else waiting.resolve({ kind: 'taken', index })
    }
    this.#waiting.unshift(...again)
  }

  /** Answers those in doubt that are on the log, and says which they are. */
  async #answerKnown(client: Client, batch: readonly Waiting[]): Promise<ReadonlySet<Waiting>> {
    const doubted = batch.filter(({ inDoubtSince }) => inDoubtSince !== undefined)
    const answered = new Set<Waiting>()
    if (doubted.length === 0) return answered
    const indices = await indicesById(
      client,
      doubted.map(({ item }) => item.id),
    )
    for (const waiting of doubted) {
      const index = indices.get(waiting.item.id)
      if (index === undefined) continue
      answered.add(waiting)
      this.#options.onHead(index + 1)
      waiting.resolve({ kind: 'appended', index })
    }
    return answered
  }

  /** A batch that was rolled back, or whose end is unknown. */
  #recover(batch: readonly Waiting[], error: unknown): void {
    const constraint = constraintOf(error)
    const [only] = batch
    if (outcomeOf(error) === 'unknown') {
      for (const waiting of batch) waiting.inDoubtSince ??= this.#sentAt
      this.#waiting.unshift(...batch)
    } else if (constraint === 'once_pkey') {
      // Taken between the look and the lock; the next look sees it.
      this.#waiting.unshift(...batch)
    } else if (constraint === 'entry_id' && batch.length === 1 && only && only.inDoubtSince === undefined) {
      only.reject(unavailable(`an entry with the id ${only.item.id} exists`, error))
    } else if (constraint === 'entry_id' || (isDataFault(error) && batch.length > 1)) {
      this.#careful = batch.length
      this.#waiting.unshift(...batch)
    } else {
      for (const { reject } of batch) reject(unavailable((error as Error).message, error))
    }
  }

  #checkIdle(): void {
    if (!this.#isUnderWay && this.#waiting.length === 0) this.#onIdle?.()
  }
}

function unavailable(why: string, cause?: unknown): PlatformError {
  return new PlatformError('log_unavailable', `The record could not be written: ${why}.`, {
    cause,
    hint: 'Nothing was decided. Check PostgreSQL and the server’s log, then try again.',
  })
}

function unknownOutcome(): PlatformError {
  return new PlatformError('log_unavailable', 'PostgreSQL went away while the record was committed.', {
    hint: 'It may be on the log. Ask again with the same Idempotency-Key: it is written at most once.',
  })
}
