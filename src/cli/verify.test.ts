// `airworthy verify` as a script sees it: exit codes, what it says to people, what it says as JSON. The logs are not made by
// the code that writes logs.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unusedPort } from '../../test/support/loopback-server.ts'
import {
  logKey,
  noteKey,
  provenLog,
  provenOrigin,
  tamper,
  writeDataFolder,
  writeTileFolder,
  type EntrySpec,
} from '../../test/support/proven-log.ts'

type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

const root = mkdtempSync(join(tmpdir(), 'airworthy-cli-verify-'))
const at = (name: string) => join(root, name)
const entry = `
  import { runCli } from '#cli/program.ts'
  process.exitCode = await runCli(process.argv.slice(1), { version: '1.2.3' })
`
const payloads = [{ part: 'input', text: '{"a":1}' }]
const entries = Array.from({ length: 300 }, (_, i): EntrySpec => (i === 7 ? { payloads } : {}))
const log = provenLog({ entries })
const fork = provenLog({ entries: entries.map((spec, i) => (i === 100 ? { data: { n: 'other' } } : spec)) })
const { vkey } = logKey

beforeAll(() => {
  writeDataFolder(at('data'), log, { sizes: [0, 200, 299] })
  cpSync(at('data'), at('broken'), { recursive: true })
  tamper(at('broken'), 'log', `update payload set bytes = x'00'`)
  tamper(at('broken'), 'log', 'delete from entry where idx between 20 and 22')
  cpSync(at('data'), at('unreadable'), { recursive: true })
  writeFileSync(at('unreadable/log.sqlite'), 'this was a log '.repeat(1_000))
  writeTileFolder(at('tiles'), log, 300)
  mkdirSync(at('receipts'))
  for (const index of [3, 4]) writeFileSync(at(`receipts/${index}.tlog-proof`), log.receipt(index, 300))
  const lines = [5, 6].map((index) => JSON.stringify({ id: String(index), index, receipt: log.receipt(index, 300) }))
  writeFileSync(at('export.ndjson'), `${lines.join('\n')}\n`)
  writeFileSync(at('forged.tlog-proof'), log.receipt(3, 300).replace('index 3', 'index 4'))
  writeFileSync(at('kept.txt'), log.note(200))
  writeFileSync(at('fork.txt'), fork.note(200))
  writeFileSync(at('vkey.txt'), `${vkey}\n`)
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

async function verify(...args: string[]): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      entry,
      '--',
      'verify',
      ...args,
    ],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, AIRWORTHY_DATA_DIR: at('data'), NO_COLOR: '1', DATABASE_URL: '' },
    },
  )
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: code as number | null, stdout, stderr }
}

describe('ends with 0', () => {
  it('when a data folder holds, and says what was compared', async () => {
    const { code, stdout } = await verify('--key', vkey)
    expect(code).toBe(0)
    expect(stdout).toContain('The log holds.')
    expect(stdout).toContain('300, the last 1 not under a checkpoint that agrees')
    expect(stdout).toContain('3 checkpoints in agreement with the entries')
    expect(stdout).toContain('lead to the key given')
    expect(stdout).toContain('1 match their digests')
  })

  it('when only tiles and checkpoints are checked, and does not claim more', async () => {
    const { code, stdout } = await verify(at('tiles'), '--key', vkey, '--without-entries')
    expect(code).toBe(0)
    expect(stdout).toContain('entries     300, not read')
    expect(stdout).toContain('1 checkpoint in agreement with the tiles')
    expect(stdout).not.toContain('agreement with the entries')
  })

  it('when a folder of tiles holds, with the key in a file, as JSON', async () => {
    const { code, stdout, stderr } = await verify(at('tiles'), '--key', at('vkey.txt'), '--json')
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'holds', entries: 300, keys: { trust: 'given' }, findings: [] })
  })

  it('without a key, and says what that is worth', async () => {
    const { code, stdout } = await verify(at('data'))
    expect(code).toBe(0)
    expect(stdout).toContain('give the key that you got another way with --key')
  })

  it('when it continues a checkpoint that was kept', async () => {
    expect((await verify(at('tiles'), '--key', vkey, '--checkpoint', at('kept.txt'))).code).toBe(0)
  })

  it('when receipts hold: one, a folder of them, an export', async () => {
    const one = await verify('--receipt', at('receipts/3.tlog-proof'), '--key', vkey)
    expect(one.code).toBe(0)
    expect(one.stdout).toContain('The receipt holds.')
    expect(one.stdout).toContain(`promised by ${provenOrigin} at 300 entries`)
    const many = await verify('--receipt', at('receipts'), at('export.ndjson'), '--key', vkey)
    expect([many.code, many.stdout.split('\n')[0]]).toEqual([0, 'Of 4 receipts, all hold.'])
  })
})

describe('ends with 1', () => {
  it('when a log does not hold, and says where', async () => {
    const { code, stdout } = await verify(at('broken'), '--key', vkey)
    expect(code).toBe(1)
    expect(stdout).toContain('The log does not hold: 2 faults.')
    expect(stdout).toContain('entry 20: It and all up to entry 22 are not there')
    expect(stdout).not.toContain('14 million')
    expect(stdout).toContain('entry 7, payload "input": Its bytes or its salt are not those')
  })

  it('when the file is no log any more', async () => {
    const { code, stdout } = await verify(at('unreadable'), '--key', vkey)
    expect([code, stdout]).toEqual([1, expect.stringContaining('file is not a database')])
    const json = await verify(at('unreadable'), '--key', vkey, '--json')
    expect(json.code).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({ verdict: 'broken', findings: [{ code: 'store-damaged' }] })
  })

  it('when it is a fork of what was kept', async () => {
    const { code, stdout } = await verify(at('tiles'), '--key', vkey, '--checkpoint', at('fork.txt'))
    expect([code, stdout]).toEqual([1, expect.stringContaining('checkpoint of size 200')])
    expect(stdout).toContain('or it is of a fork of this log')
  })

  it('when it is signed with another key', async () => {
    const { code, stdout } = await verify(at('tiles'), '--key', noteKey(provenOrigin, 9).vkey)
    expect([code, stdout]).toEqual([1, expect.stringContaining('No checkpoint is signed by the key given')])
  })

  it('when a receipt was forged', async () => {
    const { code, stdout } = await verify('--receipt', at('forged.tlog-proof'), '--key', vkey)
    expect([code, stdout]).toEqual([1, expect.stringContaining('The receipt does not hold: 1 fault.')])
    expect(stdout).toContain('Its proof does not lead from its entry to its checkpoint')
  })
})

describe('ends with 2', () => {
  it.each([
    ['a key with a wrong character', ['--key', vkey.replace('+dd', '+de')], 'a character is wrong'],
    ['a file of a key that is not there', ['--key', at('nothing')], 'It is no verifier key, nor a file'],
    ['the key of a witness', ['--key', noteKey('w', 3, 4).vkey], 'It is the key of a witness'],
    ['a receipt without a key', ['--receipt', at('receipts')], 'proves nothing without the key'],
    ['a web server without a key', ['https://127.0.0.1:1/log'], 'proves nothing without the key'],
    ['two logs', ['there', '--data-dir', 'here'], 'only one can be checked'],
    ['a kept checkpoint that is not there', ['--checkpoint', at('nothing')], 'cannot be read'],
    ['an unknown option', ['--nonsense'], 'unknown option'],
  ])('for %s', async (_, args, message) => {
    const { code, stdout, stderr } = await verify(...args)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)])
  })
})

describe('ends with 3', () => {
  it.each([
    ['a folder that is not there', [at('nothing')], 'There is no folder'],
    ['a folder without a log', [root], 'There is no log in'],
    ['receipts that are not there', ['--receipt', at('nothing'), '--key', vkey], 'There is no file'],
  ])('for %s', async (_, args, message) => {
    const { code, stderr } = await verify(...args)
    expect([code, stderr]).toEqual([3, expect.stringContaining(message)])
  })

  it.skipIf(process.getuid?.() === 0)(
    'for a folder that this user may not read (skipped for root, who may)',
    async () => {
      mkdirSync(at('closed'))
      writeFileSync(at('closed/log.sqlite'), '')
      chmodSync(at('closed'), 0)
      const { code, stderr } = await verify(at('closed'), '--key', vkey)
      chmodSync(at('closed'), 0o700)
      expect([code, stderr]).toEqual([3, expect.stringContaining('may not be read by this user')])
    },
  )

  it('for a server that is away', async () => {
    const { code, stderr } = await verify(`http://127.0.0.1:${unusedPort}/log`, '--key', vkey)
    expect([code, stderr]).toEqual([3, expect.stringContaining('cannot be read')])
  })
})
