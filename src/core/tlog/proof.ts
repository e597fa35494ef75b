// Inclusion and consistency proofs of RFC 6962 §2.1: made from tiles, and checked by the algorithms of RFC 9162 §2.1.3.2
// and §2.1.4.2. A proof asks for a few tiles, however large the tree is.

import { PlatformError, invariant } from '#core/kernel/errors.ts'
import { emptyRoot, hashBytes, nodeHash } from '#core/kernel/merkle-hash.ts'
import { foldPerfect } from './fold-hashes.ts'
import { tilePath, tileWidth } from './tile.ts'

/** The hashes of a tile, which may be wider than the tree of the proof needs. */
export type ReadTile = (level: number, n: number) => Promise<Uint8Array>

/** Leaves `start` … `end - 1`. */
type Range = { readonly start: number; readonly end: number }

/** The hashes beside the way from leaf `index` up to the root. Errors: log_unavailable when a tile is too short. */
export function inclusionProof(leaf: { index: number; size: number }, readTile: ReadTile): Promise<Uint8Array[]> {
  const { index, size } = leaf
  invariant(index >= 0 && index < size, `no leaf ${index} in a tree of ${size}`)
  const beside: Range[] = []
  for (let start = 0, end = size; end - start > 1;) {
    const middle = start + largestPowerBelow(end - start)
    if (index < middle) {
      beside.push({ start: middle, end })
      end = middle
    } else {
      beside.push({ start, end: middle })
      start = middle
    }
  }
  return rootsOf(beside.toReversed(), readTile)
}

/** What leads from the root of the first `from` leaves to that of the first `to`. Errors: as above. */
export function consistencyProof(sizes: { from: number; to: number }, readTile: ReadTile): Promise<Uint8Array[]> {
  const { from, to } = sizes
  invariant(from >= 0 && from <= to, `a tree of ${to} does not hold one of ${from}`)
  if (from === 0) return Promise.resolve([])
  const beside: Range[] = []
  let start = 0
  let end = to
  while (end !== from) {
    const middle = start + largestPowerBelow(end - start)
    if (from <= middle) {
      beside.push({ start: middle, end })
      end = middle
    } else {
      beside.push({ start, end: middle })
      start = middle
    }
  }
  // Where the old tree is a subtree of the new one, whoever checks has its root already.
  if (start > 0) beside.push({ start, end })
  return rootsOf(beside.toReversed(), readTile)
}

/** Of the first `size` leaves. Errors: as above. */
export async function treeRoot(size: number, readTile: ReadTile): Promise<Uint8Array> {
  return size === 0 ? emptyRoot : rootOf({ start: 0, end: size }, readTile)
}

function largestPowerBelow(count: number): number {
  let power = 1
  while (power * 2 < count) power *= 2
  return power
}

function rootsOf(ranges: readonly Range[], readTile: ReadTile): Promise<Uint8Array[]> {
  const tiles = new Map<string, Promise<Uint8Array>>()
  const readOnce: ReadTile = (level, n) => {
    const path = `${level}/${n}`
    const tile = tiles.get(path) ?? readTile(level, n)
    tiles.set(path, tile)
    return tile
  }
  return Promise.all(ranges.map((range) => rootOf(range, readOnce)))
}

/** Of perfect subtrees, joined from the smallest on the right to the largest on the left. */
async function rootOf({ start, end }: Range, readTile: ReadTile): Promise<Uint8Array> {
  const parts: Promise<Uint8Array>[] = []
  for (let at = start; at < end;) {
    const count = largestPowerBelow(end - at + 1)
    parts.push(perfectRoot(at, count, readTile))
    at += count
  }
  return (await Promise.all(parts)).reduceRight((right, left) => nodeHash(left, right))
}

/** `count` is a power of two and `start` a multiple of it, so one tile holds all that is needed. */
async function perfectRoot(start: number, count: number, readTile: ReadTile): Promise<Uint8Array> {
  let level = 0
  let hashes = count
  for (; hashes >= tileWidth; hashes /= tileWidth) level++
  const first = start / tileWidth ** level
  const n = Math.floor(first / tileWidth)
  const tile = await readTile(level, n)
  const offset = first % tileWidth
  if (tile.length < (offset + hashes) * hashBytes) {
    const path = tilePath({ level, n, width: tileWidth })
    const text = `${path} holds ${tile.length / hashBytes} hashes; the proof needs ${offset + hashes}.`
    throw new PlatformError('log_unavailable', text, { hint: '`airworthy verify` says what else is damaged.' })
  }
  return foldPerfect(tile, offset, hashes)
}

export type InclusionClaim = {
  readonly index: number
  readonly size: number
  /** Leaf hash of the entry. */
  readonly leaf: Uint8Array
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

/** Undefined when the proof holds, else why not. */
export function checkInclusion({ index, size, leaf, proof, root }: InclusionClaim): string | undefined {
  if (!isCount(index) || !isCount(size)) return 'index and size must be whole numbers'
  if (index >= size) return `a tree of ${size} has no entry ${index}`
  const misshapen = findMisshapen([leaf, root, ...proof])
  if (misshapen !== undefined) return misshapen
  let node = index
  let last = size - 1
  let hash = leaf
  for (const beside of proof) {
    if (last === 0) return 'the proof has more hashes than the way to the root'
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(beside, hash)
      for (; node % 2 === 0 && node !== 0; node /= 2) last = Math.floor(last / 2)
    } else {
      hash = nodeHash(hash, beside)
    }
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  if (last !== 0) return 'the proof has fewer hashes than the way to the root'
  return areEqual(hash, root) ? undefined : 'the proof leads to another root'
}

export type ConsistencyClaim = {
  readonly from: number
  readonly to: number
  readonly fromRoot: Uint8Array
  readonly toRoot: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** Undefined when the tree of `to` begins with the tree of `from`, else why not. */
export function checkConsistency(claim: ConsistencyClaim): string | undefined {
  const { from, to, fromRoot, toRoot, proof } = claim
  if (!isCount(from) || !isCount(to)) return 'sizes must be whole numbers'
  if (from > to) return `a tree of ${to} cannot begin with one of ${from}`
  const misshapen = findMisshapen([fromRoot, toRoot, ...proof])
  if (misshapen !== undefined) return misshapen
  if (from === 0 || from === to) {
    if (proof.length > 0) return 'the proof has hashes where none are needed'
    if (from === 0 && !areEqual(fromRoot, emptyRoot)) return 'the root of the older tree is not that of an empty one'
    return from === 0 || areEqual(fromRoot, toRoot) ? undefined : 'two trees of the same size have different roots'
  }
  return followConsistency(claim)
}

function followConsistency({ from, to, fromRoot, toRoot, proof }: ConsistencyClaim): string | undefined {
  // A whole perfect subtree is its own first hash; the proof leaves out what whoever checks has.
  const [first, ...rest] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof
  if (first === undefined) return 'the proof is empty'
  let node = from - 1
  let last = to - 1
  for (; node % 2 === 1; node = Math.floor(node / 2)) last = Math.floor(last / 2)
  let older = first
  let newer = first
  for (const beside of rest) {
    if (last === 0) return 'the proof has more hashes than the way to the root'
    if (node % 2 === 1 || node === last) {
      older = nodeHash(beside, older)
      newer = nodeHash(beside, newer)
      for (; node % 2 === 0 && node !== 0; node /= 2) last = Math.floor(last / 2)
    } else {
      newer = nodeHash(newer, beside)
    }
    node = Math.floor(node / 2)
    last = Math.floor(last / 2)
  }
  if (last !== 0) return 'the proof has fewer hashes than the way to the root'
  if (!areEqual(older, fromRoot)) return 'the proof leads to another root of the older tree'
  return areEqual(newer, toRoot) ? undefined : 'the proof leads to another root of the newer tree'
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0

function isPowerOfTwo(count: number): boolean {
  let power = 1
  while (power < count) power *= 2
  return power === count
}

function findMisshapen(hashes: readonly Uint8Array[]): string | undefined {
  const wrong = hashes.find((hash) => hash.length !== hashBytes)
  return wrong === undefined ? undefined : `a hash has ${wrong.length} bytes instead of ${hashBytes}`
}

const areEqual = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0
