import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PlatformError } from '#core/kernel/errors.ts'
import { decodeBundle, edgeOf, encodeBundle, entriesPath, parseTilePath, tilePath, tilesOf } from './tile.ts'

describe('paths of tiles', () => {
  it('are those of the specification', () => {
    expect(tilePath({ level: 0, n: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(tilePath({ level: 1, n: 0, width: 1 })).toBe('tile/1/000.p/1')
    expect(tilePath({ level: 0, n: 1000, width: 256 })).toBe('tile/0/x001/000')
    expect(entriesPath({ n: 273, width: 112 })).toBe('tile/entries/273.p/112')
  })

  it('are read back, for every tile', () => {
    const n = fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.maxSafeNat())
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 63 }), n, fc.integer({ min: 1, max: 256 }), (level, number, width) => {
        const at = { n: number, width }
        expect(parseTilePath(tilePath({ level, ...at }))).toEqual({ kind: 'hashes', level, ...at })
        expect(parseTilePath(entriesPath(at))).toEqual({ kind: 'entries', ...at })
      }),
    )
  })

  it.each([
    '',
    'tile',
    'tile/0',
    'tile/0/',
    'tile/0/1',
    'tile/0/0001',
    'tile/00/000',
    'tile/01/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/0/x001',
    'tile/0/x001/',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/999',
    'tile/0/000.p/',
    'tile/0/000.p',
    'tile/0/000/',
    '/tile/0/000',
    'tile/0/../000',
    'tile/data/000',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/0/000\n',
  ])('of no tile are refused: %j', (path) => expect(parseTilePath(path)).toBeUndefined())
})

describe('the tiles of a tree', () => {
  it('of 256 entries are a full one and one hash above it', () => {
    expect([...tilesOf(256)].map(tilePath)).toEqual(['tile/0/000', 'tile/1/000.p/1'])
  })

  it('of 70,000 entries are those of the specification', () => {
    const tiles = [...tilesOf(70_000)]
    expect(tiles.filter(({ width }) => width < 256).map(tilePath)).toEqual([
      'tile/0/273.p/112',
      'tile/1/001.p/17',
      'tile/2/000.p/1',
    ])
    expect(tiles.filter(({ level, width }) => level === 0 && width === 256)).toHaveLength(273)
    expect(tiles.filter(({ level, width }) => level === 1 && width === 256)).toHaveLength(1)
  })

  it('are none without entries', () => expect([...tilesOf(0), ...edgeOf(0)]).toEqual([]))

  it('hold every full subtree once, and the edge is what is not full', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), (size) => {
        const tiles = [...tilesOf(size)]
        for (let level = 0; 256 ** level <= size; level++) {
          const widths = tiles.filter((tile) => tile.level === level).map(({ width }) => width)
          expect(widths.reduce((sum, width) => sum + width, 0)).toBe(Math.floor(size / 256 ** level))
        }
        expect(tiles.filter(({ width }) => width < 256)).toEqual([...edgeOf(size)].filter(({ width }) => width > 0))
      }),
      { numRuns: 50 },
    )
  })
})

describe('bundles of entries', () => {
  it('are read back', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 256 }), (entries) => {
        const back = decodeBundle(encodeBundle(entries)) ?? []
        expect(back.map((entry) => [...entry])).toEqual(entries.map((entry) => [...entry]))
      }),
      { numRuns: 30 },
    )
  })

  it('write the length before each entry, big end first', () => {
    const bundle = encodeBundle([Buffer.from('ab'), Buffer.alloc(258, 1)])
    expect([...bundle.subarray(0, 7)]).toEqual([0, 2, 0x61, 0x62, 1, 2, 1])
  })

  it('that end in the middle of an entry are refused', () => {
    const bundle = encodeBundle([Buffer.from('abc'), Buffer.from('de')])
    const ends = [0, 5, 9]
    for (let length = 0; length <= bundle.length; length++) {
      expect(decodeBundle(bundle.subarray(0, length)) !== undefined).toBe(ends.includes(length))
    }
  })

  it('take entries of up to 65,535 bytes', () => {
    const largest = Buffer.alloc(65_535, 3)
    expect(decodeBundle(encodeBundle([largest]))?.[0]?.length).toBe(65_535)
    expect(() => encodeBundle([Buffer.alloc(65_536)])).toThrow(PlatformError)
  })
})
