// The tree of the embedded log: two worker threads, one that grows it and one that reads it, and what everybody asks for
// (the newest checkpoint, the tiles of the right edge) in memory.

import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { siblingModule } from '#core/kernel/sibling-module.ts'
import { createCheckedTiles, type CheckedTiles } from './checked-tiles.ts'
import { createCheckpointBoard, type CheckpointBoard } from './checkpoint-board.ts'
import type { Log } from './log.ts'
import type { TreeQuery, TreeReaderData } from './sqlite-tree-reader.ts'
import type { TreeMessage, TreeRequest, TreeWorkerData } from './sqlite-tree-worker.ts'
import type { KeptCheckpoint, LogKey, LogTree, TreeHealth } from './tree.ts'
import { createWorkerCalls, toError, type WorkerCalls } from './worker-calls.ts'

export type SqliteTreeOptions = {
  /** The folder of the log, which must be open: its file is there then. */
  readonly dir: string
  readonly log: Pick<Log, 'origin' | 'head' | 'onGrowth'>
  /** A file outside the folder that keeps the newest checkpoint. */
  readonly keptFile?: string | undefined
  /** What an operator should know, in a sentence. */
  readonly onWarning?: (warning: string) => void
  /** While tiles are made again from the log's entries, which may take a minute for ten million of them. */
  readonly onMaking?: (done: number, of: number) => void
}

/**
 * Resolves when it is known that the log is the one that was signed.
 * Errors: log_rolled_back, log_forked, checkpoint_invalid, data_dir_invalid, configuration_invalid, log_unavailable.
 */
export async function openSqliteTree(options: SqliteTreeOptions): Promise<LogTree> {
  const { dir, log, keptFile } = options
  const treeFile = join(dir, 'tree.sqlite')
  const worker = new Worker(siblingModule(import.meta.url, 'sqlite-tree-worker'), {
    workerData: {
      logFile: join(dir, 'log.sqlite'),
      treeFile,
      keyFile: join(dir, 'log-key'),
      origin: log.origin,
      keptFile,
    } satisfies TreeWorkerData,
    name: 'tree-grower',
  })
  const ready = await untilReady(worker, options)
  const reader = new Worker(siblingModule(import.meta.url, 'sqlite-tree-reader'), {
    workerData: { treeFile } satisfies TreeReaderData,
    name: 'tree-reader',
  })
  return new SqliteTree({ log, worker, reader, ready })
}

type Ready = Extract<TreeMessage, { readonly kind: 'ready' }>

function untilReady(worker: Worker, { onWarning, onMaking }: SqliteTreeOptions): Promise<Ready> {
  return new Promise((resolve, reject) => {
    const listen = (message: TreeMessage) => {
      if (message.kind === 'making') return onMaking?.(message.done, message.of)
      worker.off('message', listen)
      if (message.kind === 'refused') return reject(toError(message.failure))
      if (message.kind !== 'ready') return reject(new Error(`the tree's worker began with ${message.kind}`))
      for (const warning of message.warnings) onWarning?.(warning)
      resolve(message)
    }
    worker.on('message', listen)
    worker.once('error', reject)
  })
}

type Parts = {
  readonly log: SqliteTreeOptions['log']
  readonly worker: Worker
  readonly reader: Worker
  readonly ready: Ready
}

class SqliteTree implements LogTree {
  readonly origin: string
  readonly #log: SqliteTreeOptions['log']
  readonly #worker: Worker
  readonly #reader: Worker
  readonly #requests: WorkerCalls<TreeRequest>
  readonly #queries: WorkerCalls<TreeQuery>
  readonly #board: CheckpointBoard
  readonly #tiles: CheckedTiles
  readonly #stopListening: () => void
  #vkey: string
  #state: Pick<TreeHealth, 'state' | 'detail'> = { state: 'growing', detail: null }
  /** The worker waits to be told that the log has more than this; undefined while it looks by itself. */
  #idleAt: number | undefined
  #closing: Promise<void> | undefined

  constructor({ log, worker, reader, ready }: Parts) {
    this.origin = log.origin
    this.#log = log
    this.#worker = worker
    this.#reader = reader
    this.#vkey = ready.vkey
    this.#requests = createWorkerCalls(worker)
    this.#queries = createWorkerCalls(reader)
    this.#board = createCheckpointBoard(ready.checkpoint)
    this.#tiles = createCheckedTiles({
      read: (tile) => this.#queries.ask({ kind: 'tile', tile }),
      repair: (tile) => this.#requests.ask({ kind: 'repair', tile }),
    })
    this.#tiles.grown(ready.checkpoint.size, ready.edge)
    // Answers to calls have no kind.
    worker.on('message', (message: TreeMessage | object) => 'kind' in message && this.#hear(message))
    worker.once('error', (error) => this.#stopped(error))
    reader.once('error', (error) => this.#stopped(error))
    this.#stopListening = log.onGrowth(() => this.#tellGrowth())
  }

  vkey(): string {
    return this.#vkey
  }

  keys(): Promise<readonly LogKey[]> {
    return this.#queries.ask({ kind: 'keys' })
  }

  latest(): KeptCheckpoint {
    return this.#board.latest()
  }

  at(size: number): Promise<KeptCheckpoint | undefined> {
    return this.#queries.ask({ kind: 'at', size })
  }

  history(query: { readonly before?: number; readonly limit: number }): Promise<readonly KeptCheckpoint[]> {
    return this.#queries.ask({ kind: 'history', ...query })
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

  async addCosignature(size: number, cosignature: KeptCheckpoint['cosignatures'][number]): Promise<void> {
    this.#board.put(await this.#requests.ask<KeptCheckpoint>({ kind: 'cosign', size, cosignature }))
  }

  async rotateKey(): Promise<{ readonly vkey: string }> {
    this.#vkey = await this.#requests.ask<string>({ kind: 'rotate' })
    return { vkey: this.#vkey }
  }

  health(): TreeHealth {
    return { ...this.#state, behind: Math.max(0, this.#log.head() - this.latest().size) }
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close())
  }

  async #close(): Promise<void> {
    this.#stopListening()
    const ended = [this.#worker, this.#reader].map((thread) => new Promise((done) => thread.once('exit', done)))
    // The reader first: the last connection moves the write-ahead log into the file, and it must be one that may write.
    await this.#queries.ask({ kind: 'close' }).catch(() => this.#reader.terminate())
    // The last checkpoint is heard before the answer.
    await this.#requests.ask({ kind: 'close' }).catch(() => this.#worker.terminate())
    await Promise.all(ended)
    this.#board.close()
    this.#requests.end('it is closed')
    this.#queries.end('it is closed')
  }

  #hear(message: TreeMessage): void {
    switch (message.kind) {
      case 'checkpoint':
        // Tiles first: whoever is told of the checkpoint asks for them.
        this.#tiles.grown(message.checkpoint.size, message.edge)
        // Told of before it is said that the trouble is over, and it is over.
        if (this.#state.state === 'stopped') this.#state = { state: 'growing', detail: null }
        this.#board.put(message.checkpoint)
        return
      case 'idle':
        this.#idleAt = message.size
        return this.#tellGrowth()
      case 'trouble':
        this.#state = { state: message.isStopped ? 'stopped' : 'growing', detail: message.why }
        return
      case 'ready':
      case 'refused':
      case 'making':
        // Said before it was open.
        return
      default:
        throw new Error('unreachable: every message is handled above')
    }
  }

  /** Called for every commit of the log: it must cost nothing. */
  #tellGrowth(): void {
    if (this.#idleAt === undefined || this.#log.head() <= this.#idleAt) return
    this.#idleAt = undefined
    this.#requests.ask({ kind: 'grow' }).catch(() => undefined)
  }

  #stopped(error: Error): void {
    this.#state = { state: 'stopped', detail: `${error.message}. Start the server again.` }
    this.#board.close()
  }
}
