// A Merkle tree in the plainest way (RFC 6962, 2.1, word by word), with the notes and receipts over it. For the mock API and
// for tests of the browser's own checking: it shares no code with the server's tree, nor with what checks.

import { createPrivateKey, createPublicKey, hash, sign, type KeyObject } from 'node:crypto'

export type MockTree = {
  readonly size: () => number
  readonly append: (entry: Buffer) => void
  readonly root: (size: number) => Buffer
  readonly path: (index: number, size: number) => Buffer[]
}

const sha256 = (...parts: Buffer[]) => hash('sha256', Buffer.concat(parts), 'buffer')

export function createMockTree(): MockTree {
  /** Of complete subtrees: `levels[l][n]` covers the entries from n·2^l to (n+1)·2^l. */
  const levels: Buffer[][] = [[]]

  function add(level: number, node: Buffer): void {
    const nodes = (levels[level] ??= [])
    nodes.push(node)
    const left = nodes.at(-2)
    if (nodes.length % 2 === 0 && left !== undefined) add(level + 1, sha256(Buffer.of(1), left, node))
  }

  /** MTH(D[from:to]) */
  function treeHash(from: number, to: number): Buffer {
    const width = to - from
    if (width === 0) return sha256()
    const level = Math.log2(width)
    const known = Number.isInteger(level) && from % width === 0 ? levels[level]?.[from / width] : undefined
    if (known !== undefined) return known
    const middle = from + splitOf(width)
    return sha256(Buffer.of(1), treeHash(from, middle), treeHash(middle, to))
  }

  /** PATH(index, D[from:to]) */
  function pathIn(index: number, from: number, to: number): Buffer[] {
    if (to - from <= 1) return []
    const middle = from + splitOf(to - from)
    return index < middle
      ? [...pathIn(index, from, middle), treeHash(middle, to)]
      : [...pathIn(index, middle, to), treeHash(from, middle)]
  }

  return {
    size: () => levels[0]?.length ?? 0,
    append: (entry) => add(0, sha256(Buffer.of(0), entry)),
    root: (size) => treeHash(0, size),
    path: (index, size) => pathIn(index, 0, size),
  }
}

/** The largest power of two below `width`. */
function splitOf(width: number): number {
  return 2 ** Math.ceil(Math.log2(width) - 1)
}

export type MockSigner = {
  readonly name: string
  readonly id: string
  readonly vkey: string
  /** A line under a note: of a log, or of a witness when `atSeconds` is given. */
  readonly line: (text: string, atSeconds?: number) => string
}

/** The same key for the same seed, each time. `type` 1: signs notes. 4: cosigns as a witness. */
export function mockSigner(name: string, type: 1 | 4, seed = name): MockSigner {
  const key = ed25519(hash('sha256', `mock key of ${seed}`, 'buffer'))
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32)
  const typed = Buffer.concat([Buffer.of(type), publicKey])
  const idBytes = sha256(Buffer.from(`${name}\n`), typed).subarray(0, 4)
  const id = idBytes.toString('hex')
  return {
    name,
    id,
    vkey: `${name}+${id}+${typed.toString('base64')}`,
    line(text, atSeconds) {
      const time = Buffer.alloc(atSeconds === undefined ? 0 : 8)
      if (atSeconds !== undefined) time.writeBigUInt64BE(BigInt(atSeconds))
      const signed = atSeconds === undefined ? text : `cosignature/v1\ntime ${atSeconds}\n${text}`
      const bytes = Buffer.concat([idBytes, time, sign(null, Buffer.from(signed), key)])
      return `— ${name} ${bytes.toString('base64')}\n`
    },
  }
}

/** PKCS #8 of an Ed25519 seed (RFC 8410). */
function ed25519(seed: Buffer): KeyObject {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

export function checkpointText(origin: string, tree: MockTree, size: number): string {
  return `${origin}\n${size}\n${tree.root(size).toString('base64')}\n`
}

export type ReceiptParts = {
  readonly tree: MockTree
  readonly entry: Buffer
  readonly index: number
  readonly size: number
  readonly note: string
}

/** c2sp.org/tlog-proof@v1 with the entry’s bytes in `extra`. */
export function mockReceipt({ tree, entry, index, size, note }: ReceiptParts): string {
  const hashes = tree.path(index, size).map((node) => `${node.toString('base64')}\n`)
  return `c2sp.org/tlog-proof@v1\nextra ${entry.toString('base64')}\nindex ${index}\n${hashes.join('')}\n${note}`
}
