// A Merkle tree (RFC 6962) that grows by one leaf at a time and keeps only its right edge in memory: per level the tile
// that is not full yet. A tile that fills up is handed out, and its root becomes a hash of the level above.

import { emptyRoot, hashBytes, nodeHash } from '#core/kernel/merkle-hash.ts'
import { foldPerfect } from './fold-hashes.ts'
import { edgeOf, tileWidth } from './tile.ts'

export type Tile = {
  readonly level: number
  readonly n: number
  /** 32 bytes per hash, 1 to 256 of them. */
  readonly hashes: Uint8Array
}

/** The tile of a level that is not full yet; its bytes have room for a full one. */
type Edge = { readonly n: number; width: number; readonly hashes: Uint8Array; isChanged: boolean }

export class GrowingTree {
  readonly #edges: Edge[] = []
  #filled: Tile[] = []
  #size = 0

  static empty(): GrowingTree {
    return new GrowingTree()
  }

  /**
   * A tree that had `size` leaves, from its partial tiles (`edgeOf(size)`; what more there is is passed over).
   * Undefined when one is missing or too short. Whether they belong together, only comparing the root tells.
   */
  static resume(size: number, edge: readonly Tile[]): GrowingTree | undefined {
    const tree = new GrowingTree()
    tree.#size = size
    for (const { level, n, width } of edgeOf(size)) {
      const tile = width === 0 ? undefined : edge.find((one) => one.level === level && one.n === n)
      const hashes = tile?.hashes.subarray(0, width * hashBytes) ?? new Uint8Array(0)
      if (hashes.length < width * hashBytes) return undefined
      tree.#edges.push(newEdge(n, width, hashes))
    }
    return tree
  }

  get size(): number {
    return this.#size
  }

  append(leafHash: Uint8Array): void {
    this.#size++
    let hash = leafHash
    for (let level = 0; ; level++) {
      const edge = (this.#edges[level] ??= newEdge(0))
      edge.hashes.set(hash, edge.width * hashBytes)
      edge.width++
      edge.isChanged = true
      if (edge.width < tileWidth) return
      this.#filled.push({ level, n: edge.n, hashes: edge.hashes })
      hash = foldPerfect(edge.hashes, 0, tileWidth)
      this.#edges[level] = newEdge(edge.n + 1)
    }
  }

  /** From the smallest perfect subtree on the right to the largest on the left, over all levels. */
  root(): Uint8Array {
    let root: Uint8Array | undefined
    for (const { hashes, width } of this.#edges) {
      let end = width
      for (let count = 1; count <= end; count *= 2) {
        if (end % (count * 2) === 0) continue
        end -= count
        const perfect = foldPerfect(hashes, end, count)
        root = root === undefined ? perfect : nodeHash(perfect, root)
      }
    }
    return root ?? emptyRoot
  }

  /** The tiles that are new or wider since this was asked last; copies, so the tree may grow on meanwhile. */
  takeChanged(): Tile[] {
    const changed = this.#filled
    this.#filled = []
    for (const [level, edge] of this.#edges.entries()) {
      if (edge.isChanged) changed.push({ level, n: edge.n, hashes: edge.hashes.slice(0, edge.width * hashBytes) })
      edge.isChanged = false
    }
    return changed
  }
}

function newEdge(n: number, width = 0, hashes: Uint8Array = new Uint8Array(0)): Edge {
  const room = new Uint8Array(tileWidth * hashBytes)
  room.set(hashes)
  return { n, width, hashes: room, isChanged: false }
}
