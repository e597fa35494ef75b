// What a verifier reads, whatever keeps the log: a data folder, a PostgreSQL server, files, a web server.
//
// Nothing that a source says is trusted: ids and sizes are compared with what the entries themselves say.

export type StoredEntry = readonly [
  index: number,
  /** Null when the store holds no bytes there. */
  bytes: Uint8Array | null,
  /** Under which it is filed; null where entries are not filed by id. */
  id: string | null,
  /** 1 when a pseudonym of the person concerned lies beside it. */
  hasSubject: number,
]

export type StoredPayload = {
  readonly index: number
  readonly part: string
  readonly salt: Uint8Array
  readonly bytes: Uint8Array
  /** The store says that it was erased, though its bytes are still there. */
  readonly isCalledErased?: boolean
}

export type StoredTile = { readonly path: string; readonly hashes: Uint8Array }

export type StoredCheckpoint = {
  /** Where it is kept, for people. */
  readonly name: string
  /** Under which it is filed; undefined where it is not filed by size. */
  readonly size: number | undefined
  readonly note: string
  /** Lines of witnesses kept beside it. */
  readonly cosignatures: readonly string[]
}

export type TileWish = { readonly level: number; readonly n: number; readonly width: number }

export type LogSource = {
  /** For people: the folder or address. */
  readonly name: string
  /** What the store says the log is called; undefined when only checkpoints say so. */
  readonly origin: string | undefined
  /** One above the highest index there is now; it may grow while a server runs. Errors: StoreDamaged. */
  size(): Promise<number>
  /** The first index at or above `from` that there is. */
  nextIndex(from: number): Promise<number | undefined>
  /** What there is of entries `from` to `to - 1`, in order. Errors: StoreDamaged. */
  entries(from: number, to: number): Promise<readonly StoredEntry[]>
  /** Everything kept of this tile that has at least one hash: partial ones too where they are files of their own. Errors: StoreDamaged. */
  tiles(wish: TileWish): Promise<readonly StoredTile[]>
  /** The last tile of each level, as far as they can be listed: none may end beyond the log. */
  lastTiles(): Promise<readonly TileWish[]>
  /** False where earlier checkpoints may not be there: then that one is lacking proves nothing. Known once they were read. */
  readonly hasAllCheckpoints: boolean
  /** Checkpoints filed above `above` (-1: all), ascending by size. Errors: StoreDamaged. */
  checkpoints(above: number, limit: number): Promise<readonly StoredCheckpoint[]>
  newestCheckpoint(): Promise<StoredCheckpoint | undefined>
  /** Keys that lie beside the log, oldest first. They prove less than a key that came another way. */
  keys(): Promise<readonly string[]>
  /** Undefined where payloads are not kept. */
  readonly payloads?: PayloadSource
  close(): Promise<void>
}

export type PayloadSource = {
  /** Payloads of entries `from` to `to - 1`, by index. Errors: StoreDamaged. */
  of(from: number, to: number): AsyncIterable<StoredPayload> | Iterable<StoredPayload>
  /** One above the highest index that has a payload now. */
  end(): Promise<number>
  /** Does anything lie there still for this entry: a payload, or a pseudonym? */
  remains(index: number): Promise<boolean>
}

/** The store cannot give what it should hold: a damaged file, a row of the wrong kind. */
export class StoreDamaged extends Error {
  override readonly name = 'StoreDamaged'
}

/** A bundle of entries is not as it should be; `entries` are those that can be had all the same. */
export class BundleDamaged extends StoreDamaged {
  readonly code: 'bundle-malformed' | 'bundle-differs'
  readonly tile: string
  readonly entries: readonly StoredEntry[]

  constructor(
    code: BundleDamaged['code'],
    message: string,
    place: { readonly tile: string; readonly entries: readonly StoredEntry[] },
  ) {
    super(message)
    this.code = code
    this.tile = place.tile
    this.entries = place.entries
  }
}
