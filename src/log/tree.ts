// The port of a log's Merkle tree: tiles, checkpoints and their history, kept beside the log and grown off the hot path.
//
// The tree is made from the log's entries and can be made again from them; checkpoints and cosignatures cannot: they are
// promises, signed and given away. One process grows the tree of a log; test/conformance/tree.ts holds every store to the
// comments below.

export type Cosignature = {
  /** Name of the witness's key. */
  readonly witness: string
  /** RFC 3339 UTC: when it was received. */
  readonly at: string
  /** `— <name> <base64>`, without the line's end. */
  readonly line: string
}

export type KeptCheckpoint = {
  /** Entries that it covers. */
  readonly size: number
  /** Base64, as in the note. */
  readonly root: string
  /** RFC 3339 UTC, milliseconds: when it was signed. */
  readonly at: string
  /** The signed note with every signature line, the log's own first, cosignatures after. */
  readonly note: string
  readonly cosignatures: readonly Cosignature[]
}

export type LogKey = {
  /** Key id of the signed note, 8 hex digits. */
  readonly id: string
  readonly vkey: string
  readonly since: string
  /** Null for the key in force. */
  readonly until: string | null
}

export type TreeHealth = {
  /** `stopped`: no more checkpoints are made until the cause in `detail` is gone; the log itself goes on. */
  readonly state: 'growing' | 'stopped'
  /** Entries on the log that no checkpoint covers yet. */
  readonly behind: number
  readonly detail: string | null
}

export type LogTree = {
  /** The log's name: also the name of its keys and the first line of every checkpoint. */
  readonly origin: string
  /** Verifier key in force (C2SP signed note), as an outsider configures it. */
  vkey(): string
  /** Oldest first, retired ones too: checkpoints that they signed stay checkable. */
  keys(): Promise<readonly LogKey[]>
  /** Known without waiting. There is always one: size 0 is signed at first start. */
  latest(): KeptCheckpoint
  /** The checkpoint of exactly this size. */
  at(size: number): Promise<KeptCheckpoint | undefined>
  /** Newest first; `before` leaves out this size and larger ones. */
  history(query: { readonly before?: number; readonly limit: number }): Promise<readonly KeptCheckpoint[]>
  /**
   * The hashes of a tile, 32 bytes each, 1 to 256 of them: at least as many as the newest checkpoint needs, perhaps more.
   * Undefined when the tree has no such tile. Errors: log_unavailable.
   */
  tile(level: number, n: number): Promise<Uint8Array | undefined>
  /** The newest checkpoint once it covers `size` entries; undefined when that takes longer than `timeoutMs`. */
  waitFor(size: number, timeoutMs: number): Promise<KeptCheckpoint | undefined>
  /** Calls back after a checkpoint became durable. Returns how to stop. */
  onCheckpoint(listener: (checkpoint: KeptCheckpoint) => void): () => void
  /**
   * Adds a witness's line to the checkpoint of `size`; resolves when durable. The same witness again replaces its line.
   * The caller has verified it. Errors: not_found when no checkpoint of this size is kept, log_unavailable.
   */
  addCosignature(size: number, cosignature: Cosignature): Promise<void>
  /**
   * Retires the key in force and makes another; resolves with the new one when it is durable. The next checkpoint that
   * covers entries which the last one does not is signed by both, those after it by the new one alone.
   * Whoever calls puts `log-key-rotated` on the log with the answer (engine/log-keys.ts). Errors: log_unavailable.
   */
  rotateKey(): Promise<{ readonly vkey: string }>
  health(): TreeHealth
  /** Signs what the log holds by now, then releases the store. */
  close(): Promise<void>
}
