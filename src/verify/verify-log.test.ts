// What a log's keeper might do to it, and what the verifier says. Logs are made by test/support/proven-log.ts, which shares
// nothing with the writer or the verifier.

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  logKey,
  noteKey,
  provenEntry,
  provenLog,
  provenOrigin,
  tamper,
  writeDataFolder,
  type EntrySpec,
  type Kept,
  type ProvenLogSpec,
} from '../../test/support/proven-log.ts'
import { openDataFolder } from './data-folder-source.ts'
import { parseVerifierKey, type VerifierKey } from './signed-note.ts'
import { verifyLog, type LogVerifyOptions } from './verify-log.ts'

const root = mkdtempSync(join(tmpdir(), 'airworthy-verify-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
const newFolder = () => join(root, String(folders++))

const verifierKey = (vkey: string) => parseVerifierKey(vkey) as VerifierKey
const key = verifierKey(logKey.vkey)

async function verdict(dir: string, options: LogVerifyOptions = { keys: [key] }) {
  const source = openDataFolder(dir)
  try {
    return await verifyLog(source, options)
  } finally {
    await source.close()
  }
}

async function verdictOf(spec: ProvenLogSpec, kept: Kept, options?: LogVerifyOptions) {
  const dir = newFolder()
  writeDataFolder(dir, provenLog(spec), kept)
  return verdict(dir, options)
}

const payloads = [
  { part: 'input', text: '{"input":{"a":1}}' },
  { part: 'output', text: '{"b":true}' },
]
const plain = (count: number): EntrySpec[] => Array.from({ length: count }, () => ({}))
const count = 700
const specs = Array.from({ length: count }, (_, i): EntrySpec => (i % 100 === 5 ? { payloads, subject: 'person' } : {}))
const whole = provenLog({ entries: specs })
const sizes = [0, 1, 255, 256, 257, 512, 600, 690]
const original = newFolder()
beforeAll(() => writeDataFolder(original, whole, { sizes }))

function copyOfOriginal(): string {
  const dir = newFolder()
  cpSync(original, dir, { recursive: true })
  return dir
}

describe('a log that holds', () => {
  it('is said to, with what was compared', async () => {
    const result = await verdict(original)
    expect(result.findings).toEqual([])
    expect(result).toMatchObject({
      verdict: 'holds',
      origin: provenOrigin,
      entries: count,
      checkpoint: { size: 690 },
      checkpoints: sizes.length,
      keys: { trust: 'given', inForce: [logKey.vkey], unknownSignatures: 0 },
      payloads: { matching: 14, erasedEntries: 0, unexplainedEntries: 0 },
      allIdsCompared: true,
    })
    // 3 tiles of level 0 and one of level 1.
    expect(result.tiles).toBe(4)
  })

  it('is proven less by a key that lies beside it', async () => {
    expect(await verdict(original, {})).toMatchObject({ verdict: 'holds', keys: { trust: 'beside' } })
  })

  it('may be empty', async () => {
    expect(await verdictOf({ entries: [] }, { sizes: [0] })).toMatchObject({
      verdict: 'holds',
      entries: 0,
      checkpoints: 1,
    })
  })

  it('tells its progress to the end', async () => {
    const seen: (readonly [number, number])[] = []
    await verdict(original, { onProgress: (done, total) => seen.push([done, total]) })
    expect(seen.at(-1)).toEqual([count, count])
  })
})

const changedEntry = (at: number) => {
  const bytes = Buffer.from(whole.entries[at]?.bytes ?? [])
  return Buffer.from(bytes.toString().replace(`"n":${at}`, `"n":${at + 1}`))
}

describe('what was done to it', () => {
  it.each<
    [what: string, file: 'log' | 'tree', sql: string, parameters: (string | number | Uint8Array)[], expected: object[]]
  >([
    [
      'an entry that was changed',
      'log',
      'update entry set bytes = ? where idx = 300',
      [changedEntry(300)],
      [{ code: 'entry-changed', where: { entry: 300 } }],
    ],
    [
      'the first entry changed',
      'log',
      'update entry set bytes = ? where idx = 0',
      [changedEntry(0)],
      [{ code: 'entry-changed', where: { entry: 0 } }],
    ],
    [
      'an entry of the last tile changed',
      'log',
      'update entry set bytes = ? where idx = 689',
      [changedEntry(689)],
      [{ code: 'entry-changed', where: { entry: 689 } }],
    ],
    [
      'an entry that was removed',
      'log',
      'delete from entry where idx = 300',
      [],
      [{ code: 'entry-missing', where: { entry: 300 } }],
    ],
    [
      'a range that was removed',
      'log',
      'delete from entry where idx between 250 and 520',
      [],
      [{ code: 'entry-missing', where: { entry: 250 }, problem: expect.stringContaining('up to entry 520') }],
    ],
    [
      'the end removed',
      'log',
      'delete from entry where idx >= 680',
      [],
      [
        { code: 'checkpoint-beyond-log', where: { checkpoint: 690 } },
        { code: 'tile-unexpected', where: { tile: 'tile/0/002.p/178' } },
      ],
    ],
    [
      'an entry filed under another id',
      'log',
      `update entry set id = 'other' where idx = 9`,
      [],
      [{ code: 'entry-id-differs', where: { entry: 9 } }],
    ],
    [
      'whitespace in an entry',
      'log',
      `update entry set bytes = cast(replace(cast(bytes as text), '":', '": ') as blob) where idx = 10`,
      [],
      [
        { code: 'entry-not-canonical', where: { entry: 10 } },
        { code: 'entry-changed', where: { entry: 10 } },
      ],
    ],
    [
      'an entry of bytes that are no text',
      'log',
      `update entry set bytes = x'7b00007d' where idx = 10`,
      [],
      [
        { code: 'entry-not-canonical', where: { entry: 10 } },
        { code: 'entry-changed', where: { entry: 10 } },
      ],
    ],
    [
      'an entry filed under two lines',
      'log',
      `update entry set id = id || char(10) || 'other' where idx = 10`,
      [],
      [{ code: 'entry-id-differs', where: { entry: 10 } }],
    ],
    [
      'an entry of another log',
      'log',
      `update entry set bytes = cast(replace(cast(bytes as text), '/airworthy/', '/elsewhere/') as blob) where idx = 10`,
      [],
      [
        { code: 'entry-of-another-log', where: { entry: 10 } },
        { code: 'entry-changed', where: { entry: 10 } },
      ],
    ],
    [
      'an entry without a type',
      'log',
      `update entry set bytes = cast(replace(cast(bytes as text), ',"type":"decision-recorded"', '') as blob) where idx = 10`,
      [],
      [
        { code: 'entry-not-an-event', where: { entry: 10 } },
        { code: 'entry-changed', where: { entry: 10 } },
      ],
    ],
    [
      'a payload that was changed',
      'log',
      `update payload set bytes = x'00' where key = 5 * 16`,
      [],
      [{ code: 'payload-changed', where: { entry: 5, payload: 'input' } }],
    ],
    [
      'a salt that was changed',
      'log',
      `update payload set salt = x'00' where key = 105 * 16 + 1`,
      [],
      [{ code: 'payload-changed', where: { entry: 105, payload: 'output' } }],
    ],
    [
      'a payload that was added',
      'log',
      `insert into payload values (6 * 16, 'input', x'00', x'00', 0)`,
      [],
      [{ code: 'payload-unnamed', where: { entry: 6, payload: 'input' } }],
    ],
    [
      'a payload beyond the end',
      'log',
      `insert into payload values (900 * 16, 'input', x'00', x'00', 0)`,
      [],
      [{ code: 'payload-unnamed', where: { entry: 900 } }],
    ],
    [
      'a hash of a lowest tile changed',
      'tree',
      'update tile set hashes = cast(substr(hashes, 1, 32) || zeroblob(32) || substr(hashes, 65) as blob) where level = 0 and n = 1',
      [],
      [{ code: 'tile-wrong', where: { tile: 'tile/0/001', entry: 257 } }],
    ],
    [
      'a hash of a partial tile changed',
      'tree',
      'update tile set hashes = cast(zeroblob(32) || substr(hashes, 33) as blob) where level = 0 and n = 2',
      [],
      [{ code: 'tile-wrong', where: { tile: 'tile/0/002.p/178', entry: 512 } }],
    ],
    [
      'a hash of a higher tile changed',
      'tree',
      'update tile set hashes = cast(substr(hashes, 1, 32) || zeroblob(32) as blob) where level = 1',
      [],
      [{ code: 'tile-wrong', where: { tile: 'tile/1/000.p/2' }, problem: expect.stringContaining('tile/0/001') }],
    ],
    [
      'a tile removed',
      'tree',
      'delete from tile where level = 0 and n = 0',
      [],
      [{ code: 'tile-missing', where: { tile: 'tile/0/000' } }],
    ],
    [
      'a higher tile removed',
      'tree',
      'delete from tile where level = 1',
      [],
      [{ code: 'tile-missing', where: { tile: 'tile/1/000.p/2' } }],
    ],
    [
      'a tile cut short',
      'tree',
      'update tile set hashes = substr(hashes, 1, 64) where level = 0 and n = 2',
      [],
      [{ code: 'tile-missing', where: { tile: 'tile/0/002.p/178' } }],
    ],
    [
      'a tile of half a hash',
      'tree',
      'update tile set hashes = substr(hashes, 1, 40) where level = 0 and n = 0',
      [],
      [{ code: 'tile-malformed' }],
    ],
    [
      'a tile beyond the end',
      'tree',
      'insert into tile values (0, 5, zeroblob(32))',
      [],
      [{ code: 'tile-unexpected', where: { tile: 'tile/0/005.p/1' } }],
    ],
    [
      'a checkpoint of another root',
      'tree',
      `update checkpoint set note = ? where size = 600`,
      [whole.note(512).replace('\n512\n', '\n600\n')],
      [
        { code: 'checkpoint-not-signed', where: { checkpoint: 600 } },
        { code: 'checkpoint-wrong-root', where: { checkpoint: 600 } },
      ],
    ],
    [
      'a checkpoint filed under another size',
      'tree',
      `update checkpoint set note = ? where size = 600`,
      [whole.note(512)],
      [{ code: 'checkpoint-malformed', where: { checkpoint: 600 } }],
    ],
    [
      'a checkpoint that nobody signed',
      'tree',
      `update checkpoint set note = ? where size = 600`,
      [whole.note(600).replace(/— .*\n/, '')],
      [{ code: 'checkpoint-malformed', where: { checkpoint: 600 } }],
    ],
    [
      'a checkpoint of another key',
      'tree',
      `update checkpoint set note = ? where size = 600`,
      [provenLog({ entries: specs, signers: () => [noteKey(provenOrigin, 9)] }).note(600)],
      [{ code: 'checkpoint-not-signed', where: { checkpoint: 600 } }],
    ],
    ['a key beside it that is none', 'tree', `update key set vkey = 'x'`, [], [{ code: 'key-malformed' }]],
    ['no checkpoints at all', 'tree', `delete from checkpoint`, [], [{ code: 'checkpoint-missing' }]],
  ])('names %s', async (_, file, sql, parameters, expected) => {
    const dir = copyOfOriginal()
    tamper(dir, file, sql, ...parameters)
    const result = await verdict(dir)
    expect(result.verdict).toBe('broken')
    expect(result.findings.filter(({ severity }) => severity === 'fault')).toEqual(
      expected.map((each) => expect.objectContaining(withWhere(each))),
    )
  })

  it('names both of two entries that changed places', async () => {
    const dir = copyOfOriginal()
    tamper(dir, 'log', 'update entry set idx = -1 where idx = 20')
    tamper(dir, 'log', 'update entry set idx = 20 where idx = 400')
    tamper(dir, 'log', 'update entry set idx = 400 where idx = -1')
    const { findings } = await verdict(dir)
    expect(findings.map(({ code, where }) => [code, where.entry])).toEqual([
      ['entry-changed', 20],
      ['entry-changed', 400],
    ])
  })

  it('names the entries between two checkpoints where the tiles were made anew to fit', async () => {
    const dir = newFolder()
    const other = provenLog({ entries: specs.map((spec, i) => (i === 300 ? { data: { n: 'other' } } : spec)) })
    writeDataFolder(dir, other, { sizes })
    for (const size of sizes)
      tamper(dir, 'tree', 'update checkpoint set note = ? where size = ?', whole.note(size), size)
    const { findings } = await verdict(dir)
    expect(findings).toEqual([
      expect.objectContaining({
        code: 'checkpoint-wrong-root',
        where: expect.objectContaining({ checkpoint: 512 }),
        problem: expect.stringContaining('257 to 511'),
      }),
      expect.objectContaining({
        code: 'checkpoint-wrong-root',
        severity: 'warning',
        problem: expect.stringContaining('512 to 690'),
      }),
    ])
  })

  it('says that nothing can be read of a file that is none', async () => {
    const dir = copyOfOriginal()
    rmSync(join(dir, 'log.sqlite'))
    cpSync(import.meta.filename, join(dir, 'log.sqlite'))
    expect(() => openDataFolder(dir)).toThrow('file is not a database')
  })
})

function withWhere({ where, ...rest }: { where?: object }) {
  return where === undefined ? rest : { ...rest, where: expect.objectContaining(where) }
}

describe('ids', () => {
  it('may not come twice', async () => {
    const entries = [...plain(3), { id: provenEntry(1).id }, { id: 'x' }, { id: provenEntry(1).id }]
    const dir = newFolder()
    const log = provenLog({ entries: entries.map((spec) => spec) })
    writeDataFolder(
      dir,
      { ...log, entries: log.entries.map((each, i) => ({ ...each, id: `filed-${i}` })) },
      { sizes: [6] },
    )
    const { findings } = await verdict(dir)
    expect(findings.filter(({ code }) => code === 'entry-id-repeated').map(({ where }) => where.entry)).toEqual([3, 5])
  })
})
