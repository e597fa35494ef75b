// Against the vectors of Certificate Transparency (RFC 6962) and against the plainest tree there is.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMockTree } from '../../mock/mock-tree.ts'
import { ProofProblem, toHex, type Bytes } from './bytes.ts'
import { hashSteps, leafHash } from './inclusion.ts'
import { foundCrypto } from './testing.ts'

const bytes = (buffer: Uint8Array): Bytes => new Uint8Array(buffer)
const fromHex = (hex: string) => Buffer.from(hex, 'hex')

/** https://github.com/google/certificate-transparency/blob/af98904302724c29aa6659ca372d41c9687de2b7/python/ct/crypto/merkle_test.py */
const vectorEntries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(fromHex)
const vectorRoots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

function treeOf(entries: readonly Buffer[]) {
  const tree = createMockTree()
  for (const entry of entries) tree.append(entry)
  return tree
}

const crypto = await foundCrypto()

async function rootBySteps(entries: readonly Buffer[], index: number): Promise<string> {
  const leaf = await leafHash(bytes(entries[index] ?? Buffer.alloc(0)), crypto)
  const proof = treeOf(entries).path(index, entries.length).map(bytes)
  const steps = await hashSteps({ index, size: entries.length, leaf, proof }, crypto)
  return toHex(steps.at(-1)?.result ?? leaf)
}

describe('the steps from an entry to the root', () => {
  it.each(vectorRoots.map((root, at) => [at + 1, root] as const))('of %i entries lead to %s', async (size, root) => {
    const entries = vectorEntries.slice(0, size)
    for (let index = 0; index < size; index++) expect(await rootBySteps(entries, index)).toBe(root)
  })

  it('of any entry of any tree lead to its root', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.nat(), async (size, seed) => {
        const entries = Array.from({ length: size }, (_, n) => Buffer.from(`entry ${n}`))
        expect(await rootBySteps(entries, seed % size)).toBe(treeOf(entries).root(size).toString('hex'))
      }),
      { numRuns: 30 },
    )
  })

  it('say on which side each node stands', async () => {
    const entries = vectorEntries.slice(0, 7)
    const proof = treeOf(entries).path(6, 7).map(bytes)
    const steps = await hashSteps(
      { index: 6, size: 7, leaf: await leafHash(bytes(entries[6] ?? Buffer.alloc(0)), crypto), proof },
      crypto,
    )
    expect(steps.map((step) => step.side)).toEqual(['left', 'left'])
  })

  it('need as many hashes as the place needs, and a place in the tree', async () => {
    const leaf = new Uint8Array(32)
    const ask = (index: number, size: number, length: number) =>
      hashSteps({ index, size, leaf, proof: Array.from({ length }, () => leaf) }, crypto)
    await expect(ask(5, 5, 3)).rejects.toThrow('Entry 5 cannot be in a tree of 5 entries.')
    await expect(ask(0, 0, 0)).rejects.toThrow(ProofProblem)
    await expect(ask(4, 5, 3)).rejects.toThrow('The proof has 3 hashes; entry 4 of 5 needs 1.')
    await expect(ask(0, 1, 1)).rejects.toThrow(ProofProblem)
    expect(await ask(2 ** 40, 2 ** 40 + 1, 1)).toHaveLength(1)
  })
})
