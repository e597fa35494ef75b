// The tiles of a tree as they are given out: every full tile is checked against its hash in the tile above it, up to the
// right edge, which is in memory and gives the signed root. So no tile leaves that does not belong to the checkpoint.
//
// A tile that is missing or does not fit is made again from entries (`repair`), which is what tiles are made from.

import { hashBytes } from '#core/kernel/merkle-hash.ts'
import { tileWidth } from '#core/tlog/tile.ts'
import type { GrownTile } from './tree-grower.ts'

export type CheckedTilesParts = {
  /** The tile whose hash is `hash`; undefined when the store has another or none. */
  readonly read: (tile: TileWanted) => Promise<Uint8Array | undefined>
  /** The same, made again. Errors: log_forked when the entries do not give it. */
  readonly repair: (tile: TileWanted) => Promise<Uint8Array>
}
export type TileWanted = { readonly level: number; readonly n: number; readonly hash: Uint8Array }

export type CheckedTiles = {
  /** The tree has this size now, and these partial tiles (edgeOf). */
  grown(size: number, edge: readonly GrownTile[]): void
  tile(level: number, n: number): Promise<Uint8Array | undefined>
}

/** Full tiles kept in memory: 4 MiB. Level 1 and up of a tree of ten million entries are 153 tiles. */
const cachedMax = 512

export function createCheckedTiles({ read, repair }: CheckedTilesParts): CheckedTiles {
  let size = 0
  let edge = new Map<string, Uint8Array>()
  const cached = new Map<string, Uint8Array>()

  function remember(key: string, hashes: Uint8Array): void {
    cached.delete(key)
    cached.set(key, hashes)
    for (const oldest of cached.keys()) {
      if (cached.size <= cachedMax) return
      cached.delete(oldest)
    }
  }

  async function tile(level: number, n: number): Promise<Uint8Array | undefined> {
    const key = `${level}/${n}`
    const near = edge.get(key) ?? cached.get(key)
    if (near) {
      if (cached.has(key)) remember(key, near)
      return near
    }
    if (level < 0 || n < 0 || n >= Math.floor(size / tileWidth ** (level + 1))) return undefined
    const above = await tile(level + 1, Math.floor(n / tileWidth))
    const at = (n % tileWidth) * hashBytes
    // A copy: a view would take the whole tile with it to the other thread.
    const hash = above?.slice(at, at + hashBytes)
    if (hash?.length !== hashBytes) return undefined
    const found = (await read({ level, n, hash })) ?? (await repair({ level, n, hash }))
    remember(key, found)
    return found
  }

  return {
    tile,
    grown(newSize, tiles) {
      size = newSize
      edge = new Map(tiles.map(({ level, n, hashes }) => [`${level}/${n}`, hashes]))
    },
  }
}
