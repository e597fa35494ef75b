// The growing thread of the embedded log's tree: reads log.sqlite with a connection of its own and writes tree.sqlite.
//
// It runs at a lower priority than the process. The main thread tells it that the log grew only after it said that it is
// idle; while entries arrive it looks by itself, once a second.

import { parentPort, workerData } from 'node:worker_threads'
import { hashBytes } from '#core/kernel/merkle-hash.ts'
import { edgeOf } from '#core/tlog/tile.ts'
import type { TileWanted } from './checked-tiles.ts'
import { lowerPriority } from './lower-priority.ts'
import { openTreeFiles, type OpenedTreeFiles, type TreePlace } from './sqlite-tree-open.ts'
import { announcedAt, type GrownTile } from './tree-grower.ts'
import { startPace, type Pace } from './tree-pace.ts'
import { repairTile } from './tree-repair.ts'
import type { Cosignature, KeptCheckpoint } from './tree.ts'
import { answerCalls, failureOf, type Failure } from './worker-calls.ts'

export type TreeWorkerData = TreePlace

export type TreeRequest =
  | { readonly kind: 'grow' }
  | { readonly kind: 'cosign'; readonly size: number; readonly cosignature: Cosignature }
  | { readonly kind: 'rotate' }
  | { readonly kind: 'repair'; readonly tile: TileWanted }
  | { readonly kind: 'close' }

/** A checkpoint that is durable, with the tiles of its right edge. */
type Published = { readonly checkpoint: KeptCheckpoint; readonly edge: readonly GrownTile[] }

export type TreeMessage =
  | ({ readonly kind: 'ready'; readonly vkey: string; readonly warnings: readonly string[] } & Published)
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'making'; readonly done: number; readonly of: number }
  | ({ readonly kind: 'checkpoint' } & Published)
  /** Sends no more until it is told that the log has more than this. */
  | { readonly kind: 'idle'; readonly size: number }
  /** `why` null: it works again. */
  | { readonly kind: 'trouble'; readonly why: string | null; readonly isStopped: boolean }

const port = parentPort
if (!port) throw new Error('sqlite-tree-worker runs as a worker thread')
const say = (message: TreeMessage) => port.postMessage(message)

class GrowingThread {
  readonly #files: OpenedTreeFiles
  #pace: Pace | undefined
  /** Of what was published last. */
  #size = -1
  #keptTrouble: string | null = null
  /** Steps and requests share the connection: one after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(files: OpenedTreeFiles) {
    this.#files = files
  }

  async start(): Promise<void> {
    const { keys, warnings } = this.#files
    const first = await this.#publish()
    if (!first) throw new Error('a grower that is open has signed a checkpoint')
    say({ kind: 'ready', vkey: keys.signer().vkey, warnings, ...first })
    this.#pace = startPace({
      step: () => this.#inTurn(() => this.#step()),
      clock: Date.now,
      onIdle: () => say({ kind: 'idle', size: this.#size }),
      onTrouble: (error) => {
        const why = error === null ? this.#keptTrouble : (error as Error).message
        say({ kind: 'trouble', why, isStopped: error !== null })
      },
    })
  }

  async answer(request: TreeRequest): Promise<unknown> {
    const { store, entries } = this.#files
    switch (request.kind) {
      case 'grow':
        return this.#pace?.wake()
      case 'cosign':
        return this.#inTurn(async () => store.cosign(request.size, request.cosignature))
      case 'rotate':
        return this.#inTurn(() => this.#rotate())
      case 'repair':
        return this.#inTurn(() => repairTile({ entries, store }, request.tile))
      case 'close':
        return this.#close()
      default:
        throw new Error('unreachable: every request is handled above')
    }
  }

  async #step(): Promise<boolean> {
    const { grower, kept } = this.#files
    await grower.step()
    const published = await this.#publish()
    if (!published) return false
    say({ kind: 'checkpoint', ...published })
    const trouble = kept?.trouble() ?? null
    if (trouble !== this.#keptTrouble) say({ kind: 'trouble', why: trouble, isStopped: false })
    this.#keptTrouble = trouble
    return true
  }

  /** What the store has, and not what the step answers: after a failure it may have more than was said. */
  async #publish(): Promise<Published | undefined> {
    const { store } = this.#files
    const newest = await store.newest()
    if (!newest || newest.size <= this.#size) return undefined
    this.#size = newest.size
    const edge: GrownTile[] = []
    for (const { level, n, width } of edgeOf(newest.size)) {
      const hashes = await store.tile(level, n)
      if (hashes) edge.push({ level, n, hashes: hashes.slice(0, width * hashBytes) })
    }
    return { checkpoint: store.at(newest.size) as KeptCheckpoint, edge }
  }

  /** A key that nobody has been told of yet is not replaced by another. */
  async #rotate(): Promise<string> {
    const { keys, entries } = this.#files
    if (keys.vkeys().length < 2 || (await announcedAt(entries, keys)) !== undefined) await keys.rotate()
    return keys.signer().vkey
  }

  async #close(): Promise<void> {
    await this.#pace?.stop()
    this.#files.close()
    // After the answer has gone out.
    setImmediate(() => port?.close())
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work)
    this.#last = mine.catch(() => undefined)
    return mine
  }
}

lowerPriority()
try {
  const files = await openTreeFiles(workerData as TreeWorkerData, (done, of) => say({ kind: 'making', done, of }))
  const thread = new GrowingThread(files)
  answerCalls<TreeRequest>(port, (request) => thread.answer(request))
  await thread.start()
} catch (error) {
  say({ kind: 'refused', failure: failureOf(error) })
  port.close()
}
