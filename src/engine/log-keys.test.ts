import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LogKeyRotated } from '#core/transparency/events.ts'
import { createMemoryLog } from '#log/memory-log.ts'
import { createMemoryTree } from '#log/memory-tree.ts'
import type { Log } from '#log/log.ts'
import type { LogTree } from '#log/tree.ts'
import { signersOf } from '../../test/support/signed-notes.ts'
import { createJournal } from './journal.ts'
import { createLogKeys, type LogKeys } from './log-keys.ts'
import { eventOf } from './read-entry.ts'

const by = { key: 'k1', name: 'admin' }
let log: Log
let tree: LogTree
let keys: LogKeys
beforeEach(async () => {
  log = createMemoryLog()
  tree = await createMemoryTree({ log })
  keys = createLogKeys({ journal: createJournal(log, Date.now), log, tree })
})
afterEach(() => tree.close())

const entries = async () => (await log.read(0, 100)).map((record) => eventOf(record) as LogKeyRotated)

it('puts the new key on the log, under a checkpoint that both keys signed', async () => {
  const old = tree.vkey()
  const { vkey, index } = await keys.rotate(by)
  expect(vkey).toBe(tree.vkey())
  const [entry] = await entries()
  const id = (await tree.keys())[1]?.id
  expect(entry).toMatchObject({
    type: 'log-key-rotated',
    subject: `log-key/${id}`,
    data: { id, vkey, retired: old, by },
  })
  expect(index).toBe(0)
  const covering = await tree.waitFor(1, 60_000)
  expect(signersOf(covering?.note ?? '', [old, vkey])).toEqual([vkey, old])
})

it('announces at the start a key that came into force and was not announced', async () => {
  const { vkey } = await tree.rotateKey()
  await keys.announce()
  await keys.announce()
  expect((await entries()).map(({ data }) => [data.vkey, data.by.key])).toEqual([[vkey, 'system']])
})

it('has nothing to announce while the first key is in force', async () => {
  await keys.announce()
  expect(await entries()).toEqual([])
})

it('makes no second key when the announcement failed and is asked for again', async () => {
  const failing = { ...log, append: () => Promise.reject(new Error('away')) }
  const once = createLogKeys({ journal: createJournal(failing, Date.now), log, tree })
  await expect(once.rotate(by)).rejects.toThrow('away')
  const { vkey } = await keys.rotate(by)
  expect((await tree.keys()).map((key) => key.vkey).at(-1)).toBe(vkey)
  expect(await tree.keys()).toHaveLength(2)
})
