// The grower: turns a log's entries into a Merkle tree and signs checkpoints of it. Off the hot path, one per log.
//
//   open     (tree-grower-start.ts) the tree as the newest kept checkpoint promised it: from the right edge of the tiles, or
//            from the entries where tiles are missing or wrong; refused where the entries are not those that were signed
//   step     reads what the log has beyond the tree, hashes it, signs, and commits tiles and checkpoint in ONE transaction;
//            ends early after a second or half a million entries, so that catching up needs no more memory than that
//   failed   the tree in memory may be ahead of the store: it is thrown away, and the next step opens anew
//   pace     (tree-pace.ts) the first step after a pause at once, the next not before a second has passed
//
// So the newest checkpoint in the store never covers an entry that is not durable, nor a tile that is not there with it.
// Tiles may be wider than the newest checkpoint needs; a tile's first hashes never change.

import { leafHash } from '#core/kernel/merkle-hash.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { formatInstant, type Instant } from '#core/kernel/instant.ts'
import { formatCheckpoint } from '#core/tlog/checkpoint.ts'
import type { GrowingTree } from '#core/tlog/growing-tree.ts'
import { signNote, type Signer } from '#core/tlog/note.ts'
import { rolledBack } from './tree-refusals.ts'

/** Where the entries come from. */
export type GrowerEntries = {
  /** Entries that are durable. */
  head(): Promise<number>
  /**
   * The bytes of entries `from`, `from + 1`, …: gapless, at least one below the head, at most `limit`, and no more than is
   * good to hold at once. Errors: log_unavailable, log_forked for a gap.
   */
  read(from: number, limit: number): Promise<readonly Uint8Array[]>
  /** Index of the entry that holds this `once`. */
  findOnce(once: string): Promise<number | undefined>
}

export type GrownTile = { readonly level: number; readonly n: number; readonly hashes: Uint8Array }
/** `note` carries the log's own signatures, no cosignatures. */
export type SignedCheckpoint = { readonly size: number; readonly at: string; readonly note: string }

/** What one transaction writes. */
export type TreeStep = {
  /** Replace those of the same level and n. */
  readonly tiles: readonly GrownTile[]
  readonly checkpoint?: SignedCheckpoint
  /** All tiles that are there are dropped first. */
  readonly anew?: boolean
}

/** Where tiles and checkpoints go. One grower writes to it. */
export type GrowerStore = {
  newest(): Promise<SignedCheckpoint | undefined>
  tile(level: number, n: number): Promise<Uint8Array | undefined>
  /** Durable when it resolves; all of it or nothing. */
  commit(step: TreeStep): Promise<void>
}

/** Who signs (tree-keys.ts). */
export type GrowerKeys = {
  /** Verifier keys that ever were in force. */
  vkeys(): readonly string[]
  signer(): Signer
  /** The key before it: signs along until a checkpoint covers the entry that announces the new one. */
  retiring(): Signer | undefined
  /** That checkpoint is durable: the retiring key is not needed any more. */
  retired(): Promise<void>
}

/** A note kept outside the data folder, which a roll-back of the folder does not roll back. */
export type KeptNote = { read(): string | undefined; write(note: string): void }

export type GrowerParts = {
  readonly origin: string
  readonly entries: GrowerEntries
  readonly store: GrowerStore
  readonly keys: GrowerKeys
  readonly clock: () => Instant
  readonly kept?: KeptNote | undefined
  /** While tiles are made again from entries. */
  readonly onProgress?: ((done: number, of: number) => void) | undefined
}

export type Grower = {
  /** Grows as far as the log goes, or as far as one step may. Answers the new checkpoint; undefined without one. */
  step(): Promise<SignedCheckpoint | undefined>
}

/** The once of the entry that announces a key. */
export const announcementOf = (keyId: string) => `log-key:${keyId}`

/** Is the key in force on the log, for whoever has only the one before it? */
export async function announcedAt(entries: GrowerEntries, keys: GrowerKeys): Promise<number | undefined> {
  return entries.findOnce(announcementOf(keys.signer().id))
}

/** Entries read at once. */
export const batchEntries = 4_096
const stepEntriesMax = 524_288
const stepMsMax = 1_000

/** Appends one batch, up to `to`. Errors: log_unavailable, log_forked for a gap. */
export async function append(tree: GrowingTree, entries: GrowerEntries, to: number): Promise<void> {
  const batch = await entries.read(tree.size, Math.min(batchEntries, to - tree.size))
  if (batch.length === 0) throw new PlatformError('log_unavailable', `The entry ${tree.size} cannot be read yet.`)
  for (const entry of batch) tree.append(leafHash(entry))
}

export type OpenedTree = {
  readonly tree: GrowingTree
  /** Size of the newest checkpoint; undefined when there is none yet. */
  readonly signed: number | undefined
}

/** Begins with the first step; openGrower (tree-grower-start.ts) makes one that is ready. */
export class TreeGrower implements Grower {
  readonly #parts: GrowerParts
  readonly #open: () => Promise<OpenedTree>
  /** Undefined before it is opened, and after a failure. */
  #tree: GrowingTree | undefined
  #signed = 0

  constructor(parts: GrowerParts, open: () => Promise<OpenedTree>) {
    this.#parts = parts
    this.#open = open
  }

  /** Leaves a checkpoint in the store where there was none. Answers it. */
  async open(): Promise<SignedCheckpoint | undefined> {
    const { tree, signed } = await this.#open()
    this.#signed = signed ?? 0
    const first = signed === undefined ? await this.#sign(tree) : undefined
    this.#tree = tree
    return first
  }

  async step(): Promise<SignedCheckpoint | undefined> {
    const first = this.#tree ? undefined : await this.open()
    const tree = this.#tree
    if (first || !tree) return first
    // Whatever fails from here on leaves a tree that may be ahead of the store.
    this.#tree = undefined
    const grown = await this.#grow(tree)
    this.#tree = tree
    return grown
  }

  async #grow(tree: GrowingTree): Promise<SignedCheckpoint | undefined> {
    const { entries, clock } = this.#parts
    const head = await entries.head()
    if (head < tree.size) throw rolledBack({ head, size: tree.size, where: 'the tree' })
    const startedAt = clock()
    while (tree.size < head && tree.size - this.#signed < stepEntriesMax && clock() - startedAt < stepMsMax) {
      await append(tree, entries, head)
    }
    return tree.size > this.#signed ? this.#sign(tree) : undefined
  }

  async #sign(tree: GrowingTree): Promise<SignedCheckpoint> {
    const { origin, entries, store, keys, clock, kept } = this.#parts
    const { size } = tree
    const retiring = keys.retiring()
    const announced = retiring && (await announcedAt(entries, keys))
    const text = formatCheckpoint({ origin, size, root: tree.root() })
    const signers = retiring ? [keys.signer(), retiring] : [keys.signer()]
    const checkpoint = { size, at: formatInstant(clock()), note: signNote(text, signers) }
    await store.commit({ tiles: tree.takeChanged(), checkpoint })
    this.#signed = size
    if (announced !== undefined && size > announced) await keys.retired()
    kept?.write(checkpoint.note)
    return checkpoint
  }
}
