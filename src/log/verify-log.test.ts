import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { entryBytes, makeEvent } from '#core/kernel/event.ts'
import { payloadRef } from '#core/kernel/payload.ts'
import type { Log } from './log.ts'
import { openSqliteLog } from './sqlite-log.ts'
import { verifyLog } from './verify-log.ts'

let dir = ''
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'airworthy-verify-'))
  const log = await openSqliteLog({ dir })
  for (let i = 0; i < 3; i++) await write(log, i)
  await log.close()
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

async function write(log: Log, i: number): Promise<void> {
  const payload = { part: 'input', salt: Buffer.alloc(16, i), bytes: Buffer.from(`{"n":${i}}`) }
  const head = { id: `id-${i}`, source: `/${log.origin}`, at: i, subject: 'use-case/x' }
  const entry = entryBytes(makeEvent(head, 'made', { payloads: { input: payloadRef(payload) } }))
  await log.append({ entry, id: head.id, payloads: [payload] })
}

async function verdictAfter(sql: string) {
  const db = new DatabaseSync(join(dir, 'log.sqlite'))
  db.exec(sql)
  db.close()
  const log = await openSqliteLog({ dir })
  try {
    return await verifyLog(log)
  } finally {
    await log.close()
  }
}

describe('verifyLog', () => {
  it('holds for what was written, also when payloads were erased', async () => {
    expect(await verdictAfter('select 1')).toEqual({ kind: 'holds', entries: 3, payloads: 3 })
    expect(await verdictAfter('delete from payload where key = 16')).toEqual({ kind: 'holds', entries: 3, payloads: 2 })
  })

  it.each([
    [
      'a changed entry',
      `update entry set bytes = cast(replace(cast(bytes as text), 'made', 'm') || ' ' as blob) where idx = 1`,
      1,
    ],
    ['a missing entry', 'delete from entry where idx = 1', 1],
    ['a changed payload', `update payload set bytes = x'00' where key = 32`, 2],
    ['a changed salt', `update payload set salt = x'00' where key = 0`, 0],
    ['an added payload', `insert into payload values (17, 'more', x'00', x'00')`, 1],
  ])('names the entry of %s', async (_, sql, index) => {
    expect(await verdictAfter(sql)).toMatchObject({ kind: 'broken', index })
  })
})
