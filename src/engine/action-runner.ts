// Carries out actions: sends what is due, writes down what became of it, tries again on schedule.
//
// The queue is the view's `action` table, which is made from the log; there is no second one that could disagree with it.
// The runner is level-triggered: whenever it wakes (something was projected, a place became free, the next one is due) it
// asks for what is due now and forgets why it woke.
//
// The view may be old: behind the log, or half rebuilt. So it never decides alone that an attempt is still to be made:
// - every attempt has a name (`action-attempt:<id>:<when it was due>`) under which its end is appended once; before
//   sending, the log is asked whether that name is taken. So it need not wait for the view to catch up, which under load it
//   never does for long, and a rebuild, even under a running server, repeats nothing;
// - what this process has in hand, or has ended but does not see projected yet, is left out of the next query.
// After a crash between sending and appending the attempt is made again: the receiver sees the same webhook-id twice.
//
// One process runs it at a time: two would send twice, though each attempt is still recorded once.

import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '#log/log.ts'
import { readActionContents, type ActionContentParts, type ActionContents } from './action-contents.ts'
import { attemptName, recordAttempt, type AttemptEnd } from './action-entries.ts'
import type { Journal } from './journal.ts'
import type { ActionReads, ActionRow, ActionTarget, EngineLogger, SendWebhook, ViewPosition } from './ports.ts'

export type ActionRunnerParts = Omit<ActionContentParts, 'log'> & {
  readonly log: Pick<Log, 'findById' | 'findOnce' | 'get'>
  readonly journal: Journal
  readonly actions: ActionReads
  readonly view: Pick<ViewPosition, 'position'>
  readonly send: SendWebhook
  /** In [0,1), for jitter. */
  readonly random: () => number
  readonly logger: EngineLogger
  readonly limits?: Partial<ActionLimits>
}

type ActionLimits = {
  /** Attempts under way at once, */
  readonly concurrency: number
  /** of them to one receiver, so that one that hangs leaves room for the others. */
  readonly perTarget: number
  /** Rows read at once. */
  readonly batch: number
  /** How often to look without being woken, and how long to wait after the database or the log failed. */
  readonly idleMs: number
  readonly troubleMs: number
}

const limitsDefault: ActionLimits = { concurrency: 32, perTarget: 8, batch: 200, idleMs: 60_000, troubleMs: 1_000 }

export type ActionRunner = {
  start(): void
  /** Something may be due: something was projected. Cheap; call it freely. */
  wake(): void
  /** Begins nothing more and resolves when what is under way has ended and is recorded. */
  stop(): Promise<void>
}

export function createActionRunner(parts: ActionRunnerParts): ActionRunner {
  return new Runner(parts)
}

type ReadAgain = { readonly kind: 'now' } | { readonly kind: 'in'; readonly ms: number }

class Runner implements ActionRunner {
  readonly #parts: ActionRunnerParts
  readonly #limits: ActionLimits
  /** Read and waiting for a place, in the order in which they are due. */
  readonly #ready = new Map<string, ActionRow>()
  readonly #underWay = new Map<string, { readonly target: string; readonly ended: Promise<void> }>()
  /** Ended here, by the index of the entry that says so; until that is projected the view still shows them as due. */
  readonly #ended = new Map<string, number>()
  #state: 'idle' | 'running' | 'stopping' = 'idle'
  #reading = false
  #woken = false
  #timer: NodeJS.Timeout | undefined
  readonly #stopping = new AbortController()

  constructor(parts: ActionRunnerParts) {
    this.#parts = parts
    this.#limits = { ...limitsDefault, ...parts.limits }
  }

  start(): void {
    if (this.#state !== 'idle') return
    this.#state = 'running'
    this.wake()
  }

  wake(): void {
    this.#woken = true
    this.#fill()
  }

  async stop(): Promise<void> {
    this.#state = 'stopping'
    this.#stopping.abort()
    clearTimeout(this.#timer)
    this.#ready.clear()
    await Promise.all([...this.#underWay.values()].map(({ ended }) => ended))
  }

  /** Reads when there may be more due than is in hand, then starts what there is room for. */
  #fill(): void {
    if (this.#state !== 'running') return
    this.#startReady()
    if (!this.#woken || this.#reading || this.#ready.size >= this.#limits.batch) return
    this.#woken = false
    this.#reading = true
    this.#read().then(
      (more) => this.#afterReading(more),
      (error: unknown) => {
        this.#parts.logger.warn({ err: error }, 'Due actions cannot be read; trying again.')
        this.#afterReading({ kind: 'in', ms: this.#limits.troubleMs })
      },
    )
  }

  #afterReading(more: ReadAgain): void {
    this.#reading = false
    if (this.#state !== 'running') return
    if (more.kind === 'now') this.#woken = true
    else this.#wakeIn(more.ms)
    this.#fill()
  }

  async #read(): Promise<ReadAgain> {
    const { actions, view, journal } = this.#parts
    // Taken before reading: an entry below this position is in the rows that come back, one above may not be.
    const position = view.position()
    for (const [id, index] of this.#ended) if (index < position) this.#ended.delete(id)
    const now = journal.now()
    const rows = await actions.due({
      now,
      limit: this.#limits.batch,
      exceptIds: [...this.#ready.keys(), ...this.#underWay.keys(), ...this.#ended.keys()],
      exceptTargets: this.#crowded(),
    })
    for (const row of rows) if (!this.#underWay.has(row.id) && !this.#ended.has(row.id)) this.#ready.set(row.id, row)
    if (rows.length === this.#limits.batch) return { kind: 'now' }
    const next = await actions.nextDueAfter(now)
    return { kind: 'in', ms: Math.min(this.#limits.idleMs, Math.max(1, (next ?? Infinity) - journal.now())) }
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.wake(), ms)
  }

  /** False when a place stays empty because nothing in hand may take it. */
  #startReady(): boolean {
    if (this.#state !== 'running') return true
    for (const [id, row] of this.#ready) {
      if (this.#underWay.size >= this.#limits.concurrency) break
      const target = targetKey(row)
      if (this.#countTo(target) >= this.#limits.perTarget) continue
      this.#ready.delete(id)
      this.#underWay.set(id, { target, ended: this.#carryOut(row) })
    }
    return this.#underWay.size >= this.#limits.concurrency
  }

  #countTo(target: string): number {
    let count = 0
    for (const one of this.#underWay.values()) if (one.target === target) count++
    return count
  }

  /** Receivers for whom enough is in hand already: their rows would crowd out the others'. */
  #crowded(): ActionTarget[] {
    const counts = new Map<string, { count: number; target: ActionTarget }>()
    for (const row of this.#ready.values()) {
      const known = counts.get(targetKey(row))
      if (known) known.count++
      else counts.set(targetKey(row), { count: 1, target: { useCase: row.useCase, position: row.position } })
    }
    const share = Math.max(this.#limits.perTarget, this.#limits.batch / 2)
    return [...counts.values()].filter(({ count }) => count >= share).map(({ target }) => target)
  }

  async #carryOut(row: ActionRow): Promise<void> {
    const { log, logger } = this.#parts
    try {
      // Taken: the view that gave us this row is behind; it was carried out long ago.
      const before = await log.findOnce(attemptName(row))
      this.#ended.set(row.id, before ?? (await this.#attempt(row)))
    } catch (error) {
      logger.error({ err: error, action: row.id }, 'An action could not be carried out; it stays in the queue.')
      // In its place, so that what keeps failing is not read again at once.
      await sleep(this.#limits.troubleMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    } finally {
      this.#underWay.delete(row.id)
      if (!this.#startReady()) this.#woken = true
      this.#fill()
    }
  }

  /** Sends and records; the index of the entry that says how it ended. */
  async #attempt(row: ActionRow): Promise<number> {
    const { journal, random, logger } = this.#parts
    const end = await this.#send(await readActionContents(this.#parts, row))
    const pen = { journal, random, logger, retryMs: this.#limits.troubleMs, giveUp: this.#stopping.signal }
    return recordAttempt(pen, row, end)
  }

  async #send(contents: ActionContents): Promise<AttemptEnd> {
    return contents.kind === 'attempt' ? this.#parts.send(contents.attempt) : contents
  }
}

function targetKey(row: ActionTarget): string {
  return `${row.useCase}.${row.position}`
}
