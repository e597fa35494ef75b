import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createOnServer, postgresAbsence } from '../../test/support/view-databases.ts'
import { copyLog } from './copy-log.ts'
import type { WritableLogArchive } from './log-archive.ts'
import { openPostgresArchive } from './postgres-archive.ts'
import { openPostgresLog } from './postgres-log.ts'
import { openPostgresTree } from './postgres-tree.ts'
import { openSqliteArchive } from './sqlite-archive.ts'
import { openSqliteLog } from './sqlite-log.ts'
import { openSqliteTree } from './sqlite-tree.ts'

const folders: string[] = []
const folder = () => {
  const dir = mkdtempSync(join(tmpdir(), 'airworthy-copy-'))
  folders.push(dir)
  return dir
}
afterAll(() => folders.forEach((dir) => rmSync(dir, { recursive: true, force: true })))

const count = 600
let source = ''
let vkey = ''
beforeAll(async () => {
  source = folder()
  const log = await openSqliteLog({ dir: source })
  const tree = await openSqliteTree({ dir: source, log })
  const item = (n: number) => ({
    id: `id-${n}`,
    entry: Buffer.from(`entry ${n}`),
    ...(n % 3 === 0 && { once: `claim ${n}`, subjectRef: `subject-${n % 7}` }),
    ...(n % 2 === 0 && {
      payloads: [
        { part: 'input', salt: Buffer.alloc(16, n), bytes: Buffer.from(`in ${n}`) },
        { part: 'output', salt: Buffer.alloc(0), bytes: Buffer.alloc(0) },
      ],
    }),
  })
  await Promise.all(Array.from({ length: count }, (_, n) => log.append(item(n))))
  await log.erasePayloads([0, 300])
  await tree.waitFor(count, 60_000)
  await tree.addCosignature(count, { witness: 'w', at: '2026-11-21T10:00:00.000Z', line: '— w AAAA' })
  await tree.rotateKey()
  vkey = tree.vkey()
  await tree.close()
  await log.close()
  writeFileSync(join(source, 'secret'), '00112233')
})

async function copy(from: WritableLogArchive, to: WritableLogArchive) {
  try {
    return await copyLog({ from, to })
  } finally {
    await from.close()
    await to.close()
  }
}
/** After the first entries. */
function cutOff(to: WritableLogArchive): WritableLogArchive {
  return {
    ...to,
    async putEntries(entries) {
      if ((entries[0]?.index ?? 0) > 0) throw new Error('cut off')
      await to.putEntries(entries)
    },
  }
}
const folderToFolder = (from: string, to: string) => copy(openSqliteArchive(from), openSqliteArchive(to))
const equal = { kind: 'equal', entries: count, payloads: 596, checkpoint: count }

describe('copyLog', () => {
  it('copies everything, secrets for the owner only, and nothing a second time', async () => {
    const target = folder()
    expect(await folderToFolder(source, target)).toMatchObject({ ...equal, copied: count })
    expect(await folderToFolder(source, target)).toMatchObject({ ...equal, copied: 0 })
    expect(readFileSync(join(target, 'secret'), 'utf8').trim()).toBe('00112233')
    for (const file of ['secret', 'log-key']) expect(statSync(join(target, file)).mode & 0o777).toBe(0o600)
    const log = await openSqliteLog({ dir: target })
    const tree = await openSqliteTree({ dir: target, log })
    expect(tree.vkey()).toBe(vkey)
    expect(tree.latest()).toMatchObject({ size: count, cosignatures: [{ witness: 'w' }] })
    expect(await log.findOnce('claim 3')).toBe(3)
    expect((await log.get([0], { withPayloads: true }))[0]?.payloads).toEqual([])
    await tree.close()
    await log.close()
  })

  it('goes on where it was cut off', async () => {
    const target = folder()
    const half = openSqliteArchive(target)
    const whole = openSqliteArchive(source)
    await half.begin((await whole.origin()) ?? '')
    await half.putEntries(await whole.entries(0, 250))
    expect(await copy(whole, half)).toMatchObject({ ...equal, copied: count - 250 })
  })

  it('leaves what no server starts on when it is cut off', async () => {
    const target = folder()
    await expect(copy(openSqliteArchive(source), cutOff(openSqliteArchive(target)))).rejects.toThrow('cut off')
    const log = await openSqliteLog({ dir: target })
    expect(log.head()).toBeGreaterThan(0)
    await expect(openSqliteTree({ dir: target, log })).rejects.toMatchObject({ code: 'log_rolled_back' })
    await log.close()
    expect(await folderToFolder(source, target)).toMatchObject(equal)
  })

  it.each([
    ['an entry', 'log.sqlite', "update entry set bytes = cast('other' as blob) where idx = 17", 'entry 17'],
    ['a payload', 'log.sqlite', "update payload set salt = x'01' where key = 32", 'entry 2'],
    ['an erased payload', 'log.sqlite', "insert into payload values (0, 'input', x'01', x'02', 0)", 'entry 0'],
    ['a claim', 'log.sqlite', "insert into once values ('one more', 1)", 'table once'],
    ['a cosignature', 'tree.sqlite', "insert into cosignature values (0, 'v', 'at', 'line')", 'table cosignature'],
  ])('names what is not the same: %s', async (_, file, sql, where) => {
    const target = folder()
    await folderToFolder(source, target)
    const db = new DatabaseSync(join(target, file))
    db.exec(sql)
    db.close()
    expect(await folderToFolder(source, target)).toMatchObject({ kind: 'differs', where })
  })

  it('finds a checkpoint that the entries do not give', async () => {
    const changed = folder()
    await folderToFolder(source, changed)
    const db = new DatabaseSync(join(changed, 'log.sqlite'))
    db.exec("update entry set bytes = cast('other' as blob) where idx = 17")
    db.close()
    expect(await folderToFolder(changed, folder())).toMatchObject({ kind: 'differs', where: `checkpoint ${count}` })
  })

  it('refuses a target that holds something else, and a source that holds nothing', async () => {
    const other = folder()
    await (await openSqliteLog({ dir: other })).close()
    await expect(folderToFolder(source, other)).rejects.toMatchObject({ code: 'configuration_invalid' })
    await expect(folderToFolder(folder(), folder())).rejects.toMatchObject({ code: 'not_found' })
  })
})

const absence = await postgresAbsence()
const why = absence === undefined ? '' : ` (skipped: ${absence})`
describe.skipIf(absence !== undefined)(`copyLog with PostgreSQL${why}`, () => {
  it('leaves there what no server starts on when it is cut off', async () => {
    const { url, drop } = await createOnServer()
    await expect(copy(openSqliteArchive(source), cutOff(await openPostgresArchive(url)))).rejects.toThrow('cut off')
    const log = await openPostgresLog({ url })
    await expect(openPostgresTree({ url, log })).rejects.toMatchObject({ code: 'log_rolled_back' })
    await log.close()
    expect(await copy(openSqliteArchive(source), await openPostgresArchive(url))).toMatchObject(equal)
    await drop()
  })

  it('takes a log there, where it goes on, and back', async () => {
    const { url, drop } = await createOnServer()
    expect(await copy(openSqliteArchive(source), await openPostgresArchive(url))).toMatchObject(equal)
    const log = await openPostgresLog({ url })
    const tree = await openPostgresTree({ url, log })
    expect(tree.vkey()).toBe(vkey)
    expect(tree.latest().size).toBe(count)
    expect(await log.append({ id: 'late', entry: Buffer.from('late'), once: 'claim 3' })).toEqual({
      kind: 'taken',
      index: 3,
    })
    await log.append({ id: 'more', entry: Buffer.from('more') })
    await tree.waitFor(count + 1, 60_000)
    await tree.close()
    await log.close()

    const back = folder()
    expect(await copy(await openPostgresArchive(url), openSqliteArchive(back))).toMatchObject({
      kind: 'equal',
      entries: count + 1,
      checkpoint: count + 1,
    })
    const again = await openSqliteLog({ dir: back })
    const grown = await openSqliteTree({ dir: back, log: again })
    expect(grown.latest().size).toBe(count + 1)
    await grown.close()
    await again.close()
    await drop()
  })
})
