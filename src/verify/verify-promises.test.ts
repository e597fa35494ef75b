// What a log promised and to whom: payloads that were declared erased, keys that were rotated, witnesses, checkpoints that
// somebody kept, and entries that no writer may have let in.

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
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
import { Findings } from './finding.ts'
import { verifyReceipt } from './receipt.ts'
import { parseVerifierKey, type VerifierKey } from './signed-note.ts'
import { verifyLog, type LogVerifyOptions } from './verify-log.ts'

const root = mkdtempSync(join(tmpdir(), 'airworthy-verify-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let folders = 0

const verifierKey = (vkey: string) => parseVerifierKey(vkey) as VerifierKey
const key = verifierKey(logKey.vkey)
const plain = (count: number): EntrySpec[] => Array.from({ length: count }, () => ({}))

function written(spec: ProvenLogSpec, kept: Kept): string {
  const dir = join(root, String(folders++))
  writeDataFolder(dir, provenLog(spec), kept)
  return dir
}

async function verdict(dir: string, options: LogVerifyOptions = { keys: [key] }) {
  const source = openDataFolder(dir)
  try {
    return await verifyLog(source, options)
  } finally {
    await source.close()
  }
}

const codes = ({ findings }: Awaited<ReturnType<typeof verdict>>) =>
  findings.map(({ code, severity, where }) => [code, severity, where.entry ?? where.checkpoint])

describe('payloads that an entry declares erased', () => {
  const payloads = [
    { part: 'input', text: '{"a":1}' },
    { part: 'output', text: 'true' },
  ]
  const erasure: EntrySpec = { type: 'payloads-erased', data: { ranges: [[1, 2]] } }
  const entries = [...plain(1), { payloads, subject: 'person' }, { payloads }, erasure]
  const folder = () => written({ entries }, { sizes: [4] })
  const wipe = 'update payload set salt = zeroblob(length(salt)), bytes = zeroblob(length(bytes)), erased = 1'

  it('are gone when they are zeros, or not there at all', async () => {
    const dir = folder()
    tamper(dir, 'log', `${wipe} where key < 32`)
    tamper(dir, 'log', 'delete from payload where key >= 32')
    tamper(dir, 'log', 'update entry set subject_ref = null')
    const result = await verdict(dir)
    expect(result).toMatchObject({ verdict: 'holds', findings: [], payloads: { matching: 0, erasedEntries: 2 } })
  })

  it('are still there when they are only called erased', async () => {
    const dir = folder()
    tamper(dir, 'log', `${wipe} where key >= 32`)
    tamper(dir, 'log', 'update payload set erased = 1')
    tamper(dir, 'log', 'update entry set subject_ref = null')
    expect(codes(await verdict(dir))).toEqual([['payload-still-there', 'fault', 1]])
  })

  it('are still there when one of them is, or the pseudonym', async () => {
    const dir = folder()
    tamper(dir, 'log', `${wipe} where key <> 33`)
    expect(codes(await verdict(dir))).toEqual([
      ['payload-still-there', 'fault', 1],
      ['payload-still-there', 'fault', 2],
    ])
  })

  it('are gone without a word where no entry declares it', async () => {
    const dir = written({ entries: [{ payloads }, { payloads }] }, { sizes: [2] })
    tamper(dir, 'log', `${wipe} where key = 1`)
    tamper(dir, 'log', 'update payload set erased = 1 where key = 16')
    expect(await verdict(dir)).toMatchObject({ verdict: 'holds', payloads: { matching: 2, unexplainedEntries: 2 } })
    expect(codes(await verdict(dir))).toEqual([['payload-missing', 'warning', 0]])
  })

  it('must lie before the entry that declares it', async () => {
    const late = written({ entries: [{ type: 'payloads-erased', data: { ranges: [[0, 3]] } }] }, { sizes: [1] })
    expect(codes(await verdict(late))).toEqual([['entry-contradicts', 'fault', 0]])
  })

  it('may be in a log that was made before anything could be erased', async () => {
    const dir = written({ entries: [{ payloads }] }, { sizes: [1] })
    tamper(dir, 'log', 'alter table payload drop column erased')
    expect(await verdict(dir)).toMatchObject({ verdict: 'holds', payloads: { matching: 2 } })
  })
})

describe('a key that was rotated', () => {
  const next = noteKey(provenOrigin, 8)
  const rotation: EntrySpec = { type: 'log-key-rotated', data: { vkey: next.vkey } }
  const entries = [...plain(3), rotation, ...plain(3)]
  const usual = (size: number) => (size < 4 ? [logKey] : size === 4 ? [next, logKey] : [next])
  const kept = { sizes: [0, 2, 4, 7], keys: [logKey, next] }

  it.each([
    ['the old key', [logKey.vkey]],
    ['the new key', [next.vkey]],
    ['no key', []],
  ])('is followed by whoever has %s', async (_, vkeys) => {
    const result = await verdict(written({ entries, signers: usual }, kept), { keys: vkeys.map(verifierKey) })
    expect(result).toMatchObject({ verdict: 'holds', findings: [], keys: { inForce: [logKey.vkey, next.vkey] } })
    expect(result.keys.trust).toBe(vkeys.length > 0 ? 'given' : 'beside')
  })

  it.each<[string, (size: number) => (typeof logKey)[], unknown[]]>([
    ['the old key did not sign along', (size) => (size < 4 ? [logKey] : [next]), ['key-not-announced', 'fault', 4]],
    ['the old key went on alone', () => [logKey], ['key-not-announced', 'fault', 4]],
    [
      'the old key signs after it',
      (size) => (size === 7 ? [logKey] : usual(size)),
      ['checkpoint-not-signed', 'fault', 7],
    ],
    [
      'the new key signs before it',
      (size) => (size === 2 ? [next] : usual(size)),
      ['checkpoint-not-signed', 'fault', 2],
    ],
  ])('is refused when %s', async (_, signers, expected) => {
    const result = await verdict(written({ entries, signers }, kept))
    expect(result.verdict).toBe('broken')
    expect(codes(result)[0]).toEqual(expected)
  })

  it('is named once where the checkpoints before its announcement are gone', async () => {
    const dir = written({ entries, signers: () => [next] }, { sizes: [0, 7], keys: [next] })
    const { keys } = await verdict(dir, { keys: [verifierKey(next.vkey)] })
    expect(keys.inForce).toEqual([next.vkey])
  })

  it('may follow one that was lost, for whoever was given it', async () => {
    const dir = written({ entries, signers: (size) => (size < 4 ? [logKey] : [next]) }, kept)
    const result = await verdict(dir, { keys: [key, verifierKey(next.vkey)] })
    expect(result).toMatchObject({ verdict: 'holds', findings: [], keys: { trust: 'given' } })
  })

  it('that nobody announced is refused', async () => {
    const signers = (size: number) => (size < 5 ? [logKey] : [next])
    const result = await verdict(written({ entries: plain(7), signers }, { ...kept, sizes: [2, 7] }))
    expect(result.findings).toEqual([
      expect.objectContaining({
        code: 'checkpoint-not-signed',
        problem: expect.stringContaining('to which no checkpoint signed by both leads'),
      }),
    ])
  })

  it('of another log is not taken for its own', async () => {
    const other = verifierKey(noteKey('airworthy/ffffffffffffffff', 7).vkey)
    expect(codes(await verdict(written({ entries }, kept), { keys: [other] })).at(-1)?.[0]).toBe('key-unknown')
    const stranger = verifierKey(noteKey(provenOrigin, 77).vkey)
    expect((await verdict(written({ entries: plain(2) }, { sizes: [2] }), { keys: [stranger] })).findings).toEqual([
      expect.objectContaining({ code: 'key-unknown', problem: expect.stringContaining(stranger.keyId) }),
    ])
  })
})

describe('witnesses', () => {
  const friend = noteKey('friend.example/one', 3, 4)
  const witnesses = [verifierKey(friend.vkey)]
  const spec = { entries: plain(5) }

  it('are counted with the newest that they cosigned', async () => {
    const dir = written(spec, { sizes: [1, 5], cosigners: [friend] })
    const result = await verdict(dir, { keys: [key], witnesses })
    expect(result).toMatchObject({
      verdict: 'holds',
      witnesses: [{ name: 'friend.example/one', cosigned: 2, newestSize: 5 }],
    })
  })

  it('that cosigned nothing, or something else, are named', async () => {
    const without = await verdict(written(spec, { sizes: [5] }), { keys: [key], witnesses })
    expect(without.findings).toEqual([expect.objectContaining({ code: 'cosignature-missing' })])
    const dir = written(spec, { sizes: [1, 5], cosigners: [friend] })
    tamper(dir, 'tree', 'update cosignature set line = (select line from cosignature where size = 1) where size = 5')
    expect(codes(await verdict(dir, { keys: [key], witnesses }))).toEqual([['cosignature-invalid', 'fault', 5]])
  })
})

describe('a checkpoint that somebody kept', () => {
  const entries = plain(300)
  const dir = () => written({ entries }, { sizes: [100, 300] })
  const forked = provenLog({ entries: entries.map((spec, i) => (i === 150 ? { data: { n: 'other' } } : spec)) })
  const kept = (note: string) => ({
    keys: [key],
    kept: [{ name: 'march.txt', size: undefined, note, cosignatures: [] }],
  })

  it('is continued by the log', async () => {
    const result = await verdict(dir(), kept(provenLog({ entries }).note(120)))
    expect(result).toMatchObject({ verdict: 'holds', checkpoints: 3 })
  })

  it('shows a fork: at a size the log has none of, and at one it has', async () => {
    const between = await verdict(dir(), kept(forked.note(200)))
    expect(between.findings).toEqual([
      expect.objectContaining({
        code: 'checkpoint-wrong-root',
        where: { checkpoint: 200, file: 'march.txt' },
        problem: expect.stringContaining('100 to 199'),
      }),
    ])
    const same = await verdict(dir(), kept(forked.note(300)))
    expect(codes(same)).toEqual([
      ['checkpoint-wrong-root', 'fault', 300],
      ['checkpoint-forked', 'fault', 300],
    ])
  })

  it('shows that the log was put back', async () => {
    const longer = provenLog({ entries: plain(400) })
    const result = await verdict(dir(), kept(longer.note(400)))
    expect(result.findings).toEqual([
      expect.objectContaining({ code: 'checkpoint-beyond-log', where: { checkpoint: 400, file: 'march.txt' } }),
    ])
  })

  it('of another log is not compared', async () => {
    const result = await verdict(dir(), kept(provenLog({ entries }).note(120).replaceAll('0123456789', 'fedcba9876')))
    expect(codes(result)).toEqual([['checkpoint-of-another-log', 'fault', undefined]])
  })
})

describe('entries that no writer may have let in', () => {
  const id = '01957f2c-8a00-7c3e-9b6d-000000000000'
  const event = (data: string) =>
    Buffer.from(
      `{"data":${data},"id":"${id}","source":"/${provenOrigin}","specversion":"1.0","subject":"s","time":"2026-03-02T10:00:00.000Z","type":"decision-recorded"}`,
    )
  it.each([
    ['a lone surrogate', event(String.raw`{"a":"\ud800"}`), ['entry-not-canonical'], /surrogate/],
    ['an escape that is not needed', event(String.raw`{"a":"\u0041"}`), ['entry-not-canonical'], /./],
    ['members out of order', event('{"b":1,"a":1}'), ['entry-not-canonical'], /order/],
    ['a member twice', event('{"a":1,"a":1}'), ['entry-not-canonical'], /./],
    ['a number in another form', event('{"a":1.0}'), ['entry-not-canonical'], /./],
    [
      'bytes that are no UTF-8',
      Buffer.concat([event('{}').subarray(0, -1), Buffer.of(0xff)]),
      ['entry-not-canonical'],
      /./,
    ],
    ['more than 65,535 bytes', event(`{"a":"${'x'.repeat(65_536)}"}`), ['entry-too-large'], /bytes/],
    ['no object', Buffer.from('"text"'), ['entry-not-an-event'], /object/],
  ])('are named: %s', async (_, bytes, expected, problem) => {
    const result = await verdict(written({ entries: [{ bytes, id }] }, { sizes: [1] }))
    expect(result.findings.map(({ code }) => code)).toEqual(expected)
    expect(result.findings[0]?.where.entry).toBe(0)
    expect(result.findings[0]?.problem).toMatch(problem)
  })
})

describe('receipts', () => {
  const log = provenLog({ entries: plain(300) })
  const other = provenLog({ entries: plain(300).map((spec, i) => (i === 20 ? { data: { n: 'x' } } : spec)) })
  const friend = noteKey('friend.example/one', 3, 4)
  const judged = (text: string, witnesses: VerifierKey[] = []) => {
    const findings = new Findings(20)
    const proven = verifyReceipt({ file: 'case.tlog-proof', text }, { keys: [key], witnesses }, findings)
    return { proven, codes: findings.list.map(({ code }) => code) }
  }

  it('prove an entry', () => {
    const { proven, codes: none } = judged(log.receipt(20, 300))
    expect(none).toEqual([])
    expect(proven).toMatchObject({ index: 20, size: 300, id: provenEntry(20).id, origin: provenOrigin })
  })

  const whole = log.receipt(20, 300)
  const lines = whole.split('\n')
  const withLine = (at: number, line: string) => lines.with(at, line).join('\n')
  it.each([
    ['of another entry', withLine(1, log.receipt(21, 300).split('\n')[1] ?? ''), ['receipt-wrong-proof']],
    ['of another place', withLine(2, 'index 21'), ['receipt-wrong-proof']],
    ['with a hash of another tree', withLine(3, other.receipt(21, 300).split('\n')[3] ?? ''), ['receipt-wrong-proof']],
    ['with a hash too few', lines.toSpliced(3, 1).join('\n'), ['receipt-wrong-proof']],
    ['with a hash too many', lines.toSpliced(3, 0, lines[3] ?? '').join('\n'), ['receipt-wrong-proof']],
    ['with the checkpoint of another tree', whole.replace(log.note(300), other.note(300)), ['receipt-wrong-proof']],
    ['with a forged signature', whole.replace(/— (\S+) (.{8})..../, '— $1 $2AAAA'), ['receipt-not-signed']],
    ['with a size that was not signed', whole.replace('\n300\n', '\n301\n'), ['receipt-not-signed']],
    ['without its entry', lines.toSpliced(1, 1).join('\n'), ['receipt-malformed']],
    ['cut off', whole.slice(0, 200), ['receipt-malformed']],
    ['that is empty', '', ['receipt-malformed']],
  ])('prove nothing: %s', (_, text, expected) => {
    const { proven, codes: found } = judged(text)
    expect(proven).toBeUndefined()
    expect(found).toEqual(expect.arrayContaining(expected))
  })

  it('lack the cosignature of a witness that was asked for', () => {
    const witness = verifierKey(friend.vkey)
    expect(judged(whole, [witness]).codes).toEqual(['cosignature-missing'])
    const text = log.note(300).slice(0, log.note(300).indexOf('\n\n') + 1)
    expect(judged(whole + friend.line(text), [witness]).proven?.cosigned).toMatchObject([
      { name: 'friend.example/one' },
    ])
  })
})

it('finds damage in the middle of the file', async () => {
  const dir = written({ entries: plain(3000) }, { sizes: [3000] })
  const copy = `${dir}-copy`
  cpSync(dir, copy, { recursive: true })
  const { openSync, writeSync, closeSync, statSync } = await import('node:fs')
  const file = join(copy, 'log.sqlite')
  const handle = openSync(file, 'r+')
  const middle = Math.floor(statSync(file).size / 2 / 4096) * 4096
  writeSync(handle, Buffer.alloc(4096), 0, 4096, middle)
  closeSync(handle)
  const result = await verdict(copy)
  expect(result.verdict).toBe('broken')
  expect(result.findings.map(({ code }) => code)).toContain('store-damaged')
})
