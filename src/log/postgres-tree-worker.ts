// The thread of the tree on PostgreSQL, in every process: one of them grows the tree, the others follow what it publishes.
//
//   following ──lock had──► opening ──the log is the one that was signed──► growing
//       ▲                      │ refused: said, and tried again later          │
//       └──────────────────────┴──────── the connection broke ◄────────────────┘
//
// The lock belongs to the session over which tiles and checkpoints are written, so when it is lost nothing more can be
// written. A process that dies loses it at once; the others ask for it every second.

import { parentPort, workerData } from 'node:worker_threads'
import type { Client } from 'pg'
import { PlatformError } from '#core/kernel/errors.ts'
import type { TileWanted } from './checked-tiles.ts'
import { keptCheckpointFile } from './kept-checkpoint-file.ts'
import { lowerPriority } from './lower-priority.ts'
import { readHead } from './postgres-batch.ts'
import { keepConnection, type KeptConnection } from './postgres-connection.ts'
import { lockNumbers, lockSpace } from './postgres-schema.ts'
import { outcomeOf } from './postgres-session.ts'
import { createSharedKeys, type SharedKeys } from './postgres-tree-keys.ts'
import { assertPromiseKept } from './postgres-tree-promise.ts'
import { readPublished, type Published } from './postgres-tree-published.ts'
import { postgresTreeEntries, postgresTreeStore, rowsOn } from './postgres-tree-store.ts'
import { announcedAt, type Grower } from './tree-grower.ts'
import { openGrower } from './tree-grower-start.ts'
import { startPace, type Pace } from './tree-pace.ts'
import { rolledBack } from './tree-refusals.ts'
import { repairTile } from './tree-repair.ts'
import type { KeptCheckpoint } from './tree.ts'
import { answerCalls, failureOf, type Failure } from './worker-calls.ts'

export type PostgresTreeWorkerData = {
  readonly url: string
  readonly origin: string
  readonly keptFile: string | undefined
}

export type PostgresTreeRequest =
  /** The log has more than when this thread said that it is idle. */
  | { readonly kind: 'grow' }
  /** Another process told that it published something. */
  | { readonly kind: 'look' }
  | { readonly kind: 'rotate' }
  | { readonly kind: 'repair'; readonly tile: TileWanted }
  | { readonly kind: 'close' }

export type PostgresTreeMessage =
  /** The first of them means that the tree is open. */
  | ({ readonly kind: 'published'; readonly isOurs: boolean } & Published)
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'making'; readonly done: number; readonly of: number }
  | { readonly kind: 'warning'; readonly warning: string }
  /** Grows no more until it is told that the log has more than this. */
  | { readonly kind: 'idle'; readonly size: number }
  /** `why` null: it works again. */
  | { readonly kind: 'trouble'; readonly why: string | null; readonly isStopped: boolean }

const port = parentPort
if (!port) throw new Error('postgres-tree-worker runs as a worker thread')
const say = (message: PostgresTreeMessage) => port.postMessage(message)
const clock = Date.now

const tickMs = 1_000
/** After the log was refused: whoever put it right need not start anything again. */
const refusedMs = 30_000

class TreeThread {
  readonly #data: PostgresTreeWorkerData
  readonly #kept: ReturnType<typeof keptCheckpointFile> | undefined
  readonly #connection: KeptConnection
  #keys: SharedKeys | undefined
  #pace: Pace | undefined
  #published: Published | undefined
  #trouble: string | null = null
  #lockNotBefore = 0
  #timer: NodeJS.Timeout | undefined
  /** What uses the connection, one after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(data: PostgresTreeWorkerData) {
    this.#data = data
    this.#kept = data.keptFile === undefined ? undefined : keptCheckpointFile(data.keptFile)
    this.#connection = keepConnection({
      url: data.url,
      name: 'log tree',
      onOpen: (client) => this.#onOpen(client),
      onLost: (why) => this.#onLost(why),
      onFailed: (why) => this.#say(why.message),
    })
  }

  async answer(request: PostgresTreeRequest): Promise<unknown> {
    switch (request.kind) {
      case 'grow':
        return this.#pace?.wake()
      case 'look':
        return this.#tick()
      case 'rotate':
        return this.#inTurn((client) => this.#rotate(client))
      case 'repair':
        return this.#inTurn((client) =>
          repairTile({ entries: postgresTreeEntries(client), store: postgresTreeStore(client) }, request.tile),
        )
      case 'close':
        clearTimeout(this.#timer)
        await this.#pace?.stop()
        await this.#connection.close()
        // After the answer has gone out.
        return void setImmediate(() => port?.close())
      default:
        throw new Error('unreachable: every request is handled above')
    }
  }

  #onOpen(client: Client): void {
    const { origin } = this.#data
    this.#keys = createSharedKeys({ client, origin, clock, onWarning: (warning) => say({ kind: 'warning', warning }) })
    void this.#tickOn(client)
  }

  #onLost(why: Error): void {
    clearTimeout(this.#timer)
    this.#say(why.message)
    // The lock went with the connection; its last step fails, which ends it.
    void this.#pace?.stop()
    this.#pace = undefined
  }

  #inTurn<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const begin = () => {
      const client = this.#connection.client()
      if (!client) throw new PlatformError('log_unavailable', 'PostgreSQL does not answer now.')
      return work(client)
    }
    const mine = this.#last.then(begin, begin)
    this.#last = mine.catch(() => undefined)
    return mine
  }

  async #tickOn(client: Client): Promise<void> {
    await this.#tick()
    if (this.#connection.client() === client) this.#timer = setTimeout(() => void this.#tickOn(client), tickMs)
  }

  /** Asks for the lock where it is not had, and looks what is new. Never fails. */
  async #tick(): Promise<void> {
    try {
      await this.#inTurn(async (client) => {
        if (!this.#pace && clock() >= this.#lockNotBefore) await this.#tryToGrow(client)
        await this.#publish(client)
        if (!this.#pace && this.#lockNotBefore === 0) this.#say(null)
      })
    } catch (error) {
      this.#say((error as Error).message)
      const client = this.#connection.client()
      if (client && !(error instanceof PlatformError) && outcomeOf(error) === 'unknown') this.#connection.renew(client)
    }
  }

  async #tryToGrow(client: Client): Promise<void> {
    const lock = [lockSpace, lockNumbers.growTree]
    const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as had', lock)
    if (!(rows[0] as { had: boolean }).had) return
    try {
      this.#pace = this.#start(client, await this.#openGrower(client))
      this.#lockNotBefore = 0
    } catch (error) {
      await client.query('select pg_advisory_unlock($1, $2)', lock).catch(() => undefined)
      this.#lockNotBefore = clock() + refusedMs
      if (!this.#published) return refuse(error)
      throw error
    }
  }

  #openGrower(client: Client): Promise<Grower> {
    const keys = this.#keysOf()
    return keys.alone(() =>
      openGrower({
        origin: this.#data.origin,
        entries: postgresTreeEntries(client),
        store: postgresTreeStore(client),
        keys: keys.current,
        clock,
        kept: this.#kept,
        onProgress: (done, of) => say({ kind: 'making', done, of }),
      }),
    )
  }

  #start(client: Client, grower: Grower): Pace {
    const step = async (client: Client): Promise<boolean> => {
      await this.#keysOf().alone(() => grower.step())
      return this.#publish(client)
    }
    const pace = startPace({
      step: () =>
        this.#inTurn((current) => {
          if (current !== client) throw new PlatformError('log_unavailable', 'The connection to PostgreSQL broke.')
          return step(current)
        }),
      clock,
      onIdle: () => say({ kind: 'idle', size: this.#published?.checkpoint.size ?? 0 }),
      onTrouble: (error) => this.#pace === pace && this.#say(error === null ? null : (error as Error).message),
    })
    return pace
  }

  /** Says what is new; true when a checkpoint is. */
  async #publish(client: Client): Promise<boolean> {
    const rows = rowsOn(client)
    const before = this.#published
    const now = await readPublished(rows, before)
    if (!now) return false
    if (!before) await this.#comparePromise(client, now.checkpoint)
    this.#published = now
    this.#kept?.write(now.signed)
    say({ kind: 'published', isOurs: this.#pace !== undefined, ...now })
    return now.checkpoint.size > (before?.checkpoint.size ?? -1)
  }

  /** Before this process goes by a checkpoint for the first time. Whoever grows has compared more than this. */
  async #comparePromise(client: Client, { size, root }: KeptCheckpoint): Promise<void> {
    if (this.#pace) return
    try {
      const head = await readHead(client)
      if (head < size) throw rolledBack({ head, size, root, where: 'the newest checkpoint in the database' })
      const note = this.#kept?.read()
      if (note !== undefined) await assertPromiseKept(rowsOn(client), { origin: this.#data.origin, note })
    } catch (error) {
      if (error instanceof PlatformError && error.code !== 'log_unavailable') refuse(error)
      throw error
    }
  }

  async #rotate(client: Client): Promise<string> {
    const vkey = await this.#keysOf().alone(async (keys) => {
      const isKnown = (await announcedAt(postgresTreeEntries(client), keys)) !== undefined
      // Nobody has been told of the last one: that is still the new one.
      if (keys.vkeys().length < 2 || isKnown) await keys.rotate()
      return keys.signer().vkey
    })
    await this.#publish(client)
    return vkey
  }

  #keysOf(): SharedKeys {
    if (!this.#keys) throw new PlatformError('log_unavailable', 'PostgreSQL does not answer now.')
    return this.#keys
  }

  #say(why: string | null): void {
    const said = why ?? this.#kept?.trouble() ?? null
    if (said === this.#trouble) return
    this.#trouble = said
    say({ kind: 'trouble', why: said, isStopped: why !== null })
  }
}

/** The end of a tree that was not open yet. */
function refuse(error: unknown): void {
  say({ kind: 'refused', failure: failureOf(error) })
}

lowerPriority()
const thread = new TreeThread(workerData as PostgresTreeWorkerData)
answerCalls<PostgresTreeRequest>(port, (request) => thread.answer(request))
