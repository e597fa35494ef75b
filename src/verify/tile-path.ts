// Where a log's tiles lie below its prefix, as C2SP tlog-tiles says: `tile/<level>/<number>[.p/<width>]`, the number in groups
// of three digits, all but the last marked by an `x`.

import { tileWidth } from './tree-builder.ts'

export type TilePlace = {
  /** A level of hashes, or the bundles of entries. */
  readonly level: number | 'entries'
  readonly n: number
  /** 1–256; below 256 the tile is partial. */
  readonly width: number
}

export function tilePath({ level, n, width }: TilePlace): string {
  let number = String(n % 1000).padStart(3, '0')
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    number = `x${String(rest % 1000).padStart(3, '0')}/${number}`
  }
  return `tile/${level}/${number}${width === tileWidth ? '' : `.p/${width}`}`
}

const form = /^tile\/(entries|\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/)*)(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** Undefined for what is no path of a tile. */
export function parseTilePath(path: string): TilePlace | undefined {
  const [, level, groups = '', last, width = String(tileWidth)] = form.exec(path) ?? []
  if (level === undefined || last === undefined || Number(width) > tileWidth || path.endsWith(`.p/${tileWidth}`))
    return undefined
  const place = {
    level: level === 'entries' ? level : Number(level),
    n: Number(groups.replace(/[x/]/g, '') + last),
    width: Number(width),
  } as const
  // One tile has one path: leading groups of zeros are another spelling.
  return Number.isSafeInteger(place.n) && tilePath(place) === path ? place : undefined
}

/** How many hashes or entries tile `n` of `level` has in a tree of `size`: 0 when there is no such tile. */
export function widthAt(size: number, level: number, n: number): number {
  return Math.max(0, Math.min(tileWidth, Math.floor(size / tileWidth ** level) - n * tileWidth))
}
