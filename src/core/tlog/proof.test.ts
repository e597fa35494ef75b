import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hexOf, naiveConsistency, naiveInclusion, naiveRoot, someLeaves } from '../../../test/support/naive-tree.ts'
import { emptyRoot, leafHash } from '#core/kernel/merkle-hash.ts'
import { GrowingTree } from './growing-tree.ts'
import { checkConsistency, checkInclusion, consistencyProof, inclusionProof, type ReadTile } from './proof.ts'

/** A tree that went on growing: its tiles are wider than the sizes that proofs are asked for. */
function tilesOver(leaves: readonly Uint8Array[]): ReadTile {
  const tree = GrowingTree.empty()
  for (const leaf of leaves) tree.append(leaf)
  const tiles = new Map(tree.takeChanged().map((tile) => [`${tile.level}/${tile.n}`, tile.hashes]))
  return (level, n) => Promise.resolve(tiles.get(`${level}/${n}`) ?? new Uint8Array(0))
}

const hexAll = (hashes: readonly Uint8Array[]): string[] => hashes.map(hexOf)

describe('the proofs published for RFC 6962', () => {
  const entries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  const leaves = entries.map((entry) => leafHash(Buffer.from(entry, 'hex')))
  const readTile = tilesOver(leaves)

  it.each([
    [0, 1, []],
    [
      0,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      5,
      8,
      [
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
    [
      1,
      5,
      [
        '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('inclusion of leaf %i in %i', async (index, size, expected) => {
    const proof = await inclusionProof({ index, size }, readTile)
    expect(hexAll(proof)).toEqual(expected)
    const root = naiveRoot(leaves.slice(0, size))
    expect(checkInclusion({ index, size, leaf: leaves[index] as Uint8Array, proof, root })).toBeUndefined()
  })

  it.each([
    [1, 1, []],
    [
      1,
      8,
      [
        '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
      ],
    ],
    [
      6,
      8,
      [
        '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
        'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
        'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      ],
    ],
    [
      2,
      5,
      [
        '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
        'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      ],
    ],
  ])('consistency of %i with %i', async (from, to, expected) => {
    const proof = await consistencyProof({ from, to }, readTile)
    expect(hexAll(proof)).toEqual(expected)
    const fromRoot = naiveRoot(leaves.slice(0, from))
    expect(checkConsistency({ from, to, fromRoot, toRoot: naiveRoot(leaves.slice(0, to)), proof })).toBeUndefined()
  })
})

describe('proofs', () => {
  const small = 21

  it('of inclusion are those of the definition and hold, for every leaf of every small tree', async () => {
    const leaves = someLeaves(small)
    const readTile = tilesOver(leaves)
    for (let size = 1; size <= small; size++) {
      const tree = leaves.slice(0, size)
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof({ index, size }, readTile)
        expect(hexAll(proof)).toEqual(hexAll(naiveInclusion(index, tree)))
        const claim = { index, size, leaf: leaves[index] as Uint8Array, proof, root: naiveRoot(tree) }
        expect(checkInclusion(claim)).toBeUndefined()
      }
    }
  })

  it('of consistency are those of the definition and hold, between all small trees', async () => {
    const leaves = someLeaves(small)
    const readTile = tilesOver(leaves)
    for (let to = 0; to <= small; to++) {
      for (let from = 0; from <= to; from++) {
        const proof = await consistencyProof({ from, to }, readTile)
        expect(hexAll(proof)).toEqual(hexAll(naiveConsistency(from, leaves.slice(0, to))))
        const roots = { fromRoot: naiveRoot(leaves.slice(0, from)), toRoot: naiveRoot(leaves.slice(0, to)) }
        expect(checkConsistency({ from, to, ...roots, proof })).toBeUndefined()
      }
    }
  })

  it('are those of the definition in larger trees too', async () => {
    const leaves = someLeaves(1500)
    const readTile = tilesOver(leaves)
    await fc.assert(
      fc.asyncProperty(fc.nat(1499), fc.nat(1499), async (a, b) => {
        const index = Math.min(a, b)
        const size = Math.max(a, b) + 1
        const tree = leaves.slice(0, size)
        expect(hexAll(await inclusionProof({ index, size }, readTile))).toEqual(hexAll(naiveInclusion(index, tree)))
        const between = await consistencyProof({ from: index, to: size }, readTile)
        expect(hexAll(between)).toEqual(hexAll(naiveConsistency(index, tree)))
      }),
      { numRuns: 40 },
    )
  })

  it('over three levels hold, and ask for each tile once', async () => {
    const size = 70_000
    const leaves = someLeaves(size)
    const tree = GrowingTree.empty()
    for (const leaf of leaves) tree.append(leaf)
    const root = tree.root()
    const tiles = new Map(tree.takeChanged().map((tile) => [`${tile.level}/${tile.n}`, tile.hashes]))
    for (const index of [0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999]) {
      const asked: string[] = []
      const proof = await inclusionProof({ index, size }, (level, n) => {
        asked.push(`${level}/${n}`)
        return Promise.resolve(tiles.get(`${level}/${n}`) ?? new Uint8Array(0))
      })
      expect(checkInclusion({ index, size, leaf: leaves[index] as Uint8Array, proof, root })).toBeUndefined()
      expect(new Set(asked).size).toBe(asked.length)
      expect(asked.length).toBeLessThan(7)
    }
  })

  it('say which tile is too short', async () => {
    const readTile = tilesOver(someLeaves(300))
    const proof = inclusionProof({ index: 290, size: 400 }, readTile)
    await expect(proof).rejects.toMatchObject({
      code: 'log_unavailable',
      message: expect.stringContaining('tile/0/001 holds 44 hashes'),
    })
  })
})

describe('proofs that do not hold', () => {
  const leaves = someLeaves(300)
  const readTile = tilesOver(leaves)
  const rootAt = (size: number): Uint8Array => naiveRoot(leaves.slice(0, size))
  const sizes = fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }))
  const flip = (hash: Uint8Array, bit: number): Uint8Array =>
    hash.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))

  /** Everything that can be done to a list of hashes by one step. */
  function alterations(proof: readonly Uint8Array[], at: number, bit: number): Uint8Array[][] {
    const other = leafHash(Buffer.from('something else'))
    const altered = [
      [...proof, other],
      [other, ...proof],
    ]
    if (proof.length > 0) {
      const place = at % proof.length
      altered.push(
        proof.map((hash, i) => (i === place ? flip(hash, bit) : hash)),
        proof.filter((_, i) => i !== place),
        proof.map((hash, i) => (i === place ? hash.slice(1) : hash)),
      )
    }
    if (proof.length > 1) altered.push([...proof].toReversed())
    return altered
  }

  it('of inclusion are refused with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(255), async ([a, b], at, bit) => {
        const size = Math.max(a, b)
        const index = Math.min(a, b) - 1
        const proof = await inclusionProof({ index, size }, readTile)
        const claim = { index, size, leaf: leaves[index] as Uint8Array, proof, root: rootAt(size) }
        expect(checkInclusion(claim)).toBeUndefined()
        const wrong = [
          ...alterations(proof, at, bit).map((altered) => ({ ...claim, proof: altered })),
          { ...claim, leaf: flip(claim.leaf, bit) },
          { ...claim, root: flip(claim.root, bit) },
          { ...claim, root: rootAt(size - 1) },
          { ...claim, index: size },
          { ...claim, index: -1 },
          { ...claim, index: 0.5 },
        ]
        if (size > 1) wrong.push({ ...claim, index: index === 0 ? 1 : index - 1 })
        for (const one of wrong) expect(checkInclusion(one)).toEqual(expect.any(String))
      }),
      { numRuns: 60 },
    )
  })

  it('of consistency are refused with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat(), fc.nat(255), async ([a, b], at, bit) => {
        const from = Math.min(a, b)
        const to = Math.max(a, b)
        const proof = await consistencyProof({ from, to }, readTile)
        const claim = { from, to, fromRoot: rootAt(from), toRoot: rootAt(to), proof }
        expect(checkConsistency(claim)).toBeUndefined()
        const wrong = [
          ...alterations(proof, at, bit).map((altered) => ({ ...claim, proof: altered })),
          { ...claim, fromRoot: flip(claim.fromRoot, bit) },
          { ...claim, toRoot: flip(claim.toRoot, bit) },
          { ...claim, from: to + 1 },
          { ...claim, from: Number.NaN },
        ]
        for (const one of wrong) expect(checkConsistency(one)).toEqual(expect.any(String))
      }),
      { numRuns: 60 },
    )
  })

  it('with an older tree that was not empty are refused', () => {
    const claim = { from: 0, to: 5, fromRoot: emptyRoot, toRoot: rootAt(5), proof: [] }
    expect(checkConsistency(claim)).toBeUndefined()
    expect(checkConsistency({ ...claim, fromRoot: rootAt(1) })).toMatch(/not that of an empty one/)
    expect(checkConsistency({ ...claim, proof: [rootAt(1)] })).toMatch(/none are needed/)
  })
})
