// Makes one full tile again: from the tiles below it, or, where those do not give it either, from the entries.

import { hashBytes, leafHash } from '#core/kernel/merkle-hash.ts'
import { foldPerfect } from '#core/tlog/fold-hashes.ts'
import { tileWidth } from '#core/tlog/tile.ts'
import type { TileWanted } from './checked-tiles.ts'
import type { GrowerEntries, GrowerStore, GrownTile } from './tree-grower.ts'
import { entriesForked } from './tree-refusals.ts'

const tileBytes = tileWidth * hashBytes

type Parts = { readonly entries: GrowerEntries; readonly store: GrowerStore }

/** The tile whose hash is `hash`, which is in the store then. Errors: log_forked, log_unavailable. */
export async function repairTile(parts: Parts, { level, n, hash }: TileWanted): Promise<Uint8Array> {
  const quick = level === 0 ? undefined : await fromTilesBelow(parts.store, level, n)
  if (quick && isTileOf(quick, hash)) {
    await parts.store.commit({ tiles: [{ level, n, hashes: quick }] })
    return quick
  }
  const made = await fromEntries(parts, level, n)
  if (!isTileOf(made, hash)) {
    const entries = tileWidth ** (level + 1)
    throw entriesForked(n * entries, (n + 1) * entries - 1)
  }
  await parts.store.commit({ tiles: [{ level, n, hashes: made }] })
  return made
}

function isTileOf(hashes: Uint8Array, hash: Uint8Array): boolean {
  return Buffer.compare(foldPerfect(hashes, 0, tileWidth), hash) === 0
}

/** Undefined where one of them is missing. */
async function fromTilesBelow(store: GrowerStore, level: number, n: number): Promise<Uint8Array | undefined> {
  const roots: Uint8Array[] = []
  for (let i = 0; i < tileWidth; i++) {
    const below = await store.tile(level - 1, n * tileWidth + i)
    if (below?.length !== tileBytes) return undefined
    roots.push(foldPerfect(below, 0, tileWidth))
  }
  return Buffer.concat(roots)
}

/** The tiles below it are written, too: they were wrong or missing. */
async function fromEntries(parts: Parts, level: number, n: number): Promise<Uint8Array> {
  if (level === 0) return leafTile(parts.entries, n)
  const below: GrownTile[] = []
  for (let i = 0; i < tileWidth; i++) {
    const at = n * tileWidth + i
    below.push({ level: level - 1, n: at, hashes: await fromEntries(parts, level - 1, at) })
  }
  await parts.store.commit({ tiles: below })
  return Buffer.concat(below.map(({ hashes }) => foldPerfect(hashes, 0, tileWidth)))
}

async function leafTile(entries: GrowerEntries, n: number): Promise<Uint8Array> {
  const from = n * tileWidth
  const leaves: Uint8Array[] = []
  while (leaves.length < tileWidth) {
    const batch = await entries.read(from + leaves.length, tileWidth - leaves.length)
    if (batch.length === 0) throw entriesForked(from, from + tileWidth - 1)
    leaves.push(...batch.map(leafHash))
  }
  return Buffer.concat(leaves)
}
