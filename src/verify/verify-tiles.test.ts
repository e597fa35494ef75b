// A log as C2SP tlog-tiles: a folder of files, and the same folder behind a web server. Every kind of damage is named where
// it is.

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveHttp } from '../../test/support/loopback-server.ts'
import {
  logKey,
  noteKey,
  provenLog,
  provenOrigin,
  writeTileFolder,
  type EntrySpec,
} from '../../test/support/proven-log.ts'
import { NotCheckable } from './finding.ts'
import { openSource } from './open-source.ts'
import { parseVerifierKey, type VerifierKey } from './signed-note.ts'
import { verifyLog, type LogVerifyOptions } from './verify-log.ts'

const root = mkdtempSync(join(tmpdir(), 'airworthy-tiles-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const key = parseVerifierKey(logKey.vkey) as VerifierKey
const size = 700
const entries = Array.from({ length: size }, (): EntrySpec => ({}))
const log = provenLog({ entries })
const fork = provenLog({ entries: entries.map((spec, i) => (i === 300 ? { data: { n: 'other' } } : spec)) })
const original = join(root, 'original')
beforeAll(() => writeTileFolder(original, log, size))

const rootLine = ({ note }: typeof log) => note(size).split('\n')[2] ?? ''

let folders = 0
function copied(): string {
  const dir = join(root, String(folders++))
  cpSync(original, dir, { recursive: true })
  return dir
}

async function verdict(where: string, options: LogVerifyOptions = { keys: [key] }, apiKey?: string) {
  const source = await openSource(where, { apiKey })
  try {
    return await verifyLog(source, options)
  } finally {
    await source.close()
  }
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file, bytes)
}

describe('a folder of tiles', () => {
  it('holds as it was written, and with the full tile beside an older partial one', async () => {
    const dir = copied()
    writeTileFolder(dir, log, 300)
    writeTileFolder(dir, log, size)
    const result = await verdict(dir)
    expect(result).toMatchObject({ verdict: 'holds', findings: [], entries: size, payloads: null })
    expect(result.tiles).toBe(6)
  })

  it.each<[string, (dir: string) => void, unknown[]]>([
    [
      'a flipped bit in an entry',
      (dir) => flip(join(dir, 'tile/entries/001'), 4_000),
      [{ code: 'entry-changed', where: { entry: expect.any(Number), tile: 'tile/0/001' } }],
    ],
    [
      'a flipped bit in a tile of leaves',
      (dir) => flip(join(dir, 'tile/0/001'), 33),
      [{ code: 'tile-wrong', where: { entry: 257, tile: 'tile/0/001' } }],
    ],
    [
      'a flipped bit in the last tile',
      (dir) => flip(join(dir, 'tile/0/002.p/188'), 0),
      [{ code: 'tile-wrong', where: { entry: 512, tile: 'tile/0/002.p/188' } }],
    ],
    [
      'a flipped bit in a tile above',
      (dir) => flip(join(dir, 'tile/1/000.p/2'), 40),
      [{ code: 'tile-wrong', where: { tile: 'tile/1/000.p/2' }, problem: expect.stringContaining('tile/0/001') }],
    ],
    [
      'another root in the checkpoint',
      (dir) => writeFileSync(join(dir, 'checkpoint'), log.note(size).replace(rootLine(log), rootLine(fork))),
      [
        { code: 'checkpoint-not-signed' },
        { code: 'checkpoint-wrong-root', where: { checkpoint: size } },
        { code: 'key-unknown' },
      ],
    ],
    [
      'a flipped bit in the checkpoint',
      (dir) => flip(join(dir, 'checkpoint'), log.note(size).indexOf('\n700\n') + 8),
      [{ code: 'checkpoint-malformed', where: { file: 'checkpoint' } }, { code: 'checkpoint-missing' }],
    ],
    [
      'a flipped bit in its signature',
      (dir) => flip(join(dir, 'checkpoint'), log.note(size).length - 20),
      [{ code: 'checkpoint-not-signed', where: { checkpoint: size } }, { code: 'key-unknown' }],
    ],
    [
      'the last tiles lost',
      (dir) => ['0/002.p', '1'].forEach((path) => rmSync(join(dir, 'tile', path), { recursive: true })),
      [
        { code: 'tile-missing', where: { tile: 'tile/0/002.p/188' } },
        { code: 'tile-missing', where: { tile: 'tile/1/000.p/2' } },
      ],
    ],
    [
      'the last entries lost',
      (dir) => rmSync(join(dir, 'tile/entries/002.p'), { recursive: true }),
      [
        { code: 'checkpoint-beyond-log', where: { checkpoint: size } },
        { code: 'tile-unexpected', where: { tile: 'tile/0/002.p/188' } },
      ],
    ],
    [
      'entries in the middle lost',
      (dir) => rmSync(join(dir, 'tile/entries/001')),
      [{ code: 'entry-missing', where: { entry: 256 }, problem: expect.stringContaining('entry 511') }],
    ],
    [
      'a tile cut short',
      (dir) => truncateSync(join(dir, 'tile/0/000'), 8_191),
      [{ code: 'store-damaged', where: { tile: 'tile/0/000' }, problem: expect.stringContaining('8191 bytes') }],
    ],
    [
      'a bundle cut short',
      (dir) => truncateSync(join(dir, 'tile/entries/000'), statSync(join(dir, 'tile/entries/000')).size - 1),
      [
        { code: 'bundle-malformed', where: { tile: 'tile/entries/000' } },
        { code: 'entry-missing', where: { entry: 0 } },
      ],
    ],
    [
      'an entry of a fork',
      (dir) => {
        writeTileFolder(join(dir, 'fork'), fork, size)
        cpSync(join(dir, 'fork/tile'), join(dir, 'tile'), { recursive: true })
      },
      [{ code: 'checkpoint-wrong-root', where: { checkpoint: size } }],
    ],
  ])('is broken by %s', async (_, damage, expected) => {
    const dir = copied()
    damage(dir)
    const { verdict: said, findings } = await verdict(dir)
    expect(said).toBe('broken')
    const faults = findings.filter(({ severity, code }) => severity === 'fault' && code !== 'entry-not-canonical')
    expect(faults).toEqual(
      expected.map((each) => {
        const { where, ...rest } = each as { where?: object }
        return expect.objectContaining(where ? { ...rest, where: expect.objectContaining(where) } : rest)
      }),
    )
  })

  it('shows a fork against a checkpoint of the same size that was kept', async () => {
    const kept = [{ name: 'kept.txt', size: undefined, note: fork.note(size), cosignatures: [] }]
    const { findings } = await verdict(original, { keys: [key], kept })
    expect(findings).toEqual([
      expect.objectContaining({ code: 'checkpoint-wrong-root', where: { checkpoint: size, file: 'kept.txt' } }),
      expect.objectContaining({ code: 'checkpoint-forked', where: { checkpoint: size, file: 'kept.txt' } }),
    ])
  })

  it('without entries is checked as far as that goes', async () => {
    const dir = copied()
    rmSync(join(dir, 'tile/entries'), { recursive: true })
    expect(await verdict(dir, { keys: [key], withoutEntries: true })).toMatchObject({ verdict: 'holds', entries: size })
  })

  it('that is none is said to be none', async () => {
    await expect(verdict(join(root, 'nothing'))).rejects.toThrow('There is no folder')
    await expect(verdict(root)).rejects.toThrow('There is no log in')
  })
})

/** Files as they lie, to whoever has the key. */
function files(dir: string, apiKey?: string): RequestListener {
  return ({ url = '', headers }, response) => {
    const file = join(dir, url.replace(/^\/log\//, ''))
    const mayRead = apiKey === undefined || !url.includes('/entries/') || headers.authorization === `Bearer ${apiKey}`
    const isThere = url.startsWith('/log/') && existsSync(file) && statSync(file).isFile()
    response.statusCode = !mayRead ? 401 : isThere ? 200 : 404
    response.end(response.statusCode === 200 ? readFileSync(file) : '')
  }
}

describe('a copy of a log whose key was rotated', () => {
  const next = noteKey(provenOrigin, 8)
  const rotation: EntrySpec = { type: 'log-key-rotated', data: { vkey: next.vkey } }
  const rotated = provenLog({
    entries: [...entries.slice(0, 10), rotation, ...entries.slice(0, 10)],
    signers: (at) => (at < 11 ? [logKey] : at === 12 ? [next, logKey] : [next]),
  })
  const both = [logKey.vkey, next.vkey]
  const keyOf = (vkey: string) => ({ keys: [parseVerifierKey(vkey) as VerifierKey] })

  it('holds for whoever has either key when it keeps the checkpoint of both', async () => {
    const dir = join(root, 'rotated')
    writeTileFolder(dir, rotated, 21)
    mkdirSync(join(dir, 'checkpoints'))
    for (const at of [5, 12, 21]) writeFileSync(join(dir, 'checkpoints', String(at)), rotated.note(at))
    for (const vkey of both) {
      const result = await verdict(dir, keyOf(vkey))
      expect(result).toMatchObject({ verdict: 'holds', checkpoints: 3, keys: { trust: 'given' } })
      expect(result.keys.inForce.at(-1)).toBe(next.vkey)
    }
    rmSync(join(dir, 'checkpoints/12'))
    const unlinked = await verdict(dir, keyOf(logKey.vkey))
    expect(unlinked.findings).toEqual([
      expect.objectContaining({
        code: 'key-unknown',
        problem: expect.stringContaining('the checkpoint that both signed'),
      }),
    ])
  })

  it('holds for whoever has the new key, without any other checkpoint; with the old one it takes the one of both', async () => {
    const dir = join(root, 'rotated-alone')
    writeTileFolder(dir, rotated, 21)
    expect(await verdict(dir, keyOf(next.vkey))).toMatchObject({ verdict: 'holds', findings: [] })
    expect((await verdict(dir, keyOf(logKey.vkey))).findings.map(({ code }) => code)).toEqual(['key-unknown'])
    const kept = [{ name: 'both.txt', size: undefined, note: rotated.note(12), cosignatures: [] }]
    expect(await verdict(dir, { ...keyOf(logKey.vkey), kept })).toMatchObject({ verdict: 'holds', findings: [] })
  })

  it('names a fork among the checkpoints it keeps', async () => {
    const dir = copied()
    mkdirSync(join(dir, 'checkpoints'))
    writeFileSync(join(dir, 'checkpoints/400'), fork.note(400))
    writeFileSync(join(dir, 'checkpoints/200'), log.note(200))
    expect((await verdict(dir)).findings).toEqual([
      expect.objectContaining({ code: 'checkpoint-wrong-root', where: { checkpoint: 400, file: 'checkpoints/400' } }),
    ])
  })
})

describe('a log on a web server', () => {
  it('holds', async () => {
    const { url } = await serveHttp(files(original))
    expect(await verdict(`${url}/log/`)).toMatchObject({ verdict: 'holds', entries: size, findings: [] })
  })

  it('may keep the full tile in the place of a partial one', async () => {
    const dir = copied()
    writeTileFolder(dir, log, 512)
    const checkpoint = readFileSync(join(dir, 'checkpoint'))
    writeTileFolder(dir, log, 600)
    rmSync(join(dir, 'tile/0/002.p'), { recursive: true })
    rmSync(join(dir, 'tile/entries/002.p'), { recursive: true })
    writeFileSync(join(dir, 'checkpoint'), checkpoint)
    const { url } = await serveHttp(files(dir))
    expect(await verdict(`${url}/log`)).toMatchObject({ verdict: 'holds', entries: 512 })
  })

  it('is named where it does not hold', async () => {
    const dir = copied()
    flip(join(dir, 'tile/entries/001'), 4_000)
    rmSync(join(dir, 'tile/0/000'))
    const { url } = await serveHttp(files(dir))
    const { findings } = await verdict(`${url}/log`)
    expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['tile-missing', 'entry-changed']))
  })

  it('asks for a key where entries are not for everybody', async () => {
    const { url } = await serveHttp(files(original, 'secret'))
    await expect(verdict(`${url}/log`)).rejects.toThrow('may not be read without a key')
    await expect(verdict(`${url}/log`, { keys: [key] }, 'wrong')).rejects.toThrow('may not be read with this key')
    expect((await verdict(`${url}/log`, { keys: [key] }, 'secret')).verdict).toBe('holds')
    expect((await verdict(`${url}/log`, { keys: [key], withoutEntries: true })).verdict).toBe('holds')
  })

  it('that is away, or none, is not called broken', async () => {
    const broken = await serveHttp((_, response) => void response.writeHead(500).end())
    const { url } = broken
    await expect(verdict(`${url}/log`)).rejects.toThrow('answers 500')
    await broken.close()
    await expect(verdict(`${url}/log`)).rejects.toBeInstanceOf(NotCheckable)
    const empty = await serveHttp((_, response) => void response.writeHead(404).end())
    await expect(verdict(`${empty.url}/log`)).rejects.toThrow('There is no log at')
    const page = await serveHttp((_, response) => void response.end('\n<!DOCTYPE html><title>Airworthy</title>'))
    await expect(verdict(page.url)).rejects.toThrow('what it answers is a web page')
  })
})
