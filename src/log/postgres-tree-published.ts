// What the tree on PostgreSQL shows to everybody: the newest checkpoint, the tiles of its right edge, the key in force.

import { hashBytes } from '#core/kernel/merkle-hash.ts'
import { edgeOf } from '#core/tlog/tile.ts'
import { keptCheckpoints, tileQuery, treeKeys, type Rows } from './postgres-tree-store.ts'
import type { GrownTile } from './tree-grower.ts'
import type { KeptCheckpoint } from './tree.ts'

export type Published = {
  readonly checkpoint: KeptCheckpoint
  /** The note with the log's own signatures only. */
  readonly signed: string
  readonly edge: readonly GrownTile[]
  readonly vkey: string
}

/** Undefined when nothing is there, or nothing that differs from `before`. */
export async function readPublished(rows: Rows, before: Published | undefined): Promise<Published | undefined> {
  const [checkpoint] = await keptCheckpoints(rows, { limit: 1 })
  const key = (await treeKeys(rows)).find(({ until }) => until === null)
  if (!checkpoint || !key) return undefined
  if (checkpoint.note === before?.checkpoint.note && key.vkey === before.vkey) return undefined
  const lines = checkpoint.cosignatures.map(({ line }) => `${line}\n`).join('')
  const signed = checkpoint.note.slice(0, checkpoint.note.length - lines.length)
  return { checkpoint, signed, edge: await edgeAt(rows, checkpoint.size), vkey: key.vkey }
}

/** Tiles may be wider than the checkpoint needs; their first hashes never change. */
async function edgeAt(rows: Rows, size: number): Promise<GrownTile[]> {
  const edge: GrownTile[] = []
  for (const { level, n, width } of edgeOf(size)) {
    const [tile] = await rows<{ hashes: Uint8Array }>(tileQuery(level, n))
    if (tile) edge.push({ level, n, hashes: tile.hashes.slice(0, width * hashBytes) })
  }
  return edge
}
