// Tiles: the Merkle tree cut into pieces of 256 hashes, and entries into bundles of as many, each with a path of its own
// that never changes its content (c2sp.org/tlog-tiles). Any static file server can serve a log that is laid out so.

import { PlatformError } from '#core/kernel/errors.ts'

/** Hashes in a full tile, entries in a full bundle. */
export const tileWidth = 256

/** A tile of hashes. Level 0 holds leaf hashes; `width` is 256 when it is full. */
export type TileAt = { readonly level: number; readonly n: number; readonly width: number }

export type BundleAt = Omit<TileAt, 'level'>

export type ParsedTilePath = ({ readonly kind: 'hashes' } & TileAt) | ({ readonly kind: 'entries' } & BundleAt)

/** `tile/0/x001/234.p/12`, below the log's prefix. */
export const tilePath = (at: TileAt): string => `tile/${at.level}/${numberPath(at)}`

/** `tile/entries/x001/234.p/12`, below the log's prefix. */
export const entriesPath = (at: BundleAt): string => `tile/entries/${numberPath(at)}`

function numberPath({ n, width }: BundleAt): string {
  const digits = String(n)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  const path = groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/')
  return width === tileWidth ? path : `${path}.p/${width}`
}

const tilePathPattern = /^tile\/(0|[1-9]\d?|entries)\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/
const topLevel = 63

/** Undefined for a path that is no tile's: only the one spelling of each tile is taken. */
export function parseTilePath(path: string): ParsedTilePath | undefined {
  const [, level = '', number = '', partial] = tilePathPattern.exec(path) ?? []
  const n = Number(number.replace(/[x/]/g, ''))
  const width = partial === undefined ? tileWidth : Number(partial)
  if (number === '' || !Number.isSafeInteger(n) || width > tileWidth) return undefined
  // `x000/001` and `.p/256` would be second names of a tile.
  if (number.startsWith('x000') || partial === String(tileWidth)) return undefined
  if (level === 'entries') return { kind: 'entries', n, width }
  return Number(level) > topLevel ? undefined : { kind: 'hashes', level: Number(level), n, width }
}

/** The tiles of hashes of a tree, level by level; none is empty. */
export function* tilesOf(size: number): Generator<TileAt> {
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / tileWidth)) {
    const full = Math.floor(hashes / tileWidth)
    for (let n = 0; n < full; n++) yield { level, n, width: tileWidth }
    if (hashes % tileWidth > 0) yield { level, n: full, width: hashes % tileWidth }
  }
}

/** The last tile of each level that is not full, also when it has no hash yet (width 0): what a tree grows on from. */
export function* edgeOf(size: number): Generator<TileAt> {
  for (let level = 0, hashes = size; hashes > 0; level++, hashes = Math.floor(hashes / tileWidth)) {
    yield { level, n: Math.floor(hashes / tileWidth), width: hashes % tileWidth }
  }
}

const largestEntryBytes = 65_535

/** Each entry with its length before it, as 16 bits. Errors: entry_too_large. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = Buffer.allocUnsafe(entries.reduce((sum, entry) => sum + 2 + entry.length, 0))
  let at = 0
  for (const [index, entry] of entries.entries()) {
    if (entry.length > largestEntryBytes) {
      throw new PlatformError('entry_too_large', `Entry ${index} of the bundle has ${entry.length} bytes.`, {
        hint: `A bundle takes entries of up to ${largestEntryBytes} bytes; contents belong in payloads.`,
      })
    }
    at = bundle.writeUInt16BE(entry.length, at)
    bundle.set(entry, at)
    at += entry.length
  }
  return bundle
}

/** Views into `bundle`, not copies. Undefined when it ends in the middle of an entry. */
export function decodeBundle(bundle: Uint8Array): Uint8Array[] | undefined {
  const entries: Uint8Array[] = []
  for (let at = 0; at < bundle.length;) {
    const start = at + 2
    const end = start + (bundle[at] ?? 0) * 256 + (bundle[at + 1] ?? 0)
    if (end > bundle.length) return undefined
    entries.push(bundle.subarray(start, end))
    at = end
  }
  return entries
}
