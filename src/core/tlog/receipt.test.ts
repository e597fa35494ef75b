import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leafHash } from '#core/kernel/merkle-hash.ts'
import { formatCheckpoint } from './checkpoint.ts'
import { GrowingTree } from './growing-tree.ts'
import { createEd25519Signer, generateKey, parseVkey, signNote } from './note.ts'
import { inclusionProof } from './proof.ts'
import { checkReceipt, formatReceipt, parseReceipt, type Receipt } from './receipt.ts'

const origin = 'airworthy/0123456789abcdef'
const signer = createEd25519Signer(generateKey(origin, Buffer.alloc(32, 5)).skey)
const keys = [parseVkey(signer.vkey)]
const entries = Array.from({ length: 300 }, (_, i) => Buffer.from(JSON.stringify({ entry: i })))

async function receiptOf(index: number, size: number, by = signer): Promise<Receipt & { extra: Uint8Array }> {
  const tree = GrowingTree.empty()
  for (const entry of entries.slice(0, size)) tree.append(leafHash(entry))
  const checkpoint = signNote(formatCheckpoint({ origin, size, root: tree.root() }), [by])
  const tiles = new Map(tree.takeChanged().map((tile) => [`${tile.level}/${tile.n}`, tile.hashes]))
  const readTile = (level: number, n: number) => Promise.resolve(tiles.get(`${level}/${n}`) ?? new Uint8Array(0))
  const proof = await inclusionProof({ index, size }, readTile)
  return { index, proof, checkpoint, extra: entries[index] as Uint8Array }
}

describe('a receipt', () => {
  it('is laid out as c2sp.org/tlog-proof says', async () => {
    const receipt = await receiptOf(2, 3)
    const hash = Buffer.from(receipt.proof[0] as Uint8Array).toString('base64')
    expect(formatReceipt(receipt)).toBe(
      `c2sp.org/tlog-proof@v1\nextra eyJlbnRyeSI6Mn0=\nindex 2\n${hash}\n\n${receipt.checkpoint}`,
    )
    const { extra: _, ...bare } = await receiptOf(0, 1)
    expect(formatReceipt(bare)).toBe(`c2sp.org/tlog-proof@v1\nindex 0\n\n${bare.checkpoint}`)
  })

  it('is read back and holds, for entries of trees of many sizes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(299), fc.nat(299), async (a, b) => {
        const text = formatReceipt(await receiptOf(Math.min(a, b), Math.max(a, b) + 1))
        expect(formatReceipt(parseReceipt(text))).toBe(text)
        expect(checkReceipt(text, { keys })).toBeUndefined()
      }),
      { numRuns: 20 },
    )
  })

  it('that carries no entry is checked with the bytes of one', async () => {
    const { extra, ...bare } = await receiptOf(7, 100)
    const text = formatReceipt(bare)
    expect(checkReceipt(text, { keys })).toMatch(/does not carry the entry/)
    expect(checkReceipt(text, { keys, entry: extra })).toBeUndefined()
    expect(checkReceipt(text, { keys, entry: Buffer.from('another') })).toMatch(/another root/)
  })

  it('is refused, with the reason, when anything in it is another', async () => {
    const receipt = await receiptOf(7, 100)
    const other = await receiptOf(8, 100)
    const reason = (changed: Partial<Receipt>): string | undefined =>
      checkReceipt(formatReceipt({ ...receipt, ...changed }), { keys })
    expect(reason({ extra: other.extra })).toMatch(/another root/)
    expect(reason({ index: 8 })).toMatch(/another root/)
    expect(reason({ index: 100 })).toMatch(/has no entry 100/)
    expect(reason({ proof: receipt.proof.slice(1) })).toMatch(/fewer hashes/)
    expect(reason({ checkpoint: (await receiptOf(7, 101)).checkpoint })).toEqual(expect.any(String))
    expect(reason({ checkpoint: receipt.checkpoint.replace('\n100\n', '\n101\n') })).toMatch(/does not fit the text/)
    const stranger = createEd25519Signer(generateKey(origin, Buffer.alloc(32, 6)).skey)
    expect(reason({ checkpoint: (await receiptOf(7, 100, stranger)).checkpoint })).toMatch(/trusted/)
  })

  it('is refused when a key of another log signed it', async () => {
    const foreign = createEd25519Signer(generateKey('airworthy/ffffffffffffffff', Buffer.alloc(32, 6)).skey)
    const text = formatReceipt(await receiptOf(7, 100, foreign))
    expect(checkReceipt(text, { keys: [parseVkey(foreign.vkey)] })).toMatch(/of another log/)
  })

  it.each([
    ['nothing', ''],
    ['another first line', 'c2sp.org/tlog-proof@v2\nindex 0\n\nx\n'],
    ['no index', 'c2sp.org/tlog-proof@v1\n\nx\n'],
    ['an index with a zero before it', 'c2sp.org/tlog-proof@v1\nindex 01\n\nx\n'],
    ['an index that is too large', 'c2sp.org/tlog-proof@v1\nindex 9007199254740992\n\nx\n'],
    ['extra after the index', 'c2sp.org/tlog-proof@v1\nindex 0\nextra YQ==\n\nx\n'],
    ['extra that is not base64', 'c2sp.org/tlog-proof@v1\nextra a\nindex 0\n\nx\n'],
    ['a hash that is too short', 'c2sp.org/tlog-proof@v1\nindex 0\nYQ==\n\nx\n'],
    ['no checkpoint', 'c2sp.org/tlog-proof@v1\nindex 0\n'],
    ['too many hashes', `c2sp.org/tlog-proof@v1\nindex 0\n${`${'A'.repeat(43)}=\n`.repeat(64)}\nx\n`],
  ])('with %s is malformed', (_, text) => {
    expect(() => parseReceipt(text)).toThrow(expect.objectContaining({ code: 'note_malformed' }))
  })
})
