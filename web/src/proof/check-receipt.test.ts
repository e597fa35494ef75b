import { describe, expect, it } from 'vitest'
import { checkpointText, createMockTree, mockReceipt, mockSigner } from '../../mock/mock-tree.ts'
import { checkReceipt, type CheckingKeys } from './check-receipt.ts'
import { foundCrypto } from './testing.ts'

const log = mockSigner('airworthy/0123456789abcdef', 1)
const oldLog = mockSigner('airworthy/0123456789abcdef-old', 1)
const other = mockSigner('airworthy/fedcba9876543210', 1)
const witness = mockSigner('witness.example/w', 4)
const size = 100
const entries = Array.from({ length: size }, (_, n) => Buffer.from(`{"id":"${n}"}`))
const tree = createMockTree()
for (const entry of entries) tree.append(entry)
const text = checkpointText(log.name, tree, size)

function receipt(index: number, changes: { note?: string; entry?: Buffer } = {}): string {
  const note = changes.note ?? `${text}\n${log.line(text)}${witness.line(text, 1_772_546_589)}`
  return mockReceipt({ tree, entry: changes.entry ?? entries[index] ?? Buffer.alloc(0), index, size, note })
}

const keys: CheckingKeys = { log: [log.vkey], witnesses: [witness.vkey] }
const check = async (text: string, by = keys) => checkReceipt(text, by, await foundCrypto())

describe('a receipt', () => {
  it('proves its entry, and shows how', async () => {
    const found = await check(receipt(42))
    expect(found).toMatchObject({ problem: null, receipt: { index: 42, checkpoint: { size } } })
    expect(found.steps).toHaveLength(7)
    expect(found.steps.at(-1)?.result).toEqual(found.root)
    expect(found.signatures).toEqual([
      { name: log.name, id: log.id, of: 'log', holds: true, at: null },
      { name: witness.name, id: witness.id, of: 'witness', holds: true, at: '2026-03-03T14:03:09.000Z' },
    ])
  })

  it('proves without knowing the witnesses, and says that these were not checked', async () => {
    const found = await check(receipt(0), { log: [log.vkey] })
    expect(found.problem).toBeNull()
    expect(found.signatures[1]).toMatchObject({ of: 'unknown', holds: false })
  })

  it('in a tree of one entry the leaf is the root', async () => {
    const one = createMockTree()
    one.append(Buffer.from('only'))
    const text = checkpointText(log.name, one, 1)
    const note = `${text}\n${log.line(text)}`
    const found = await check(mockReceipt({ tree: one, entry: Buffer.from('only'), index: 0, size: 1, note }))
    expect(found).toMatchObject({ problem: null, steps: [] })
    expect(found.root).toEqual(found.leaf)
  })

  it('does not prove another entry, another place, other hashes', async () => {
    expect((await check(receipt(42, { entry: Buffer.from('{"id":"43"}') }))).problem).toContain(
      'but the checkpoint says',
    )
    expect((await check(receipt(42).replace('index 42', 'index 43'))).problem).toContain('but the checkpoint says')
    const lines = receipt(42).split('\n')
    lines[4] = Buffer.alloc(32).toString('base64')
    expect((await check(lines.join('\n'))).problem).toContain('but the checkpoint says')
    expect((await check(receipt(42).replace('index 42', 'index 99'))).problem).toContain('needs')
  })

  it('does not prove by another key’s signature, a changed one, or none', async () => {
    const foreign = await check(receipt(42, { note: `${text}\n${other.line(text)}` }))
    expect(foreign.problem).toContain(`signed by ${other.name}+${other.id}`)
    const posing = mockSigner('airworthy/0123456789abcdef', 4).line(text, 1)
    expect((await check(receipt(42, { note: `${text}\n${posing}` }))).problem).toContain('No key that was given')
    const changed = log.line(checkpointText(log.name, tree, 99))
    expect((await check(receipt(42, { note: `${text}\n${changed}` }))).problem).toContain('does not fit the checkpoint')
    const forgedWitness = witness.line(checkpointText(log.name, tree, 99), 5)
    const note = `${text}\n${log.line(text)}${forgedWitness}`
    expect((await check(receipt(42, { note }))).problem).toContain(`signature of ${witness.name}`)
  })

  it('does not prove an entry of another log that the same key signed', async () => {
    const elsewhere = checkpointText('airworthy/elsewhere', tree, size)
    const found = await check(receipt(42, { note: `${elsewhere}\n${log.line(elsewhere)}` }))
    expect(found.problem).toContain('of the log airworthy/elsewhere')
  })

  it('holds by a key that was retired since, when that one is given', async () => {
    const note = `${text}\n${oldLog.line(text)}${log.line(text)}`
    expect((await check(receipt(7, { note }), { log: [oldLog.vkey, log.vkey] })).problem).toBeNull()
  })

  it.each([
    ['something else', 'hello'],
    ['no receipt at all', ''],
    ['no entry', receipt(42).replace(/extra .*\n/, '')],
    ['no index', receipt(42).replace(/index .*\n/, '')],
    ['a short hash', receipt(42).replace(/(index 42\n)(.*)\n/, '$1AAAA\n')],
    ['a cut end', receipt(42).slice(0, -30)],
    ['only its head', receipt(42).split('\n\n')[0] ?? ''],
    ['far too much', receipt(42) + 'x'.repeat(300_000)],
  ])('of %s is no proof, and no crash', async (_what, text) => {
    const found = await check(text)
    expect(found.problem).not.toBeNull()
    expect(found.problem).not.toContain('undefined')
  })

  it('is not checked with a key that is none: says so', async () => {
    expect((await check(receipt(42), { log: ['nonsense'] })).problem).toContain('A key reads')
  })
})
