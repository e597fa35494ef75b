// How a tree is opened: quickly where all is well, from the entries where tiles are not, and not at all where the entries
// are not those that were signed.
//
//   checked first    the newest kept checkpoint is ours (origin, signature); the log is not shorter than it promises
//   from the edge    the tree as it was some thousand entries before the newest checkpoint, from the tiles of the right edge;
//                    those entries appended again must give the promised root: this checks edge and tail at once
//   from entries     where tiles are missing or wrong: a million entries, then all of them; the root must come out
//   kept outside     a note that lies outside the folder must be on the way from here to there, too
//
// Tiles left of the edge are not looked at: each is checked against its parent when it is read (checked-tiles.ts).

import { hashBytes, leafHash } from '#core/kernel/merkle-hash.ts'
import { GrowingTree } from '#core/tlog/growing-tree.ts'
import { edgeOf, tileWidth } from '#core/tlog/tile.ts'
import {
  append,
  batchEntries,
  TreeGrower,
  type Grower,
  type GrowerParts,
  type GrowerStore,
  type GrownTile,
  type OpenedTree,
} from './tree-grower.ts'
import { readPromise, type Promised } from './tree-promise.ts'
import { entryForked, forked, rolledBack } from './tree-refusals.ts'

/** Tiles of entries that are made again at every start: 4,096 entries take some milliseconds. */
const tailTiles = 16
/** Where that was not enough: a million entries take some seconds. */
const longTailTiles = 4_096
/** Entries whose tiles are written at once while all are made again. */
const chunkEntries = 524_288

/** Errors: log_rolled_back, log_forked, checkpoint_invalid, log_unavailable. */
export async function openGrower(parts: GrowerParts): Promise<Grower> {
  const grower = new TreeGrower(parts, () => openTree(parts))
  await grower.open()
  return grower
}

async function openTree(parts: GrowerParts): Promise<OpenedTree> {
  const { entries, store, kept } = parts
  const newest = await store.newest()
  const where = 'the newest checkpoint kept with it'
  const promised = newest && readPromise(parts, newest.note, { where, size: newest.size })
  const note = kept?.read()
  const outside = note === undefined ? undefined : readPromise(parts, note, { where: 'the checkpoint kept outside it' })
  const head = await entries.head()
  for (const one of [promised, outside]) if (one && head < one.size) throw rolledBack({ head, ...one })

  // Without a checkpoint nobody knows of which log the tiles are.
  if (!promised) await store.commit({ tiles: [], anew: true })
  const tree = promised ? await treeOf(parts, promised) : GrowingTree.empty()
  if (outside) await compare(parts, outside, tree)
  return { tree, signed: promised?.size }
}

/** The tree that `promised` was signed for. */
async function treeOf(parts: GrowerParts, promised: Promised): Promise<GrowingTree> {
  const { entries, store } = parts
  for (const tiles of [tailTiles, longTailTiles]) {
    const from = Math.max(0, Math.ceil(promised.size / tileWidth) - tiles) * tileWidth
    const tree = await resume(store, from)
    if (!tree) continue
    while (tree.size < promised.size) await append(tree, entries, promised.size)
    if (rootOf(tree) === promised.root) {
      await heal(store, tree)
      return tree
    }
    await refuseChangedTail(parts, promised, from)
  }
  return makeAgain(parts, promised)
}

/** The tree at `size` from the tiles of its right edge; undefined where one of them is missing. */
async function resume(store: GrowerStore, size: number): Promise<GrowingTree | undefined> {
  const edge: GrownTile[] = []
  for (const { level, n } of edgeOf(size)) {
    const hashes = await store.tile(level, n)
    if (hashes) edge.push({ level, n, hashes })
  }
  return GrowingTree.resume(size, edge)
}

/** Writes what was made again and is not what the store holds: a tail of tiles that was lost. */
async function heal(store: GrowerStore, tree: GrowingTree): Promise<void> {
  const made = tree.takeChanged()
  const kept = await Promise.all(made.map(({ level, n }) => store.tile(level, n)))
  const tiles = made.filter(({ hashes }, at) => !startsWith(kept[at], hashes))
  if (tiles.length > 0) await store.commit({ tiles })
}

function startsWith(kept: Uint8Array | undefined, hashes: Uint8Array): boolean {
  return kept !== undefined && Buffer.compare(kept.subarray(0, hashes.length), hashes) === 0
}

/**
 * The tiles give the promised root and the entries from `from` on do not: then those entries were changed, and making all
 * tiles again would only say so later. Errors: log_forked, naming the entry.
 */
async function refuseChangedTail({ entries, store }: GrowerParts, promised: Promised, from: number): Promise<void> {
  const signed = await resume(store, promised.size)
  if (!signed || rootOf(signed) !== promised.root) return
  let tile: Uint8Array | undefined
  for (let index = from; index < promised.size;) {
    for (const entry of await entries.read(index, Math.min(batchEntries, promised.size - index))) {
      if (index % tileWidth === 0 || !tile) tile = await store.tile(0, Math.floor(index / tileWidth))
      const at = (index % tileWidth) * hashBytes
      if (tile && Buffer.compare(leafHash(entry), tile.subarray(at, at + hashBytes)) !== 0) throw entryForked(index)
      index++
    }
  }
}

/** All tiles, from all entries below the promised size. */
async function makeAgain({ entries, store, onProgress }: GrowerParts, promised: Promised): Promise<GrowingTree> {
  const tree = GrowingTree.empty()
  await store.commit({ tiles: [], anew: true })
  await grow(tree, promised.size, { entries, store, onProgress })
  if (rootOf(tree) !== promised.root) throw forked({ ...promised, found: rootOf(tree) })
  return tree
}

type Growing = Pick<GrowerParts, 'entries' | 'onProgress'> & { readonly store?: GrowerStore }

/** Up to `size`, writing tiles but no checkpoint; nothing is written without a store. */
async function grow(tree: GrowingTree, size: number, { entries, store, onProgress }: Growing): Promise<void> {
  let written = tree.size
  while (tree.size < size) {
    await append(tree, entries, size)
    if (tree.size < size && tree.size - written < chunkEntries) continue
    onProgress?.(tree.size, size)
    const tiles = tree.takeChanged()
    await store?.commit({ tiles })
    written = tree.size
  }
}

/** `tree` may grow until it has the size that was promised outside. Errors: log_forked. */
async function compare(parts: GrowerParts, outside: Promised, tree: GrowingTree): Promise<void> {
  if (outside.size >= tree.size) await grow(tree, outside.size, parts)
  const found = outside.size === tree.size ? rootOf(tree) : await rootAt(parts, outside)
  if (found !== outside.root) throw forked({ ...outside, found })
}

/** The root that the tree had at an earlier size; from the tiles when they give the promised one, else from the entries. */
async function rootAt({ entries, store }: GrowerParts, { size, root }: Promised): Promise<string> {
  const tree = await resume(store, Math.floor(size / tileWidth) * tileWidth)
  if (tree) await grow(tree, size, { entries })
  if (tree && rootOf(tree) === root) return root
  const anew = GrowingTree.empty()
  await grow(anew, size, { entries })
  return rootOf(anew)
}

function rootOf(tree: GrowingTree): string {
  return Buffer.from(tree.root()).toString('base64')
}
