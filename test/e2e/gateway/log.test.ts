// The log as outsiders and auditors see it: checkpoints, tiles, receipts, entries, its key, and a copy of all of it.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { copyLog } from '#cli/report-log.ts'
import { createClient } from '#cli/client.ts'
import { leafHash } from '#core/kernel/merkle-hash.ts'
import { parseVkey } from '#core/tlog/note.ts'
import { checkReceipt, parseReceipt } from '#core/tlog/receipt.ts'
import { openSource } from '#verify/open-source.ts'
import { parseVerifierKey, type VerifierKey } from '#verify/signed-note.ts'
import { verifyLog } from '#verify/verify-log.ts'
import type { Problem } from '#wire/common.ts'
import type { CheckpointPage, EntryPage, LogState, ReceiptLine, RotatedKey } from '#wire/log.ts'
import { adminKey, startAirworthy, temporaryFolder, type AirworthyProcess } from '../../support/airworthy-process.ts'
import { apply, decide, detail, keyFor, modelDir, read, scripted, sure, until } from './gateway-calls.ts'

const folder = temporaryFolder()
let server: AirworthyProcess
const decisions: string[] = []

beforeAll(async () => {
  server = await startAirworthy({ dataDir: folder.path, modelDir })
  await apply(
    server,
    scripted('plain'),
    scripted('other'),
    scripted('audited', { review: { reasons: ['documents'], audit: 1 } }),
  )
  for (let i = 0; i < 20; i++) decisions.push((await decide(server, 'plain', sure)).body.id)
})
afterAll(async () => {
  await server.stop()
  folder.remove()
})

const state = async () => (await read<LogState>(server, '/api/v1/log')).body
const anybody = { authorization: '' }
const receiptOf = (id: string, headers?: Record<string, string>) =>
  read<string>(server, `/v1/decisions/${id}/receipt`, headers)
const keysOf = ({ keys }: LogState) => keys.map(({ vkey }) => parseVkey(vkey))

describe('receipts', () => {
  it('prove a decision to whoever has the verifier key', async () => {
    const { status, body, headers } = await receiptOf(decisions[3] ?? '')
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(checkReceipt(body, { keys: keysOf(await state()) })).toBeUndefined()
    const { extra, index } = parseReceipt(body)
    expect(JSON.parse(Buffer.from(extra ?? []).toString('utf8'))).toMatchObject({ id: decisions[3] })
    expect((await detail(server, decisions[3] ?? '')).body.proof).toEqual({ index, checkpointed: true })
  })

  it('wait for the checkpoint of a decision that was just made', async () => {
    const { body } = await decide(server, 'plain', sure)
    const receipt = await receiptOf(body.id)
    expect(receipt.status).toBe(200)
    expect(checkReceipt(receipt.body, { keys: keysOf(await state()) })).toBeUndefined()
  })

  it('are given to whoever may read the decision, and to nobody else', async () => {
    const mine = await keyFor(server, 'reader of plain', { roles: ['auditor:plain'] })
    const others = await keyFor(server, 'reader of other', { roles: ['auditor:other'] })
    expect((await receiptOf(decisions[0] ?? '', mine.as)).status).toBe(200)
    expect((await receiptOf(decisions[0] ?? '', others.as)).status).toBe(404)
    expect((await receiptOf('nothing')).status).toBe(404)
  })

  it('do not tell a blind second look what the system decided', async () => {
    const { id } = (await decide(server, 'audited', sure)).body
    const reviewer = await keyFor(server, 'second look', { roles: ['reviewer'] })
    const { status, body } = await receiptOf(id, reviewer.as)
    expect([status, (body as unknown as Problem).code]).toEqual([403, 'forbidden'])
    const bulk = await read<string>(server, '/api/v1/receipts?useCase=audited', reviewer.as)
    expect(bulk.body).toBe('')
    expect((await read<string>(server, '/api/v1/receipts?useCase=audited')).body).toContain(id)
  })

  it('of many decisions are all under one checkpoint', async () => {
    const { body, headers } = await read<string>(server, '/api/v1/receipts?useCase=plain')
    expect(headers['content-type']).toMatch(/^application\/x-ndjson/)
    const lines = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as ReceiptLine)
    expect(lines.map(({ id }) => id)).toEqual(expect.arrayContaining(decisions))
    expect(new Set(lines.map(({ receipt }) => parseReceipt(receipt).checkpoint)).size).toBe(1)
    const keys = keysOf(await state())
    for (const { receipt, index } of lines) {
      expect(checkReceipt(receipt, { keys })).toBeUndefined()
      expect(parseReceipt(receipt).index).toBe(index)
    }
    expect((await read<Problem>(server, '/api/v1/receipts?from=2026-02-31T00:00:00Z')).status).toBe(400)
  })
})

describe('tiles', () => {
  it('and the checkpoint need no key; entries do', async () => {
    const { size } = await state()
    const checkpoint = await read<string>(server, '/log/checkpoint', anybody)
    expect(checkpoint.headers['content-type']).toBe('text/plain; charset=utf-8')
    const tile = await read<string>(server, `/log/tile/0/000.p/${size}`, anybody)
    expect(tile.status).toBe(200)
    expect(tile.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await read(server, `/log/tile/0/000.p/1`, anybody)).headers['content-length']).toBe('32')
    const problem = await read<Problem>(server, `/log/tile/entries/000.p/1`, anybody)
    expect([problem.status, problem.body.code]).toEqual([401, 'unauthenticated'])
    const limited = await keyFor(server, 'limited', { roles: ['auditor:plain'] })
    expect((await read(server, '/log/tile/entries/000.p/1', limited.as)).status).toBe(403)
    expect((await read(server, '/log/tile/entries/000.p/1')).status).toBe(200)
  })

  it.each([
    '0/000',
    '0/000.p/255',
    '0/001.p/1',
    '1/000.p/1',
    '0/x000/000.p/1',
    '0/0.p/1',
    '64/000.p/1',
    'x',
    '0/000.p/0',
  ])('that the newest checkpoint does not have are not found: %s', async (path) => {
    const { status, body } = await read<Problem>(server, `/log/tile/${path}`)
    expect([status, body.code]).toEqual([404, 'not_found'])
  })
})

describe('entries', () => {
  it('are given as they are, and that they were read is recorded once', async () => {
    const auditor = await keyFor(server, 'auditor', { roles: ['auditor'] })
    const page = await read<EntryPage>(server, '/api/v1/log/entries?from=0&limit=3', auditor.as)
    expect(page.body.items.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(page.body.next).toBe(3)
    const later = (await read<EntryPage>(server, '/api/v1/log/entries?from=3&limit=1000', auditor.as)).body
    const again = (await read<EntryPage>(server, '/api/v1/log/entries?from=0&limit=1000', auditor.as)).body
    expect(again.items.slice(3, later.items.length + 3)).toEqual(later.items)
    const reads = again.items.filter(({ entry }) => entry['type'] === 'log-read')
    const mine = reads.filter(({ entry }) => (entry['data'] as { by: { key: string } }).by.key === auditor.id)
    expect(mine[0]?.entry['data']).toEqual({ by: { key: auditor.id, name: 'auditor' }, via: 'entries', from: 0, to: 3 })
    // Once in each ten minutes of the clock, which may change in the middle of this.
    const times = mine.map(({ entry }) => Math.floor(Date.parse(String(entry['time'])) / 600_000))
    expect(new Set(times).size).toBe(times.length)
    const bundle = Buffer.from(JSON.stringify(again.items[0]?.entry))
    expect(Buffer.from(leafHash(bundle)).toString('hex')).toBe(again.items[0]?.leaf)
  })

  it('are not given to whoever may not read the log', async () => {
    const reviewer = await keyFor(server, 'reviewer', { roles: ['reviewer'] })
    expect((await read(server, '/api/v1/log/entries', reviewer.as)).status).toBe(403)
    expect((await read(server, '/api/v1/log', reviewer.as)).status).toBe(200)
  })
})

it('lists checkpoints, newest first', async () => {
  await until(state, ({ tree }) => tree.behind === 0)
  const { body } = await read<CheckpointPage>(server, '/api/v1/log/checkpoints?limit=2')
  const sizes = body.items.map(({ size }) => size)
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
  expect(body.next).toBe(sizes[1])
  const next = await read<CheckpointPage>(server, `/api/v1/log/checkpoints?before=${sizes[1]}`)
  expect(next.body.items.at(-1)?.size).toBe(0)
  expect(next.body.next).toBeNull()
})

describe('a copy', () => {
  const dir = mkdtempSync(join(tmpdir(), 'airworthy-copy-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  const copy = async () => {
    const client = createClient({ server: server.url, key: adminKey })
    try {
      return await copyLog({ client, dir, onProgress: () => undefined })
    } finally {
      await client.close()
    }
  }

  it('is whole, goes on where it was, and leaves nothing that is outgrown', async () => {
    const first = await copy()
    expect(readFileSync(join(dir, 'checkpoint'), 'utf8')).toContain(`\n${first.size}\n${first.root}\n`)
    await decide(server, 'plain', sure)
    await until(state, ({ size }) => size > first.size)
    const second = await copy()
    expect(second.size).toBeGreaterThan(first.size)
    expect(readdirSync(join(dir, 'tile/0/000.p'))).toEqual([String(second.size)])
    expect(readdirSync(join(dir, 'tile/entries/000.p'))).toEqual([String(second.size)])
  })

  it('makes a harmed file good, and refuses a log that is not the one it knows', async () => {
    const tile = ({ size }: { size: number }) => join(dir, `tile/0/000.p/${size}`)
    const before = await copy()
    const right = readFileSync(tile(before))
    writeFileSync(tile(before), Buffer.alloc(right.length))
    // The log may have grown: that this key goes on reading it is recorded every ten minutes.
    const after = await copy()
    expect(readFileSync(tile(after)).subarray(0, right.length)).toEqual(right)
    expect(readFileSync(join(dir, 'checkpoint'), 'utf8')).toContain(after.root)
    const checkpoint = join(dir, 'checkpoint')
    writeFileSync(checkpoint, readFileSync(checkpoint, 'utf8').replace(/\n\d+\n[^\n]+\n/, `\n2\n${'A'.repeat(43)}=\n`))
    await expect(copy()).rejects.toMatchObject({ exitCode: 1, message: expect.stringContaining('forked') })
  })
})

it('changes its key: the log says so, receipts hold under the new one', async () => {
  const before = await state()
  const viewer = await keyFor(server, 'viewer', { roles: ['auditor'] })
  expect((await server.call('POST', '/api/v1/log/rotate-key', undefined, viewer.as)).status).toBe(403)
  const rotated = (await server.call('POST', '/api/v1/log/rotate-key')).body as RotatedKey
  await until(state, ({ size }) => size > rotated.log.index)
  const after = await state()
  expect(after.vkey).toBe(rotated.vkey)
  expect(after.keys.map(({ vkey, until }) => [vkey, until === null])).toEqual([
    [before.vkey, false],
    [rotated.vkey, true],
  ])
  const { body } = await receiptOf((await decide(server, 'plain', sure)).body.id)
  expect(checkReceipt(body, { keys: [parseVkey(rotated.vkey)] })).toBeUndefined()
  expect(
    (await read<EntryPage>(server, `/api/v1/log/entries?from=${rotated.log.index}&limit=1`)).body.items[0]?.entry,
  ).toMatchObject({
    type: 'log-key-rotated',
    data: { vkey: rotated.vkey, retired: before.vkey },
  })
})

it('gives a copy that can be followed from any of its keys', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'airworthy-copy-'))
  const client = createClient({ server: server.url, key: adminKey })
  try {
    await server.call('POST', '/api/v1/log/rotate-key')
    await decide(server, 'plain', sure)
    await until(state, ({ tree }) => tree.behind === 0)
    await copyLog({ client, dir, onProgress: () => undefined })
    const { keys } = await state()
    expect(keys.length).toBeGreaterThan(1)
    for (const { vkey } of keys) {
      const source = await openSource(dir)
      const { verdict, findings } = await verifyLog(source, { keys: [parseVerifierKey(vkey) as VerifierKey] })
      expect([verdict, findings]).toEqual(['holds', []])
    }
  } finally {
    await client.close()
    rmSync(dir, { recursive: true, force: true })
  }
})
