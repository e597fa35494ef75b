import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { createMemoryLog } from '#log/memory-log.ts'
import { openSqliteLog } from '#log/sqlite-log.ts'
import type { Log } from '#log/log.ts'
import { describeLog } from './log.ts'

describeLog('memory twin', { open: async () => createMemoryLog() })

const folders = new Map<Log, string>()
afterAll(() => {
  for (const dir of folders.values()) rmSync(dir, { recursive: true, force: true })
})

async function openIn(dir: string): Promise<Log> {
  const log = await openSqliteLog({ dir })
  folders.set(log, dir)
  return log
}

describeLog('SQLite', {
  open: () => openIn(mkdtempSync(join(tmpdir(), 'airworthy-log-'))),
  reopen: async (log) => {
    await log.close()
    return openIn(folders.get(log) ?? '')
  },
})
