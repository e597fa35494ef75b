import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createMemoryLog } from '#log/memory-log.ts'
import { createMemoryTree } from '#log/memory-tree.ts'
import { openSqliteLog } from '#log/sqlite-log.ts'
import { openSqliteTree } from '#log/sqlite-tree.ts'
import { describeTree, type GrownLog } from './tree.ts'

describeTree('memory twin', {
  async open() {
    const log = createMemoryLog()
    return { log, tree: await createMemoryTree({ log }) }
  },
})

const folders = new Map<string, string>()
afterAll(() => {
  for (const dir of folders.values()) rmSync(dir, { recursive: true, force: true })
})

const folderOf = ({ tree }: GrownLog) => folders.get(tree.origin) ?? ''

async function openIn(dir: string): Promise<GrownLog> {
  const log = await openSqliteLog({ dir })
  folders.set(log.origin, dir)
  return { log, tree: await openSqliteTree({ dir, log }) }
}

describeTree('SQLite', {
  open: () => openIn(mkdtempSync(join(tmpdir(), 'airworthy-tree-'))),
  async reopen(opened) {
    await opened.tree.close()
    await opened.log.close()
    return openIn(folderOf(opened))
  },
  async openLogOnly(opened) {
    await opened.tree.close()
    await opened.log.close()
    return openSqliteLog({ dir: folderOf(opened) })
  },
  sizes: [256, 257, 65_537, 70_000],
})
