// The tree's twin in memory: for tests of whatever asks a tree. It grows by the same grower, on the log's port, and keeps
// nothing after close.

import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { createCheckpointBoard } from './checkpoint-board.ts'
import { keptCheckpointOf } from './kept-checkpoint.ts'
import type { Log } from './log.ts'
import { announcedAt, type GrowerEntries, type GrowerStore, type SignedCheckpoint } from './tree-grower.ts'
import { openGrower } from './tree-grower-start.ts'
import { openTreeKeys, type KeyTable } from './tree-keys.ts'
import { startPace } from './tree-pace.ts'
import type { Cosignature, KeptCheckpoint, LogKey, LogTree, TreeHealth } from './tree.ts'

export type MemoryTreeParts = {
  readonly log: Pick<Log, 'origin' | 'head' | 'read' | 'findOnce' | 'onGrowth'>
  readonly clock?: () => Instant
}

export async function createMemoryTree({ log, clock = Date.now }: MemoryTreeParts): Promise<LogTree> {
  const tables = createTables(clock)
  const entries = entriesOf(log)
  const keys = await openTreeKeys({ safe: tables.safe, origin: log.origin, table: tables.keyTable, clock })
  const grower = await openGrower({ origin: log.origin, entries, store: tables.store, keys, clock })
  const board = createCheckpointBoard(tables.newest())
  let trouble: string | null = null
  const pace = startPace({
    async step() {
      const grown = await grower.step()
      if (grown) board.put(tables.whole(grown))
      return grown !== undefined
    },
    clock,
    onIdle: () => undefined,
    onTrouble: (error) => (trouble = error === null ? null : (error as Error).message),
  })
  const stopListening = log.onGrowth(() => pace.wake())

  return {
    origin: log.origin,
    vkey: () => keys.signer().vkey,
    keys: async () => tables.keys(),
    latest: board.latest,
    at: async (size) => tables.at(size),
    history: async ({ before = Infinity, limit }) => tables.history(before).slice(0, limit),
    tile: (level, n) => tables.store.tile(level, n),
    waitFor: board.waitFor,
    onCheckpoint: board.onCheckpoint,
    async addCosignature(size, cosignature) {
      tables.cosign(size, cosignature)
      board.put(tables.at(size) as KeptCheckpoint)
    },
    async rotateKey() {
      if (keys.vkeys().length < 2 || (await announcedAt(entries, keys)) !== undefined) await keys.rotate()
      return { vkey: keys.signer().vkey }
    },
    health(): TreeHealth {
      const behind = Math.max(0, log.head() - board.latest().size)
      return { state: trouble === null ? 'growing' : 'stopped', behind, detail: trouble }
    },
    async close() {
      stopListening()
      await pace.stop()
      board.close()
    },
  }
}

/** Any log's entries, through its port. */
function entriesOf(log: Pick<Log, 'head' | 'read' | 'findOnce'>): GrowerEntries {
  return {
    head: async () => log.head(),
    read: async (from, limit) => (await log.read(from, limit)).map(({ entry }) => entry),
    findOnce: (once) => log.findOnce(once),
  }
}

/** What a store keeps: tiles, checkpoints, cosignatures, keys. */
function createTables(clock: () => Instant) {
  const tiles = new Map<string, Uint8Array>()
  const checkpoints = new Map<number, SignedCheckpoint>()
  const cosignatures = new Map<number, Map<string, Cosignature>>()
  const keys: LogKey[] = []
  let secret: string | undefined

  const whole = (one: SignedCheckpoint) => keptCheckpointOf(one, [...(cosignatures.get(one.size)?.values() ?? [])])
  const newestFirst = () => [...checkpoints.values()].toSorted((a, b) => b.size - a.size)
  const store: GrowerStore = {
    newest: async () => newestFirst()[0],
    tile: async (level, n) => tiles.get(`${level}/${n}`),
    async commit({ tiles: changed, checkpoint, anew }) {
      if (anew) tiles.clear()
      for (const { level, n, hashes } of changed) tiles.set(`${level}/${n}`, hashes)
      if (checkpoint) checkpoints.set(checkpoint.size, checkpoint)
    },
  }
  const keyTable: KeyTable = {
    all: async () => [...keys],
    async add(key) {
      const until = formatInstant(clock())
      for (const [at, one] of keys.entries()) if (one.until === null) keys[at] = { ...one, until }
      keys.push({ ...key, until: null })
    },
  }
  return {
    store,
    keyTable,
    safe: { name: 'the memory', read: async () => secret, write: async (text: string) => void (secret = text) },
    keys: () => [...keys],
    whole,
    newest: () => whole(newestFirst()[0] as SignedCheckpoint),
    at(size: number) {
      const one = checkpoints.get(size)
      return one && whole(one)
    },
    history: (before: number) =>
      newestFirst()
        .filter(({ size }) => size < before)
        .map(whole),
    cosign(size: number, cosignature: Cosignature) {
      if (!checkpoints.has(size)) throw new PlatformError('not_found', `No checkpoint of ${size} entries is kept.`)
      const lines = cosignatures.get(size) ?? new Map<string, Cosignature>()
      cosignatures.set(size, lines.set(cosignature.witness, cosignature))
    },
  }
}
