// What becomes of a tree whose files were harmed: what can be made again is, what was promised and is gone is said.

import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tileWidth } from '#core/tlog/tile.ts'
import { naiveLeaf, naiveRoot, naiveTile } from '../../test/support/naive-tree.ts'
import { signersOf } from '../../test/support/signed-notes.ts'
import type { Log } from './log.ts'
import { openSqliteLog } from './sqlite-log.ts'
import { openSqliteTree, type SqliteTreeOptions } from './sqlite-tree.ts'
import type { LogTree } from './tree.ts'

let dir: string
let kept: string
const open: { close(): Promise<void> }[] = []
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'airworthy-tree-'))
  kept = `${dir}-kept`
})
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
  rmSync(dir, { recursive: true, force: true })
  rmSync(kept, { force: true })
})

const patience = 60_000
const size = 600
const entry = (index: number) => Buffer.from(`entry ${index}`)
const leaves = (count: number) => Array.from({ length: count }, (_, i) => naiveLeaf(entry(i)))
const rootOf = (count: number) => naiveRoot(leaves(count)).toString('base64')
const file = (name: string) => join(dir, name)

async function append(log: Log, count: number): Promise<void> {
  const from = log.head()
  await Promise.all(
    Array.from({ length: count }, (_, i) => log.append({ entry: entry(from + i), id: `entry-${from + i}` })),
  )
}

async function openBoth(more: Partial<SqliteTreeOptions> = {}): Promise<{ log: Log; tree: LogTree }> {
  const log = await openSqliteLog({ dir })
  open.push(log)
  const tree = await openSqliteTree({ dir, log, ...more })
  open.push(tree)
  return { log, tree }
}

async function closeBoth(): Promise<void> {
  for (const one of open.splice(0).toReversed()) await one.close()
}

/** A folder with `count` entries under a checkpoint, closed. */
async function made(count = size, more: Partial<SqliteTreeOptions> = {}): Promise<LogTree> {
  const { log, tree } = await openBoth(more)
  await append(log, count - log.head())
  await tree.waitFor(count, patience)
  await closeBoth()
  return tree
}

function change(name: string, ...statements: readonly string[]): void {
  const db = new DatabaseSync(file(name))
  for (const statement of statements) db.exec(statement)
  db.exec('pragma wal_checkpoint(truncate)')
  db.close()
}

function count(name: string, of: string): number {
  const db = new DatabaseSync(file(name), { readOnly: true })
  const n = Number(db.prepare(`select count(*) as n from ${of}`).get()?.['n'])
  db.close()
  return n
}

async function wholeTree(tree: LogTree, count: number): Promise<void> {
  expect(tree.latest()).toMatchObject({ size: count, root: rootOf(count) })
  for (let n = 0; n * tileWidth < count; n++) {
    const hashes = await tree.tile(0, n)
    expect(Buffer.from(hashes ?? []).equals(naiveTile(leaves(count), 0, n)), `tile ${n}`).toBe(true)
  }
}

describe('tiles that were lost or harmed', () => {
  it.each([
    ['the last ones', ['delete from tile where n > 0 or level > 0']],
    ['all of them', ['delete from tile']],
    ['the right edge', ['update tile set hashes = zeroblob(32 * 88) where level = 0 and n = 2']],
    ['upper ones', ['delete from tile where level = 1']],
  ])('are made again at the next start: %s', async (_, statements) => {
    await made()
    change('tree.sqlite', ...statements)
    const { tree } = await openBoth()
    await wholeTree(tree, size)
  })

  it('are made again when they are read: one in the middle', async () => {
    // Enough that the start does not look at the first tile.
    const many = tileWidth * 20
    await made(many)
    change(
      'tree.sqlite',
      'update tile set hashes = zeroblob(8192) where level = 0 and n = 1',
      'delete from tile where level = 0 and n = 2',
    )
    const { tree } = await openBoth()
    await wholeTree(tree, many)
    await closeBoth()
    expect(count('tree.sqlite', 'tile where level = 0')).toBe(20)
  })

  it('are not made again from entries that are not the signed ones', async () => {
    await made(tileWidth * 20)
    change('log.sqlite', `update entry set bytes = x'00' where idx = 300`)
    change('tree.sqlite', 'delete from tile where level = 0 and n = 1')
    const { tree } = await openBoth()
    await expect(tree.tile(0, 1)).rejects.toMatchObject({ code: 'log_forked', details: { from: 256, to: 511 } })
  })
})

describe('a tree.sqlite that was harmed', () => {
  it('is made again when it is gone', async () => {
    await made()
    for (const ending of ['', '-wal', '-shm']) rmSync(file(`tree.sqlite${ending}`), { force: true })
    const warnings: string[] = []
    const { tree } = await openBoth({ onWarning: (warning) => warnings.push(warning) })
    await tree.waitFor(size, patience)
    await wholeTree(tree, size)
    expect((await tree.keys()).length).toBe(1)
    expect(warnings).toEqual([expect.stringContaining(`The log has ${size} entries, and`)])
  })

  it('is nothing to warn of where a log begins', async () => {
    const warnings: string[] = []
    await made(3, { onWarning: (warning) => warnings.push(warning) })
    await made(4, { onWarning: (warning) => warnings.push(warning) })
    expect(warnings).toEqual([])
  })

  it('is put aside when it is no database, and one is made', async () => {
    const before = await made()
    writeFileSync(file('tree.sqlite'), 'this was a tree '.repeat(1_000))
    const warnings: string[] = []
    const { tree } = await openBoth({ onWarning: (warning) => warnings.push(warning) })
    await tree.waitFor(size, patience)
    await wholeTree(tree, size)
    expect(warnings).toEqual([expect.stringContaining('0 checkpoints were saved')])
    expect(existsSync(file('tree.sqlite.damaged-1'))).toBe(true)
    expect(before.latest().root).toBe(tree.latest().root)
  })

  it('keeps the checkpoints that can still be read when it lost its end', async () => {
    const many = tileWidth * 40
    await made(many)
    const pages = statSync(file('tree.sqlite')).size
    truncateSync(file('tree.sqlite'), Math.floor(pages / 2 / 4096) * 4096)
    const warnings: string[] = []
    const { tree } = await openBoth({ onWarning: (warning) => warnings.push(warning) })
    await tree.waitFor(many, patience)
    await wholeTree(tree, many)
    expect(warnings).toEqual([expect.stringMatching(/was damaged .*: [1-9]\d* checkpoints were saved/)])
  })
})

describe('a log that is not the one that was signed', () => {
  it('is refused when it was put back to an older copy', async () => {
    await made(300)
    copyFileSync(file('log.sqlite'), file('older'))
    await made()
    copyFileSync(file('older'), file('log.sqlite'))
    await expect(openBoth()).rejects.toMatchObject({
      code: 'log_rolled_back',
      message: expect.stringContaining('The log has 300 entries, but the newest checkpoint kept with it covers 600'),
      details: { entries: 300, size: 600, root: rootOf(600) },
    })
  })

  it('is refused when one of the last entries was changed, naming it', async () => {
    await made()
    change('log.sqlite', `update entry set bytes = x'00' where idx = 598`)
    await expect(openBoth()).rejects.toMatchObject({ code: 'log_forked', details: { index: 598 } })
  })

  it('is refused when entries were changed and the tiles are gone', async () => {
    await made()
    change('log.sqlite', `update entry set bytes = x'00' where idx = 5`)
    change('tree.sqlite', 'delete from tile')
    await expect(openBoth()).rejects.toMatchObject({ code: 'log_forked', details: { size, root: rootOf(size) } })
  })

  it('is refused when an entry is missing', async () => {
    await made()
    change('log.sqlite', 'delete from entry where idx = 400')
    await expect(openBoth()).rejects.toMatchObject({ code: 'log_forked', details: { index: 400 } })
  })

  it('is taken again once the right one is back', async () => {
    await made()
    copyFileSync(file('log.sqlite'), file('right'))
    change('log.sqlite', `update entry set bytes = x'00' where idx = 598`)
    await expect(openBoth()).rejects.toMatchObject({ code: 'log_forked' })
    await closeBoth()
    copyFileSync(file('right'), file('log.sqlite'))
    await wholeTree((await openBoth()).tree, size)
  })
})

describe('a checkpoint that the log did not sign', () => {
  it.each([
    ['with another size', (note: string) => note.replace('\n600\n', '\n599\n')],
    ['with another root', (note: string) => note.replace(/\n[^\n]{44}\n/, `\n${rootOf(3)}\n`)],
    ['without a signature', (note: string) => note.slice(0, note.indexOf('\n\n') + 2)],
    ['of another key', (note: string) => note.replaceAll(/^— (\S+) .*$/gm, `— $1 ${'A'.repeat(92)}`)],
  ])('is refused: %s', async (_, forge) => {
    await made()
    const db = new DatabaseSync(file('tree.sqlite'))
    const note = String(db.prepare('select note from checkpoint where size = 600').get()?.['note'])
    db.prepare('update checkpoint set note = ? where size = 600').run(forge(note))
    db.close()
    await expect(openBoth()).rejects.toMatchObject({
      code: 'checkpoint_invalid',
      message: expect.stringContaining('The newest checkpoint kept with it'),
    })
  })
})

describe('a checkpoint kept outside the folder', () => {
  it('is the newest one', async () => {
    const tree = await made(size, { keptFile: kept })
    expect(readFileSync(kept, 'utf8')).toBe(tree.latest().note)
  })

  it('refuses a folder that was put back', async () => {
    await made(300, { keptFile: kept })
    const older = ['log.sqlite', 'tree.sqlite'].map((name) => [name, readFileSync(file(name))] as const)
    await made(size, { keptFile: kept })
    for (const [name, bytes] of older) writeFileSync(file(name), bytes)
    await expect(openBoth({ keptFile: kept })).rejects.toMatchObject({
      code: 'log_rolled_back',
      message: expect.stringContaining('The log has 300 entries, but the checkpoint kept outside it covers 600'),
    })
    await closeBoth()

    // Whoever goes on without it makes another history, which the kept one shows as well.
    const { log, tree } = await openBoth()
    for (let i = 0; i < 400; i++) await log.append({ entry: Buffer.from(`other ${i}`), id: `other-${i}` })
    await tree.waitFor(700, patience)
    await closeBoth()
    await expect(openBoth({ keptFile: kept })).rejects.toMatchObject({ code: 'log_forked', details: { size: 600 } })
  })

  it('is compared also with a tree that has to be made again', async () => {
    await made(size, { keptFile: kept })
    change('tree.sqlite', 'delete from tile', 'delete from checkpoint')
    await wholeTree((await openBoth({ keptFile: kept })).tree, size)
    await closeBoth()
    change('tree.sqlite', 'delete from tile', 'delete from checkpoint')
    change('log.sqlite', `update entry set bytes = x'00' where idx = 5`)
    await expect(openBoth({ keptFile: kept })).rejects.toMatchObject({ code: 'log_forked', details: { size } })
  })

  it('must be of this log', async () => {
    await made()
    writeFileSync(kept, 'no checkpoint')
    await expect(openBoth({ keptFile: kept })).rejects.toMatchObject({ code: 'checkpoint_invalid' })
  })

  it('that cannot be written is said, and delays nothing', async () => {
    const { log, tree } = await openBoth({ keptFile: join(dir, 'no such folder', 'kept') })
    await append(log, 1)
    expect((await tree.waitFor(1, patience))?.size).toBe(1)
    await append(log, 1)
    await tree.waitFor(2, patience)
    expect(tree.health()).toMatchObject({ state: 'growing', detail: expect.stringContaining('cannot be kept in') })
  })
})

describe('the private key', () => {
  it('lies in a file for its owner only', async () => {
    await made(1)
    expect(statSync(file('log-key')).mode & 0o777).toBe(0o600)
    expect(readFileSync(file('log-key'), 'utf8')).toMatch(/^PRIVATE\+KEY\+airworthy\/[0-9a-f]{16}\+[0-9a-f]{8}\+\S+\n$/)
  })

  it('that is lost is replaced, and said; checkpoints before stay checkable', async () => {
    const before = (await made(5)).latest()
    rmSync(file('log-key'))
    const warnings: string[] = []
    const { log, tree } = await openBoth({ onWarning: (warning) => warnings.push(warning) })
    expect(warnings).toEqual([expect.stringContaining('The private key was missing')])
    const [old, now] = await tree.keys()
    expect(signersOf(before.note, [old?.vkey ?? ''])).toEqual([old?.vkey])
    await append(log, 1)
    const next = await tree.waitFor(6, patience)
    expect(signersOf(next?.note ?? '', [old?.vkey ?? '', now?.vkey ?? ''])).toEqual([now?.vkey])
  })

  it.each([
    ['of another log', 'PRIVATE+KEY+other+6ab41d93+AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g\n'],
    ['that is none', 'secret\n'],
    ['that is empty', ''],
  ])('%s is refused', async (_, text) => {
    await made(1)
    writeFileSync(file('log-key'), text)
    await expect(openBoth()).rejects.toMatchObject({ code: 'data_dir_invalid' })
  })

  it('before a rotation is not taken back into force', async () => {
    await made(1)
    const old = readFileSync(file('log-key'))
    const { tree } = await openBoth()
    await tree.rotateKey()
    await closeBoth()
    writeFileSync(file('log-key'), old)
    await expect(openBoth()).rejects.toMatchObject({
      code: 'data_dir_invalid',
      message: expect.stringContaining('which was retired'),
    })
  })
})

it('goes on after tree.sqlite could not be written for a while', async () => {
  const { log, tree } = await openBoth()
  await append(log, 1)
  await tree.waitFor(1, patience)
  // Another connection that holds the file longer than a writer waits.
  const other = new DatabaseSync(file('tree.sqlite'))
  other.exec('begin immediate')
  await append(log, 1)
  while (tree.health().state !== 'stopped') await new Promise((resolve) => setImmediate(resolve))
  expect(tree.health()).toMatchObject({ behind: 1, detail: expect.stringContaining('locked') })
  other.exec('rollback')
  other.close()
  expect(await tree.waitFor(2, patience)).toMatchObject({ size: 2, root: rootOf(2) })
  expect(tree.health()).toEqual({ state: 'growing', behind: 0, detail: null })
})
