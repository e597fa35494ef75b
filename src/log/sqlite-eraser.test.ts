// What was erased is in no file of the embedded log: not in the database, its free room, or its write-ahead log.

import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { plantStaleCopy } from '../../test/support/stale-copy.ts'
import { openSqliteLog } from './sqlite-log.ts'
import { erasureMark } from './sqlite-schema.ts'

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'airworthy-test-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Every marker (P: payload, R: pseudonym, both 32 hex digits) in any file, as far as it is none of `live`. */
function strayMarkers(live: ReadonlySet<string>): string[] {
  const bytes = readdirSync(dir)
    .map((name) => readFileSync(join(dir, name), 'latin1'))
    .join('\n')
  return [...new Set(bytes.match(/[PR][0-9a-f]{32}/g))].filter((marker) => !live.has(marker))
}
const marker = (kind: string) => kind + randomBytes(16).toString('hex')

const ownFiles = '/proc/self/fdinfo'

/** Empty for a descriptor that is closed again, as that of the folder itself. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

it('leaves no copy of anything, whatever was erased before', async () => {
  const log = await openSqliteLog({ dir })
  const size = 1_200
  const live = new Map<number, readonly [string, string]>()
  for (let from = 0; from < size; from += 200) {
    await Promise.all(
      Array.from({ length: 200 }, (_, at) => {
        const [text, subjectRef] = [marker('P'), marker('R')]
        // Some fill several pages, most share one.
        const filling = 'x'.repeat((from + at) % 40 === 0 ? 9_000 : ((from + at) * 37) % 600)
        const payloads = [{ part: 'input', salt: randomBytes(16), bytes: Buffer.from(text + filling) }]
        live.set(from + at, [text, subjectRef])
        return log.append({ id: `id-${from + at}`, entry: randomBytes(500), subjectRef, payloads })
      }),
    )
  }
  for (let round = 0; round < 6; round++) {
    const indices = [...live.keys()].filter((index) => index % 10 < 8 && (index * 7919 + round * 131) % 5 === 0)
    expect(await log.erasePayloads(indices)).toBe(indices.length)
    for (const index of indices) live.delete(index)
    expect(strayMarkers(new Set([...live.values()].flat()))).toEqual([])
  }
  expect(live.size).toBeGreaterThan(0)
  await log.close()
  expect(strayMarkers(new Set([...live.values()].flat()))).toEqual([])
})

/** A log of two people, closed; a page of the index of subjects holds one's pseudonym once more. */
async function logWithStaleCopy(): Promise<string> {
  const [gone, kept] = [marker('R'), marker('R')]
  const log = await openSqliteLog({ dir })
  for (const [n, subjectRef] of [gone, kept].entries())
    await log.append({ id: `id-${n}`, entry: randomBytes(10), subjectRef })
  await log.close()
  plantStaleCopy(file(), 'entry_subject', gone)
  return kept
}
const file = () => join(dir, 'log.sqlite')

it('leaves no copy in a page of the index', async () => {
  const kept = await logWithStaleCopy()
  const log = await openSqliteLog({ dir })
  await log.erasePayloads([0])
  expect(strayMarkers(new Set([kept]))).toEqual([])
  expect(await log.findBySubject(kept, { limit: 9 })).toEqual([1])
  await log.close()
})

it('leaves what another entry still has, and takes it with the last one', async () => {
  const log = await openSqliteLog({ dir })
  const both = marker('R')
  for (const id of ['one', 'two']) await log.append({ id, entry: randomBytes(10), subjectRef: both })
  await log.close()
  plantStaleCopy(file(), 'entry_subject', both)
  const again = await openSqliteLog({ dir })
  await again.erasePayloads([0])
  expect(await again.findBySubject(both, { limit: 9 })).toEqual([1])
  await again.erasePayloads([1])
  expect(strayMarkers(new Set())).toEqual([])
  await again.close()
})

it('ends at the next start what was cut off after the pseudonyms went', async () => {
  const kept = await logWithStaleCopy()
  const db = new DatabaseSync(file())
  // As a kill leaves it: overwritten, and not looked for.
  db.exec('update entry set subject_ref = null where idx = 0')
  db.prepare("insert into meta (name, value) values (?, 'under way')").run(erasureMark)
  db.close()
  await (await openSqliteLog({ dir })).close()
  expect(strayMarkers(new Set([kept]))).toEqual([])
  const after = new DatabaseSync(file())
  expect(after.prepare('select name from meta').all()).toEqual([{ name: 'origin' }])
  after.close()
})

it.skipIf(!existsSync(ownFiles))('keeps the lock that tells other programs of this one', async () => {
  // SQLite's shared lock, on bytes that no file has: https://www.sqlite.org/src/file/src/os.h
  const isShared = /^lock:.* 1073741826 1073742335$/
  // Not /proc/locks: that is read in pieces, and what others lock meanwhile moves its lines.
  const locks = () =>
    readdirSync(ownFiles)
      .map((descriptor) => readIfThere(join(ownFiles, descriptor)))
      .flatMap((text) => text.split('\n').filter((line) => isShared.test(line))).length
  const log = await openSqliteLog({ dir })
  await log.append({ id: 'one', entry: randomBytes(10), subjectRef: marker('R') })
  expect(locks()).toBe(1)
  await log.erasePayloads([0])
  expect(locks()).toBe(1)
  await log.close()
  expect(locks()).toBe(0)
})

it('waits for a reader who still sees the old pages', async () => {
  const log = await openSqliteLog({ dir })
  const text = marker('P')
  const payloads = [{ part: 'input', salt: randomBytes(16), bytes: Buffer.from(text) }]
  await log.append({ id: 'one', entry: randomBytes(10), payloads })
  const reader = new DatabaseSync(join(dir, 'log.sqlite'), { readOnly: true })
  reader.exec('begin')
  reader.prepare('select count(*) from payload').get()
  let isDone = false
  const erasing = log.erasePayloads([0]).then((gone) => {
    isDone = true
    return gone
  })
  await log.append({ id: 'two', entry: randomBytes(10) })
  const left = async () => (await log.get([0], { withPayloads: true }))[0]?.payloads.length
  await expect.poll(left).toBe(0)
  expect(isDone).toBe(false)
  expect(strayMarkers(new Set())).toEqual([text])
  reader.exec('commit')
  expect(await erasing).toBe(1)
  expect(strayMarkers(new Set())).toEqual([])
  reader.close()
  await log.close()
})

it('works on a log that was made before payloads could be erased', async () => {
  const old = new DatabaseSync(join(dir, 'log.sqlite'))
  old.exec(
    'create table payload (key integer primary key, part text not null, salt blob not null, bytes blob not null) strict',
  )
  old.close()
  const log = await openSqliteLog({ dir })
  await log.append({
    id: 'one',
    entry: Buffer.from('x'),
    payloads: [{ part: 'p', salt: randomBytes(16), bytes: Buffer.from('y') }],
  })
  expect(await log.erasePayloads([0])).toBe(1)
  await log.close()
})
