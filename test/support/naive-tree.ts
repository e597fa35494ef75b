// A Merkle tree written down as RFC 6962 §2.1 defines it, recursively and slowly: what the real one is compared with.

import { hash } from 'node:crypto'

const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  Buffer.from(hash('sha256', Buffer.concat(parts), 'hex'), 'hex')

export const naiveLeaf = (entry: Uint8Array): Buffer => sha256(Uint8Array.of(0), entry)

function split(count: number): number {
  let k = 1
  while (k * 2 < count) k *= 2
  return k
}

/** MTH(D[n]), of leaf hashes. */
export function naiveRoot(leaves: readonly Uint8Array[]): Buffer {
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return Buffer.from(leaves[0] as Uint8Array)
  const k = split(leaves.length)
  return sha256(Uint8Array.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}

/** PATH(m, D[n]). */
export function naiveInclusion(m: number, leaves: readonly Uint8Array[]): Buffer[] {
  if (leaves.length <= 1) return []
  const k = split(leaves.length)
  return m < k
    ? [...naiveInclusion(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naiveInclusion(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))]
}

/** PROOF(m, D[n]). */
export function naiveConsistency(m: number, leaves: readonly Uint8Array[], isWhole = true): Buffer[] {
  if (m === 0) return []
  if (m === leaves.length) return isWhole ? [] : [naiveRoot(leaves)]
  const k = split(leaves.length)
  return m <= k
    ? [...naiveConsistency(m, leaves.slice(0, k), isWhole), naiveRoot(leaves.slice(k))]
    : [...naiveConsistency(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))]
}

/** The hashes of tile `n` of `level` in a tree of these leaves (c2sp.org/tlog-tiles); empty when it has none. */
export function naiveTile(leaves: readonly Uint8Array[], level: number, n: number): Buffer {
  const span = 256 ** level
  const hashes: Buffer[] = []
  for (let i = n * 256; i < (n + 1) * 256 && (i + 1) * span <= leaves.length; i++) {
    hashes.push(naiveRoot(leaves.slice(i * span, (i + 1) * span)))
  }
  return Buffer.concat(hashes)
}

/** Leaf hashes that differ from each other; no entries have them, which the tree cannot know. */
export function someLeaves(count: number): Buffer[] {
  const bytes = Buffer.alloc(count * 32, 0xa5)
  for (let i = 0; i < count; i++) bytes.writeUInt32BE(i, i * 32)
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * 32, (i + 1) * 32))
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
