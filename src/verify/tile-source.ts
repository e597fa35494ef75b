// A log as C2SP tlog-tiles publishes it: a checkpoint, tiles of hashes, bundles of entries. From files, or from a web server;
// what differs is how a path is read, and whether paths can be listed.

import { parseCheckpoint } from './checkpoint.ts'
import { parseBundle } from './entry-bundle.ts'
import {
  BundleDamaged,
  StoreDamaged,
  type LogSource,
  type StoredCheckpoint,
  type StoredEntry,
  type StoredTile,
  type TileWish,
} from './source.ts'
import { tilePath, type TilePlace } from './tile-path.ts'
import { hashBytes, tileWidth } from './tree-builder.ts'

export type TileReader = {
  readonly name: string
  /** Undefined when there is no such file. Errors: NotCheckable. */
  read(path: string): Promise<Uint8Array | undefined>
  /** Partial and full forms of this tile that there are, widest first; undefined where paths cannot be listed. */
  formsOf(place: Pick<TilePlace, 'level' | 'n'>): Promise<readonly TilePlace[]> | undefined
  /** The last tile of a level; undefined when there is none, or where paths cannot be listed. */
  lastOf(level: TilePlace['level']): Promise<TilePlace | undefined>
  /** The newest checkpoint and those from before it, where the log gives them away. */
  earlier?(above: number, limit: number): Promise<readonly StoredCheckpoint[]>
  /** `earlier` gives all that ever were. */
  readonly hasAllCheckpoints: boolean
  close(): Promise<void>
}

type Bundle = {
  readonly n: number
  readonly entries: readonly Uint8Array[]
  readonly damage: { readonly code: BundleDamaged['code']; readonly tile: string; readonly message: string } | undefined
}

export class TileSource implements LogSource {
  readonly name: string
  readonly origin = undefined
  readonly #reader: TileReader
  #checkpoint: StoredCheckpoint | undefined
  #bundle: Bundle | undefined

  constructor(reader: TileReader) {
    this.name = reader.name
    this.#reader = reader
  }

  get hasAllCheckpoints(): boolean {
    return this.#reader.hasAllCheckpoints
  }

  /** Where paths can be listed, what is there; else what the checkpoint says. */
  async size(): Promise<number> {
    const last = await this.#reader.lastOf('entries')
    if (last) return last.n * tileWidth + last.width
    const checkpoint = await this.newestCheckpoint()
    const parsed = checkpoint && parseCheckpoint(checkpoint.note)
    return typeof parsed === 'object' ? parsed.size : 0
  }

  async nextIndex(from: number): Promise<number | undefined> {
    const size = await this.size()
    return from < size ? from : undefined
  }

  async entries(from: number, to: number): Promise<readonly StoredEntry[]> {
    const n = Math.floor(from / tileWidth)
    if (this.#bundle?.n !== n) this.#bundle = await this.#readBundle(n, to - n * tileWidth)
    const { entries, damage } = this.#bundle
    const first = from - n * tileWidth
    const rows = entries.slice(first, to - n * tileWidth).map((bytes, at): StoredEntry => [from + at, bytes, null, 0])
    if (damage) throw new BundleDamaged(damage.code, damage.message, { tile: damage.tile, entries: rows })
    return rows
  }

  async tiles({ level, n, width }: TileWish): Promise<readonly StoredTile[]> {
    const tiles: StoredTile[] = []
    for (const place of await this.#forms({ level, n, width })) {
      const path = tilePath(place)
      const hashes = await this.#reader.read(path)
      if (!hashes) continue
      if (hashes.length !== place.width * hashBytes)
        throw new StoreDamaged(`${path} has ${hashes.length} bytes instead of ${place.width * hashBytes}`)
      tiles.push({ path, hashes })
    }
    return tiles
  }

  async lastTiles(): Promise<readonly TileWish[]> {
    const last: TileWish[] = []
    for (let level = 0; level < 64; level++) {
      const place = await this.#reader.lastOf(level)
      if (!place) break
      last.push({ level, n: place.n, width: place.width })
    }
    return last
  }

  async checkpoints(above: number, limit: number): Promise<readonly StoredCheckpoint[]> {
    if (this.#reader.earlier) return this.#reader.earlier(above, limit)
    const newest = await this.newestCheckpoint()
    return newest ? [newest] : []
  }

  async newestCheckpoint(): Promise<StoredCheckpoint | undefined> {
    if (this.#checkpoint) return this.#checkpoint
    const bytes = await this.#reader.read('checkpoint')
    if (!bytes) return undefined
    const note = Buffer.from(bytes).toString('utf8')
    const checkpoint = parseCheckpoint(note)
    const size = this.#reader.earlier && typeof checkpoint === 'object' ? checkpoint.size : undefined
    this.#checkpoint = { name: 'checkpoint', size, note, cosignatures: [] }
    return this.#checkpoint
  }

  async keys(): Promise<readonly string[]> {
    return []
  }

  close(): Promise<void> {
    return this.#reader.close()
  }

  /** The widest form gives the entries; every other one must be the beginning of it. */
  async #readBundle(n: number, width: number): Promise<Bundle> {
    let widest: Uint8Array | undefined
    let entries: readonly Uint8Array[] = []
    let damage: Bundle['damage']
    for (const place of await this.#forms({ level: 'entries', n, width })) {
      const tile = tilePath(place)
      const bytes = await this.#reader.read(tile)
      if (!bytes) continue
      const parsed = parseBundle(bytes)
      if (typeof parsed === 'string')
        damage ??= { code: 'bundle-malformed', tile, message: `It cannot be read: ${parsed}` }
      else if (parsed.length !== place.width)
        damage ??= {
          code: 'bundle-malformed',
          tile,
          message: `It has ${parsed.length} entries instead of ${place.width}`,
        }
      else if (!widest) entries = parsed
      if (widest && Buffer.compare(widest.subarray(0, bytes.length), bytes) !== 0) {
        damage ??= { code: 'bundle-differs', tile, message: 'Its entries are not those of the wider bundle' }
      }
      widest ??= bytes
    }
    return { n, entries, damage }
  }

  async #forms(wish: TilePlace): Promise<readonly TilePlace[]> {
    const listed = await this.#reader.formsOf(wish)
    if (listed) return listed
    // A log may drop a partial tile once it has the full one.
    if (wish.width < tileWidth && (await this.#reader.read(tilePath(wish))) === undefined)
      return [{ ...wish, width: tileWidth }]
    return [wish]
  }
}
