// The tree of a log on PostgreSQL: a worker thread that grows it or follows the process that does, and what everybody asks
// for (the newest checkpoint, the tiles of the right edge) in memory.

import { Worker } from 'node:worker_threads'
import { PlatformError } from '#core/kernel/errors.ts'
import { hashBytes } from '#core/kernel/merkle-hash.ts'
import { siblingModule } from '#core/kernel/sibling-module.ts'
import { foldPerfect } from '#core/tlog/fold-hashes.ts'
import { tileWidth } from '#core/tlog/tile.ts'
import { createCheckedTiles, type CheckedTiles, type TileWanted } from './checked-tiles.ts'
import { createCheckpointBoard, type CheckpointBoard } from './checkpoint-board.ts'
import type { PostgresLog } from './postgres-log.ts'
import { statement } from './postgres-session.ts'
import { keptCheckpoints, tileQuery, treeKeys } from './postgres-tree-store.ts'
import type { PostgresTreeMessage, PostgresTreeRequest, PostgresTreeWorkerData } from './postgres-tree-worker.ts'
import type { Cosignature, KeptCheckpoint, LogKey, LogTree, TreeHealth } from './tree.ts'
import { createWorkerCalls, toError, type WorkerCalls } from './worker-calls.ts'

export type PostgresTreeOptions = {
  /** As the log's. */
  readonly url: string
  readonly log: Pick<PostgresLog, 'origin' | 'head' | 'onGrowth' | 'signals' | 'rows'>
  /** A file that keeps the newest checkpoint outside the database. */
  readonly keptFile?: string | undefined
  /** What an operator should know, in a sentence. */
  readonly onWarning?: (warning: string) => void
  /** While tiles are made again from the log's entries. */
  readonly onMaking?: (done: number, of: number) => void
}

const channel = 'airworthy_tree'
/** Entries that no checkpoint covers after this time: whoever grows the tree has trouble. */
const patienceMs = 30_000

/**
 * Resolves when there is a checkpoint: this process has made sure that the log is the one that was signed, or another has.
 * Errors: log_rolled_back, log_forked, checkpoint_invalid, configuration_invalid, log_unavailable.
 */
export async function openPostgresTree(options: PostgresTreeOptions): Promise<LogTree> {
  const { url, log, keptFile } = options
  const worker = new Worker(siblingModule(import.meta.url, 'postgres-tree-worker'), {
    workerData: { url, origin: log.origin, keptFile } satisfies PostgresTreeWorkerData,
    name: 'tree',
  })
  return new PostgresTree(options, worker, await untilPublished(worker, options))
}

type Published = Extract<PostgresTreeMessage, { readonly kind: 'published' }>

function untilPublished(worker: Worker, { onWarning, onMaking }: PostgresTreeOptions): Promise<Published> {
  return new Promise((resolve, reject) => {
    const listen = (message: PostgresTreeMessage) => {
      switch (message.kind) {
        case 'making':
          return onMaking?.(message.done, message.of)
        case 'warning':
          return onWarning?.(message.warning)
        case 'published':
          worker.off('message', listen)
          return resolve(message)
        case 'refused':
          void worker.terminate()
          return reject(toError(message.failure))
        case 'idle':
        case 'trouble':
        default:
      }
    }
    worker.on('message', listen)
    worker.once('error', reject)
  })
}

class PostgresTree implements LogTree {
  readonly origin: string
  readonly #options: PostgresTreeOptions
  readonly #worker: Worker
  readonly #requests: WorkerCalls<PostgresTreeRequest>
  readonly #board: CheckpointBoard
  readonly #tiles: CheckedTiles
  readonly #stopListening: readonly (() => void)[]
  #vkey: string
  #state: Pick<TreeHealth, 'state' | 'detail'> = { state: 'growing', detail: null }
  /** The worker waits to be told that the log has more than this; undefined while it looks by itself, or follows. */
  #idleAt: number | undefined
  #publishedAt = performance.now()
  #closing: Promise<void> | undefined

  constructor(options: PostgresTreeOptions, worker: Worker, first: Published) {
    const { log } = options
    this.origin = log.origin
    this.#options = options
    this.#worker = worker
    this.#vkey = first.vkey
    this.#requests = createWorkerCalls(worker)
    this.#board = createCheckpointBoard(first.checkpoint)
    this.#tiles = createCheckedTiles({
      read: (tile) => this.#readTile(tile),
      repair: (tile) => this.#requests.ask({ kind: 'repair', tile }),
    })
    this.#tiles.grown(first.checkpoint.size, first.edge)
    worker.on('message', (message: PostgresTreeMessage) => this.#hear(message))
    worker.once('error', (error) => this.#stopped(error))
    this.#stopListening = [
      log.onGrowth(() => this.#tellGrowth()),
      log.signals.on(channel, () => void this.#ask({ kind: 'look' })),
    ]
    // Others may have published something since the worker looked.
    void this.#ask({ kind: 'look' })
    if (first.isOurs) log.signals.tell(channel, String(first.checkpoint.size))
  }

  vkey(): string {
    return this.#vkey
  }

  keys(): Promise<readonly LogKey[]> {
    return treeKeys(this.#options.log.rows)
  }

  latest(): KeptCheckpoint {
    return this.#board.latest()
  }

  async at(size: number): Promise<KeptCheckpoint | undefined> {
    return (await keptCheckpoints(this.#options.log.rows, { at: size, limit: 1 }))[0]
  }

  history(query: { readonly before?: number; readonly limit: number }): Promise<readonly KeptCheckpoint[]> {
    return keptCheckpoints(this.#options.log.rows, query)
  }

  tile(level: number, n: number): Promise<Uint8Array | undefined> {
    return this.#tiles.tile(level, n)
  }

  waitFor(size: number, timeoutMs: number): Promise<KeptCheckpoint | undefined> {
    return this.#board.waitFor(size, timeoutMs)
  }

  onCheckpoint(listener: (checkpoint: KeptCheckpoint) => void): () => void {
    return this.#board.onCheckpoint(listener)
  }

  async addCosignature(size: number, { witness, at, line }: Cosignature): Promise<void> {
    const { log } = this.#options
    const put = `insert into airworthy_log.cosignature (size, witness, at, line)
      select $1::bigint, $2, $3, $4 where exists (select from airworthy_log.checkpoint where size = $1)
      on conflict (size, witness) do update set at = excluded.at, line = excluded.line returning size`
    const written = await log.rows(statement('cosign', put, [size, witness, at, line]))
    if (written.length === 0) {
      throw new PlatformError('not_found', `No checkpoint of ${size} entries is kept.`, {
        hint: 'Cosign a checkpoint that this log gave.',
      })
    }
    // By the worker, as everything that the board shows: a look that it began before this one would otherwise come after it.
    await this.#ask({ kind: 'look' })
    log.signals.tell(channel, String(size))
  }

  async rotateKey(): Promise<{ readonly vkey: string }> {
    this.#vkey = await this.#requests.ask<string>({ kind: 'rotate' })
    this.#options.log.signals.tell(channel, 'key')
    return { vkey: this.#vkey }
  }

  health(): TreeHealth {
    const behind = Math.max(0, this.#options.log.head() - this.latest().size)
    if (behind === 0) this.#publishedAt = performance.now()
    const isLate = this.#state.detail === null && performance.now() - this.#publishedAt > patienceMs
    const late = {
      state: 'stopped',
      detail: 'The process that grows the tree makes no checkpoints; see its log.',
    } as const
    return { ...(isLate ? late : this.#state), behind }
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    for (const stop of this.#stopListening) stop()
    const ended = new Promise((done) => this.#worker.once('exit', done))
    // The last checkpoint is heard before the answer.
    await this.#requests.ask({ kind: 'close' }).catch(() => this.#worker.terminate())
    await ended
    this.#board.close()
    this.#requests.end('it is closed')
  }

  async #readTile({ level, n, hash }: TileWanted): Promise<Uint8Array | undefined> {
    const [row] = await this.#options.log.rows<{ hashes: Uint8Array }>(tileQuery(level, n))
    if (row?.hashes.length !== tileWidth * hashBytes) return undefined
    return Buffer.compare(foldPerfect(row.hashes, 0, tileWidth), hash) === 0 ? row.hashes : undefined
  }

  #hear(message: PostgresTreeMessage): void {
    switch (message.kind) {
      case 'published': {
        const { checkpoint, edge, vkey, isOurs } = message
        this.#vkey = vkey
        this.#publishedAt = performance.now()
        // Tiles first: whoever is told of the checkpoint asks for them.
        if (checkpoint.size >= this.latest().size) this.#tiles.grown(checkpoint.size, edge)
        this.#board.put(checkpoint)
        if (isOurs) this.#options.log.signals.tell(channel, String(checkpoint.size))
        return
      }
      case 'idle':
        this.#idleAt = message.size
        return this.#tellGrowth()
      case 'trouble':
        this.#state = { state: message.isStopped ? 'stopped' : 'growing', detail: message.why }
        return
      case 'warning':
        return this.#options.onWarning?.(message.warning)
      case 'making':
        return this.#options.onMaking?.(message.done, message.of)
      // Before the first checkpoint alone: untilPublished() hears it.
      case 'refused':
      default:
    }
  }

  /** Called for every commit of the log: it must cost nothing. */
  #tellGrowth(): void {
    if (this.#idleAt === undefined || this.#options.log.head() <= this.#idleAt) return
    this.#idleAt = undefined
    void this.#ask({ kind: 'grow' })
  }

  async #ask(request: PostgresTreeRequest): Promise<void> {
    await this.#requests.ask(request).catch(() => undefined)
  }

  #stopped(error: Error): void {
    this.#state = { state: 'stopped', detail: `${error.message}. Start the server again.` }
    this.#board.close()
  }
}
