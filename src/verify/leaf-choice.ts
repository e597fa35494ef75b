// Where an entry and the tile disagree, which of them was changed?
//
// A tile of the lowest level is vouched for by the hash of it in the tile above, or, while it is not full, by the checkpoint.
// If what the tile holds leads there and what the entries give does not, the entries were changed: the tree goes on with
// the tile's hashes, so that everything after the change can still be judged. Else the tile was changed.

import { isEqual } from './checkpoint.ts'
import { hashBytes, TreeBuilder } from './tree-builder.ts'

export type Leaves = readonly (Uint8Array | undefined)[]

/** How the hashes of one lowest tile were settled. `lost`: a leaf is not known, so that the tree cannot go on. */
export type Choice = {
  readonly leaves: readonly Uint8Array[]
  readonly blamed: 'entries' | 'tile' | 'unknown'
  readonly lost: boolean
}

export type Witnesses = {
  /** The hash of this tile in the tile above; undefined when there is none. */
  readonly above: Uint8Array | undefined
  /** A checkpoint that ends within this tile: its size and root. */
  readonly checkpoint: { readonly size: number; readonly root: Uint8Array } | undefined
  /** The tree of everything before this tile. */
  readonly before: TreeBuilder
}

/** `fromEntries`: the entries' hashes, undefined where there is none. `fromTile`: what the tile says, perhaps less or more. */
export function chooseLeaves(fromEntries: Leaves, fromTile: readonly Uint8Array[], witnesses: Witnesses): Choice {
  const own = fromEntries.map((leaf, at) => leaf ?? fromTile[at])
  const told = fromEntries.map((leaf, at) => fromTile[at] ?? leaf)
  const differs = fromEntries.some((leaf, at) => !leaf || (fromTile[at] && !isEqual(leaf, fromTile[at])))
  if (!differs) return choice(own, 'unknown')
  if (isVouched(told, witnesses)) return choice(told, 'entries')
  return choice(own, isVouched(own, witnesses) ? 'tile' : 'unknown')
}

function choice(leaves: Leaves, blamed: Choice['blamed']): Choice {
  const known: Uint8Array[] = []
  for (const leaf of leaves) {
    if (!leaf) return { leaves: known, blamed, lost: true }
    known.push(leaf)
  }
  return { leaves: known, blamed, lost: false }
}

function isVouched(leaves: Leaves, { above, checkpoint, before }: Witnesses): boolean {
  if (leaves.includes(undefined)) return false
  if (above) {
    const tree = new TreeBuilder(() => undefined)
    for (const leaf of leaves) tree.append(leaf as Uint8Array)
    return isEqual(tree.root(), above)
  }
  if (!checkpoint || checkpoint.size <= before.size || checkpoint.size > before.size + leaves.length) return false
  const tree = before.copy()
  for (const leaf of leaves.slice(0, checkpoint.size - before.size)) tree.append(leaf as Uint8Array)
  return isEqual(tree.root(), checkpoint.root)
}

/** The hashes of a tile, one by one. */
export function hashesOf(tile: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.floor(tile.length / hashBytes) }, (_, at) =>
    tile.subarray(at * hashBytes, (at + 1) * hashBytes),
  )
}
