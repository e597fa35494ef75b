// kill -9 while the tree grows: between an entry and its tile, in the middle of a commit. What was told holds afterwards,
// and the tree goes on from there.

import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { checkConsistency, consistencyProof, type ReadTile } from '#core/tlog/proof.ts'
import { openSqliteLog } from '#log/sqlite-log.ts'
import { openSqliteTree } from '#log/sqlite-tree.ts'
import { temporaryFolder } from '../support/airworthy-process.ts'
import { naiveLeaf, naiveRoot } from '../support/naive-tree.ts'

const folder = temporaryFolder()
afterAll(() => folder.remove())

const kills = 6
const script = resolve(import.meta.dirname, '../support/grow-log.ts')

/** Grows until two checkpoints were told, and a random moment longer; answers what was told. */
async function growAndKill(): Promise<Map<number, string>> {
  const child = spawn(
    process.execPath,
    ['--conditions=source', '--disable-warning=ExperimentalWarning', script, folder.path],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const told = new Map<number, string>()
  const ended = new Promise((done) => child.once('exit', done))
  for await (const line of createInterface({ input: child.stdout })) {
    const [size = '', root = ''] = line.split(' ')
    told.set(Number(size), root)
    if (told.size < 2) continue
    // The moment is random on purpose; what must hold, holds at any.
    await setTimeout(Math.random() * 900)
    child.kill('SIGKILL')
    break
  }
  await ended
  return told
}

it(`keeps every checkpoint that was told over ${kills} kills`, async () => {
  const told = new Map<number, string>()
  for (let round = 0; round < kills; round++) for (const [size, root] of await growAndKill()) told.set(size, root)

  const log = await openSqliteLog({ dir: folder.path })
  const tree = await openSqliteTree({ dir: folder.path, log })
  const latest = await tree.waitFor(log.head(), 60_000)
  expect(latest?.size).toBe(log.head())
  const leaves = Array.from({ length: log.head() }, (_, i) => naiveLeaf(Buffer.from(`entry ${i}`)))
  expect(latest?.root).toBe(naiveRoot(leaves).toString('base64'))

  const kept = await tree.history({ limit: 1_000 })
  const roots = new Map(kept.map(({ size, root }) => [size, root]))
  for (const [size, root] of told) expect(roots.get(size), `checkpoint of ${size}`).toBe(root)
  const readTile: ReadTile = async (level, n) => (await tree.tile(level, n)) as Uint8Array
  const toRoot = Buffer.from(latest?.root ?? '', 'base64')
  for (const { size: from, root } of kept) {
    const proof = await consistencyProof({ from, to: log.head() }, readTile)
    const claim = { from, to: log.head(), fromRoot: Buffer.from(root, 'base64'), toRoot, proof }
    expect(checkConsistency(claim), `checkpoint of ${from}`).toBeUndefined()
  }
  await tree.close()
  await log.close()
})
