// What the tree of every log store must do, whatever it is made of. Run by one test file per store.

import { describe, expect, it } from 'vitest'
import { checkConsistency, consistencyProof, type ReadTile } from '#core/tlog/proof.ts'
import { tilesOf } from '#core/tlog/tile.ts'
import type { Log } from '#log/log.ts'
import { announcementOf } from '#log/tree-grower.ts'
import type { KeptCheckpoint, LogTree } from '#log/tree.ts'
import { naiveLeaf, naiveRoot, naiveTile } from '../support/naive-tree.ts'
import { signersOf } from '../support/signed-notes.ts'

export type GrownLog = { readonly log: Log; readonly tree: LogTree }

export type TreeFactory = {
  /** A fresh log and its tree. */
  readonly open: () => Promise<GrownLog>
  /** Closes both and opens them again; absent for stores that keep nothing. */
  readonly reopen?: (opened: GrownLog) => Promise<GrownLog>
  /** The tree closed, the log still there. */
  readonly openLogOnly?: (opened: GrownLog) => Promise<Log>
  /** Tree sizes to try whole. */
  readonly sizes?: readonly number[]
}

const patience = 60_000
let made = 0

async function fill(log: Log, count: number): Promise<void> {
  const to = log.head() + count
  while (log.head() < to) {
    const from = log.head()
    const appends = Array.from({ length: Math.min(10_000, to - from) }, (_, i) =>
      log.append({ entry: Buffer.from(`entry ${from + i}`), id: `tree-${++made}` }),
    )
    await Promise.all(appends)
  }
}

const leavesOf = (size: number) => Array.from({ length: size }, (_, i) => naiveLeaf(Buffer.from(`entry ${i}`)))

async function grownTo(tree: LogTree, size: number): Promise<KeptCheckpoint> {
  const checkpoint = await tree.waitFor(size, patience)
  if (!checkpoint) throw new Error(`no checkpoint of ${size}: ${JSON.stringify(tree.health())}`)
  return checkpoint
}

const closeBoth = async ({ log, tree }: GrownLog) => {
  await tree.close()
  await log.close()
}

const defaultSizes = [1, 2, 255, 256, 257, 511, 513, 1_000]

export function describeTree(name: string, { open, reopen, openLogOnly, sizes = defaultSizes }: TreeFactory): void {
  describe(`tree: ${name}`, () => {
    it('begins with a signed checkpoint of nothing', async () => {
      const opened = await open()
      const { tree, log } = opened
      const checkpoint = tree.latest()
      expect(checkpoint).toMatchObject({ size: 0, root: naiveRoot([]).toString('base64'), cosignatures: [] })
      expect(checkpoint.note.startsWith(`${log.origin}\n0\n${checkpoint.root}\n\n— ${log.origin} `)).toBe(true)
      expect(signersOf(checkpoint.note, [tree.vkey()])).toEqual([tree.vkey()])
      expect(checkpoint.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      expect(tree.origin).toBe(log.origin)
      await closeBoth(opened)
    })

    it.each(sizes)('has the root and the tiles of RFC 6962 at %d entries', async (size) => {
      const opened = await open()
      await fill(opened.log, size)
      const checkpoint = await grownTo(opened.tree, size)
      const leaves = leavesOf(size)
      expect(checkpoint).toMatchObject({ size, root: naiveRoot(leaves).toString('base64') })
      expect(opened.tree.latest().size).toBe(size)
      for (const { level, n, width } of tilesOf(size)) {
        const hashes = await opened.tree.tile(level, n)
        expect(
          Buffer.from(hashes ?? [])
            .toString('hex')
            .slice(0, width * 64),
          `tile ${level}/${n}`,
        ).toBe(naiveTile(leaves, level, n).toString('hex'))
      }
      expect(await opened.tree.tile(0, Math.ceil(size / 256))).toBeUndefined()
      expect(await opened.tree.tile(5, 0)).toBeUndefined()
      await closeBoth(opened)
    })

    it('keeps every checkpoint, each a beginning of the next', async () => {
      const opened = await open()
      const { log, tree } = opened
      const heard: number[] = []
      const stop = tree.onCheckpoint(({ size }) => heard.push(size))
      for (const size of [3, 10, 300]) {
        await fill(log, size - log.head())
        await grownTo(tree, size)
      }
      stop()
      const history = await tree.history({ limit: 10 })
      expect(history.map(({ size }) => size)).toEqual([300, 10, 3, 0])
      expect(heard).toEqual([3, 10, 300])
      expect((await tree.history({ before: 10, limit: 1 })).map(({ size }) => size)).toEqual([3])
      expect(await tree.at(10)).toEqual(history[1])
      expect(await tree.at(11)).toBeUndefined()
      const readTile: ReadTile = async (level, n) => (await tree.tile(level, n)) as Uint8Array
      for (const { size: from, root } of history) {
        const proof = await consistencyProof({ from, to: 300 }, readTile)
        const roots = { fromRoot: bytes(root), toRoot: bytes(tree.latest().root) }
        expect(checkConsistency({ from, to: 300, proof, ...roots })).toBeUndefined()
      }
      await closeBoth(opened)
    })

    it('answers whoever waits, or that it takes too long', async () => {
      const opened = await open()
      const { log, tree } = opened
      expect(await tree.waitFor(1, 20)).toBeUndefined()
      const waiting = tree.waitFor(2, patience)
      await fill(log, 2)
      expect((await waiting)?.size).toBe(2)
      expect((await tree.waitFor(1, 0))?.size).toBe(2)
      expect(tree.health()).toEqual({ state: 'growing', behind: 0, detail: null })
      await closeBoth(opened)
    })

    it('covers at the end what was appended before it', async () => {
      const opened = await open()
      await fill(opened.log, 1)
      await grownTo(opened.tree, 1)
      await fill(opened.log, 40)
      await opened.tree.close()
      expect(opened.tree.latest().size).toBe(41)
      await opened.log.close()
    })

    it('puts the lines of witnesses below the note', async () => {
      const opened = await open()
      const { log, tree } = opened
      await fill(log, 1)
      const bare = await grownTo(tree, 1)
      const line = (text: string) => ({
        witness: 'w.example',
        at: '2026-11-21T10:00:00.000Z',
        line: `— w.example ${text}`,
      })
      // Often: what is read while another line is written must not be shown after it.
      for (let i = 0; i < 50; i++) {
        await tree.addCosignature(1, line(`A${i}AA`))
        await tree.addCosignature(1, line(`B${i}BB`))
        const signed = { ...bare, note: `${bare.note}— w.example B${i}BB\n`, cosignatures: [line(`B${i}BB`)] }
        expect(tree.latest()).toEqual(signed)
        expect(await tree.at(1)).toEqual(signed)
        expect(tree.latest()).toEqual(signed)
        expect((await tree.history({ limit: 1 }))[0]).toEqual(signed)
      }
      await expect(tree.addCosignature(99, line('CCCC'))).rejects.toMatchObject({ code: 'not_found' })
      await closeBoth(opened)
    })

    it('signs with both keys until a checkpoint covers the new one, then with that alone', async () => {
      const opened = await open()
      const { log, tree } = opened
      const old = tree.vkey()
      await fill(log, 1)
      await grownTo(tree, 1)
      const { vkey } = await tree.rotateKey()
      expect(vkey).not.toBe(old)
      expect(tree.vkey()).toBe(vkey)
      const keys = await tree.keys()
      expect(keys.map((key) => [key.vkey, key.until === null])).toEqual([
        [old, false],
        [vkey, true],
      ])
      // Nobody has been told of it, so asking again makes no third one.
      expect(await tree.rotateKey()).toEqual({ vkey })

      await fill(log, 1)
      const before = await grownTo(tree, 2)
      expect(signersOf(before.note, [old, vkey])).toEqual([vkey, old])
      const id = keys[1]?.id ?? ''
      await log.append({ entry: Buffer.from('announcement'), id: 'announcement', once: announcementOf(id) })
      const covering = await grownTo(tree, 3)
      expect(signersOf(covering.note, [old, vkey])).toEqual([vkey, old])
      await fill(log, 1)
      expect(signersOf((await grownTo(tree, 4)).note, [old, vkey])).toEqual([vkey])
      await closeBoth(opened)
    })

    it.skipIf(!reopen)('has everything after it was opened again, and goes on', async () => {
      const opened = await open()
      await fill(opened.log, 300)
      await grownTo(opened.tree, 300)
      await opened.tree.rotateKey()
      const line = { witness: 'w.example', at: '2026-11-21T10:00:00.000Z', line: '— w.example AAAA' }
      await opened.tree.addCosignature(300, line)
      const [latest, keys] = [opened.tree.latest(), await opened.tree.keys()]
      const again = await (reopen as NonNullable<typeof reopen>)(opened)
      expect(again.tree.latest()).toEqual(latest)
      expect(await again.tree.keys()).toEqual(keys)
      expect(again.tree.vkey()).toBe(keys[1]?.vkey)
      await fill(again.log, 300)
      expect((await grownTo(again.tree, 600)).root).toBe(naiveRoot(leavesOf(600)).toString('base64'))
      await closeBoth(again)
    })

    it.skipIf(!reopen || !openLogOnly)('catches up with what was appended while nobody grew it', async () => {
      const opened = await open()
      await fill(opened.log, 10)
      await grownTo(opened.tree, 10)
      const log = await (openLogOnly as NonNullable<typeof openLogOnly>)(opened)
      await fill(log, 5_000)
      const again = await (reopen as NonNullable<typeof reopen>)({ log, tree: opened.tree })
      expect((await grownTo(again.tree, 5_010)).root).toBe(naiveRoot(leavesOf(5_010)).toString('base64'))
      await closeBoth(again)
    })
  })
}

const bytes = (base64: string) => Buffer.from(base64, 'base64')
