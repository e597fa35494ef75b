import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hexOf, naiveLeaf, naiveRoot, naiveTile, someLeaves } from '../../../test/support/naive-tree.ts'
import { GrowingTree, type Tile } from './growing-tree.ts'
import { edgeOf, tilesOf } from './tile.ts'

function grown(leaves: readonly Uint8Array[]): GrowingTree {
  const tree = GrowingTree.empty()
  for (const leaf of leaves) tree.append(leaf)
  return tree
}

/** What a store holds after it wrote each change over what it had. */
function keep(kept: Map<string, Tile>, changed: readonly Tile[]): Map<string, Tile> {
  for (const tile of changed) kept.set(`${tile.level}/${tile.n}`, tile)
  return kept
}

describe('a growing tree', () => {
  it('has the roots that are published for RFC 6962', () => {
    const entries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    const roots = [
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]
    const tree = GrowingTree.empty()
    const found = [hexOf(tree.root())]
    for (const entry of entries) {
      tree.append(naiveLeaf(Buffer.from(entry, 'hex')))
      found.push(hexOf(tree.root()))
    }
    expect(found).toEqual(roots)
  })

  it('has the root of the definition at every small size', () => {
    const leaves = someLeaves(600)
    const tree = GrowingTree.empty()
    for (const [index, leaf] of leaves.entries()) {
      tree.append(leaf)
      expect(tree.size).toBe(index + 1)
      if (index < 70 || index % 37 === 0 || (index > 505 && index < 520)) {
        expect(hexOf(tree.root())).toBe(hexOf(naiveRoot(leaves.slice(0, index + 1))))
      }
    }
  })

  it('hands out the tiles of the definition, however often it is asked and resumed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 5 }), (steps) => {
        const kept = new Map<string, Tile>()
        const all = someLeaves(steps.reduce((sum, step) => sum + step, 0))
        let tree = GrowingTree.empty()
        for (const step of steps) {
          for (const leaf of all.slice(tree.size, tree.size + step)) tree.append(leaf)
          keep(kept, tree.takeChanged())
          tree = GrowingTree.resume(tree.size, [...kept.values()]) ?? expect.fail('did not resume')
        }
        expect(hexOf(tree.root())).toBe(hexOf(naiveRoot(all)))
        const expected = [...tilesOf(all.length)]
        expect([...kept.keys()].toSorted()).toEqual(expected.map(({ level, n }) => `${level}/${n}`).toSorted())
        for (const { level, n, width } of expected) {
          const hashes = kept.get(`${level}/${n}`)?.hashes ?? new Uint8Array(0)
          expect(hashes.length).toBe(width * 32)
          expect(hexOf(hashes)).toBe(hexOf(naiveTile(all, level, n)))
        }
      }),
      { numRuns: 12 },
    )
  })

  it('resumes over three levels from the edge alone', () => {
    const leaves = someLeaves(65_536 + 300)
    const before = grown(leaves.slice(0, 65_530))
    const kept = keep(new Map(), before.takeChanged())
    const whole = grown(leaves)
    let resumed: GrowingTree | undefined
    for (const size of [65_530, 65_536, 65_792]) {
      resumed = GrowingTree.resume(size, [...kept.values()]) ?? expect.fail('did not resume')
      const next = size === 65_530 ? 65_536 : size === 65_536 ? 65_792 : leaves.length
      for (const leaf of leaves.slice(size, next)) resumed.append(leaf)
      keep(kept, resumed.takeChanged())
    }
    expect(hexOf(resumed?.root() as Uint8Array)).toBe(hexOf(whole.root()))
    expect([...kept.keys()].toSorted()).toEqual(
      [...tilesOf(leaves.length)].map(({ level, n }) => `${level}/${n}`).toSorted(),
    )
  })

  it('passes over what is wider than its size, and refuses an edge that is short or has a hole', () => {
    const leaves = someLeaves(400)
    const tiles = grown(leaves).takeChanged()
    const resumed = GrowingTree.resume(300, tiles)
    expect(hexOf(resumed?.root() as Uint8Array)).toBe(hexOf(naiveRoot(leaves.slice(0, 300))))
    const edge = [...edgeOf(400)]
    expect(edge.map(({ width }) => width)).toEqual([144, 1])
    for (const { level, n } of edge) {
      const without = tiles.filter((tile) => tile.level !== level || tile.n !== n)
      expect(GrowingTree.resume(400, without)).toBeUndefined()
      const short = tiles.map((tile) => (without.includes(tile) ? tile : { ...tile, hashes: tile.hashes.slice(32) }))
      expect(GrowingTree.resume(400, short)).toBeUndefined()
    }
  })

  it('hands out copies: growing on changes none', () => {
    const [first, second] = someLeaves(2) as [Buffer, Buffer]
    const tree = grown([first])
    const [tile] = tree.takeChanged()
    const root = tree.root()
    tree.append(second)
    expect(hexOf(tile?.hashes as Uint8Array)).toBe(hexOf(first))
    expect(hexOf(root)).toBe(hexOf(first))
    expect(tree.takeChanged()).toHaveLength(1)
    expect(tree.takeChanged()).toEqual([])
  })
})
