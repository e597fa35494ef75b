// The reading thread of the embedded log's tree: so that a receipt never waits for a commit, and no hash of a tile is
// computed where callers are answered.

import { parentPort, workerData } from 'node:worker_threads'
import { hashBytes } from '#core/kernel/merkle-hash.ts'
import { foldPerfect } from '#core/tlog/fold-hashes.ts'
import { tileWidth } from '#core/tlog/tile.ts'
import type { TileWanted } from './checked-tiles.ts'
import { isDamaged, openTreeForReading } from './sqlite-tree-schema.ts'
import { checkpointReads } from './sqlite-tree-store.ts'
import { answerCalls } from './worker-calls.ts'

export type TreeReaderData = { readonly treeFile: string }

export type TreeQuery =
  /** Answers the tile, or undefined when the store has none with this hash. */
  | { readonly kind: 'tile'; readonly tile: TileWanted }
  | { readonly kind: 'at'; readonly size: number }
  | { readonly kind: 'history'; readonly before?: number; readonly limit: number }
  | { readonly kind: 'keys' }
  | { readonly kind: 'close' }

const port = parentPort
if (!port) throw new Error('sqlite-tree-reader runs as a worker thread')
const db = openTreeForReading((workerData as TreeReaderData).treeFile)
const tiles = db.prepare('select hashes from tile where level = ? and n = ?')
const checkpoints = checkpointReads(db)

function tileOf({ level, n, hash }: TileWanted): Uint8Array | undefined {
  const hashes = readTile(level, n)
  if (hashes?.length !== tileWidth * hashBytes) return undefined
  return Buffer.compare(foldPerfect(hashes, 0, tileWidth), hash) === 0 ? hashes : undefined
}

function readTile(level: number, n: number): Uint8Array | undefined {
  try {
    return tiles.get(level, n)?.['hashes'] as Uint8Array | undefined
  } catch (error) {
    if (isDamaged(error)) return undefined
    throw error
  }
}

answerCalls<TreeQuery>(port, async (query) => {
  switch (query.kind) {
    case 'tile':
      return tileOf(query.tile)
    case 'at':
      return checkpoints.at(query.size)
    case 'history':
      return checkpoints.history(query)
    case 'keys':
      return checkpoints.keys()
    case 'close':
      db.close()
      return void setImmediate(() => port.close())
    default:
      throw new Error('unreachable: every query is handled above')
  }
})
