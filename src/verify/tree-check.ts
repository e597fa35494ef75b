// The tree: made anew from the entries' hashes and compared with every tile that is kept, on every level, and with every
// checkpoint at its size.

import type { CheckpointCheck } from './checkpoint-check.ts'
import { isEqual } from './checkpoint.ts'
import type { Findings } from './finding.ts'
import { chooseLeaves, hashesOf, type Choice, type Leaves } from './leaf-choice.ts'
import { type LogSource, type StoredTile, StoreDamaged } from './source.ts'
import { tilePath, widthAt } from './tile-path.ts'
import { hashBytes, tileWidth, TreeBuilder, type FullTile } from './tree-builder.ts'

export type TreeOptions = {
  readonly source: LogSource
  readonly findings: Findings
  readonly checkpoints: CheckpointCheck
  /** Size and root of the newest checkpoint when this verification began; undefined when there is none that can be read. */
  readonly newest: { readonly size: number; readonly root: Uint8Array } | undefined
}

export class TreeCheck {
  tiles = 0
  readonly #options: TreeOptions
  readonly #builder: TreeBuilder
  readonly #own = new Uint8Array(tileWidth * hashBytes)
  /** Tiles of higher levels that became full and were not compared yet. */
  #full: FullTile[] = []
  #isLost = false

  constructor(options: TreeOptions) {
    this.#options = options
    this.#builder = new TreeBuilder((tile) => {
      if (tile.level > 0) this.#full.push({ ...tile, hashes: new Uint8Array(tile.hashes) })
    })
  }

  /** How far the tree could be grown: to the end, unless an entry is missing and no tile tells its hash. */
  get size(): number {
    return this.#builder.size
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /** A place in the log that cannot be bridged: from here on there is no tree. */
  lose(): void {
    this.#isLost = true
  }

  async begin(): Promise<void> {
    await this.#visitCheckpoints()
  }

  /** The next `tileWidth` leaves, or what there is at the end. Undefined: no entry is there, or it cannot be read. */
  async add(leaves: Leaves): Promise<void> {
    if (this.#isLost) return
    const n = this.#builder.size / tileWidth
    const stored = await this.#readTiles({ level: 0, n, width: leaves.length })
    const chosen = await this.#choose(n, leaves, stored)
    this.#isLost = chosen.lost
    for (const leaf of chosen.leaves) {
      this.#builder.append(leaf)
      if (this.#builder.size === this.#options.checkpoints.nextSize()) await this.#visitCheckpoints()
    }
    for (const { level, n, hashes } of this.#full.splice(0))
      this.#compare(await this.#readTiles({ level, n, width: tileWidth }), { level, n, hashes })
  }

  /** Compares the tiles at the right edge, and what is left of the checkpoints. */
  async finish(): Promise<void> {
    for (let level = 1; tileWidth ** level <= this.#builder.size; level++) {
      const { n, hashes } = this.#builder.edge(level)
      if (hashes.length > 0)
        this.#compare(await this.#readTiles({ level, n, width: hashes.length / hashBytes }), { level, n, hashes })
    }
    await this.#options.checkpoints.finish(this.#isLost ? undefined : this.#builder.size)
    if (!this.#isLost) await this.#findStrays()
  }

  async #visitCheckpoints(): Promise<void> {
    const { checkpoints } = this.#options
    await checkpoints.prepare()
    const { size } = this.#builder
    while (checkpoints.nextSize() === size) {
      checkpoints.visit(size, this.#builder.root())
      await checkpoints.prepare()
    }
  }

  /** Tiles as they are kept; what is no tile, or not there although a checkpoint needs it, is reported. */
  async #readTiles({ level, n, width }: { level: number; n: number; width: number }): Promise<readonly StoredTile[]> {
    const { source, findings, newest } = this.#options
    const needed = newest ? Math.min(width, widthAt(newest.size, level, n)) : 0
    const path = tilePath({ level, n, width: needed || tileWidth })
    const tiles = await source.tiles({ level, n, width: needed || width }).catch((error: unknown) => {
      if (!(error instanceof StoreDamaged)) throw error
      findings.fault('store-damaged', { tile: path }, `It cannot be read: ${error.message}.`)
      return undefined
    })
    if (!tiles) return []
    const readable = tiles.filter(({ path, hashes }) => {
      const isTile = hashes.length > 0 && hashes.length % hashBytes === 0 && hashes.length <= tileWidth * hashBytes
      if (!isTile)
        findings.fault(
          'tile-malformed',
          { tile: path },
          `It has ${hashes.length} bytes, which is no whole number of 1 to ${tileWidth} hashes.`,
        )
      return isTile
    })
    const widest = Math.max(0, ...readable.map(({ hashes }) => hashes.length / hashBytes))
    if (widest < needed && readable.length === tiles.length) {
      const what = widest === 0 ? 'It is not there' : `It has ${widest} hashes instead of ${needed}`
      findings.fault(
        'tile-missing',
        { tile: path },
        `${what}, although a checkpoint of size ${newest?.size} was signed.`,
      )
    }
    this.tiles += readable.length
    return readable.toSorted((a, b) => b.hashes.length - a.hashes.length)
  }

  /** The lowest level: finds out for each leaf whether entry and tile agree, and which to go on with. */
  async #choose(n: number, leaves: Leaves, stored: readonly StoredTile[]): Promise<Choice> {
    const [widest] = stored
    let isComplete = true
    for (let at = 0; at < leaves.length; at++) {
      const leaf = leaves[at]
      if (leaf) this.#own.set(leaf, at * hashBytes)
      else isComplete = false
    }
    const own = this.#own.subarray(0, leaves.length * hashBytes)
    let chosen: Choice = { leaves: leaves as readonly Uint8Array[], blamed: 'unknown', lost: false }
    if (!isComplete || (widest && !agrees(own, widest.hashes))) {
      chosen = chooseLeaves(leaves, widest ? hashesOf(widest.hashes) : [], {
        above: leaves.length === tileWidth ? await this.#hashAbove(n) : undefined,
        checkpoint: this.#options.newest,
        before: this.#builder,
      })
      if (widest) this.#report({ leaves, told: hashesOf(widest.hashes), blamed: chosen.blamed, path: widest.path })
    }
    for (const other of stored.slice(1)) this.#compareWith(other, { level: 0, n, hashes: Buffer.concat(chosen.leaves) })
    return chosen
  }

  async #hashAbove(n: number): Promise<Uint8Array | undefined> {
    const place = n % tileWidth
    const wish = { level: 1, n: (n - place) / tileWidth, width: place + 1 }
    const tiles = await this.#options.source.tiles(wish).catch(() => [])
    return tiles.map(({ hashes }) => hashesOf(hashes)[place]).find((hash) => hash !== undefined)
  }

  #report({
    leaves,
    told,
    blamed,
    path,
  }: {
    leaves: Leaves
    told: readonly Uint8Array[]
    blamed: Choice['blamed']
    path: string
  }): void {
    const { findings } = this.#options
    for (const [at, leaf] of leaves.entries()) {
      const stored = told[at]
      // What is missing was reported where it was looked for.
      if (!leaf || !stored || isEqual(leaf, stored)) continue
      const entry = this.#builder.size + at
      if (blamed === 'entries')
        findings.fault(
          'entry-changed',
          { entry, tile: path },
          `Its hash is not the one in ${path}, which what was built on it vouches for: the entry was changed.`,
        )
      else if (blamed === 'tile')
        findings.fault(
          'tile-wrong',
          { tile: path, entry },
          `Its hash for entry ${entry} is not that of the entry, which what was built on it vouches for: the tile was changed.`,
        )
      else
        findings.fault(
          'tile-wrong',
          { tile: path, entry },
          `Its hash for entry ${entry} is not that of the entry, and nothing else tells which of the two was changed.`,
        )
    }
  }

  #compare(stored: readonly StoredTile[], own: FullTile): void {
    for (const tile of stored) this.#compareWith(tile, own)
  }

  #compareWith({ path, hashes }: StoredTile, own: FullTile): void {
    if (agrees(own.hashes, hashes)) return
    const told = hashesOf(hashes)
    const at = hashesOf(own.hashes).findIndex((hash, at) => told[at] && !isEqual(hash, told[at]))
    const child = own.n * tileWidth + at
    const of = own.level === 0 ? `entry ${child}` : tilePath({ level: own.level - 1, n: child, width: tileWidth })
    this.#options.findings.fault('tile-wrong', { tile: path }, `Its hash ${at} is not that of ${of}.`)
  }

  /** A tile that ends beyond the log says that there were more entries. The log may have grown since: it is asked last. */
  async #findStrays(): Promise<void> {
    const { source, findings } = this.#options
    const last = await source.lastTiles()
    const size = await source.size()
    for (const { level, n, width } of last) {
      const there = widthAt(size, level, n)
      if (width <= there) continue
      const path = tilePath({ level, n, width })
      findings.fault(
        'tile-unexpected',
        { tile: path },
        `It has ${width} hashes, and a log of ${size} entries has ${there} there: entries at its end are gone.`,
      )
    }
  }
}

/** True when the shorter of both is the beginning of the longer. */
function agrees(own: Uint8Array, stored: Uint8Array): boolean {
  const length = Math.min(own.length, stored.length)
  return isEqual(own.subarray(0, length), stored.subarray(0, length))
}
