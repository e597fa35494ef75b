// The Merkle tree of RFC 6962 §2.1, built leaf by leaf in memory that does not grow: the roots of the whole subtrees so far
// (one per set bit of the size), and per tile level the tile that is not full yet.
//
// It is made anew here, from the definition, so that a mistake of the writer's cannot be repeated: MTH of 2^k leaves is the
// hash of two halves, and the root of any size is the hash of its whole subtrees from right to left.

import { emptyRoot, nodeHash } from '#core/kernel/merkle-hash.ts'

export const tileWidth = 256
export const hashBytes = 32
/** A tile is eight levels of the tree high. */
const tileHeight = 8

/** A full tile: `tileWidth` hashes, valid until the next leaf is added. */
export type FullTile = { readonly level: number; readonly n: number; readonly hashes: Uint8Array }

export class TreeBuilder {
  size = 0
  /** The roots of whole subtrees by height; those whose bit is not set in `size` are stale. */
  readonly #whole: Uint8Array[] = []
  readonly #tiles: Uint8Array[] = []
  readonly #onFullTile: (tile: FullTile) => void

  constructor(onFullTile: (tile: FullTile) => void) {
    this.#onFullTile = onFullTile
  }

  append(leaf: Uint8Array): void {
    const index = this.size
    let hash = leaf
    let height = 0
    this.#put(0, index, hash)
    // Powers of two by division: a log may have more entries than 32 bits count.
    for (let rest = index; rest % 2 === 1; rest = (rest - 1) / 2) {
      hash = nodeHash(this.#whole[height] as Uint8Array, hash)
      height++
      if (height % tileHeight === 0) this.#put(height / tileHeight, (rest - 1) / 2, hash)
    }
    this.#whole[height] = hash
    this.size = index + 1
  }

  /** The root at the size now. */
  root(): Uint8Array {
    let root: Uint8Array | undefined
    for (let height = 0, rest = this.size; rest > 0; height++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 0) continue
      const whole = this.#whole[height] as Uint8Array
      root = root ? nodeHash(whole, root) : whole
    }
    return root ?? emptyRoot
  }

  /** The hashes so far of the last tile of `level`: fewer than `tileWidth`, perhaps none. */
  edge(level: number): { readonly n: number; readonly hashes: Uint8Array } {
    const count = Math.floor(this.size / tileWidth ** level)
    const width = count % tileWidth
    const hashes = this.#tiles[level]?.subarray(0, width * hashBytes) ?? new Uint8Array(0)
    return { n: Math.floor(count / tileWidth), hashes }
  }

  /** The same tree, to try what other leaves would give. Its full tiles are nobody's concern. */
  copy(): TreeBuilder {
    const copy = new TreeBuilder(() => undefined)
    copy.size = this.size
    copy.#whole.push(...this.#whole)
    copy.#tiles.push(...this.#tiles.map((tile) => new Uint8Array(tile)))
    return copy
  }

  #put(level: number, position: number, hash: Uint8Array): void {
    const tile = (this.#tiles[level] ??= new Uint8Array(tileWidth * hashBytes))
    const place = position % tileWidth
    tile.set(hash, place * hashBytes)
    if (place === tileWidth - 1) this.#onFullTile({ level, n: (position - place) / tileWidth, hashes: tile })
  }
}
