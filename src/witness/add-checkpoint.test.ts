import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createCosigner, verifyCosignature } from '#core/tlog/cosignature.ts'
import { formatNote, generateKey, parseSignatureLine, parseVkey, type Signer } from '#core/tlog/note.ts'
import { SignedLog, signerNamed } from '../../test/support/signed-log.ts'
import { addCheckpoint, type AddCheckpointAnswer } from './add-checkpoint.ts'
import { openWitnessBook } from './witness-book.ts'

const origin = 'airworthy/0123456789abcdef'
const log = new SignedLog(origin)
const fork = new SignedLog(origin, { forkAt: 10 })
const cosigner = createCosigner(generateKey('witness.example/1', Buffer.alloc(32, 9)).skey)
const seconds = 1_763_719_200

function newFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'airworthy-witness-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

function openWitness(dir = newFolder(), signers: readonly Signer[] = [log.signer]) {
  const book = openWitnessBook(
    dir,
    signers.map(({ vkey }) => parseVkey(vkey)),
  )
  const parts = { book, cosigner, clock: () => seconds * 1000 + 999 }
  return {
    book,
    add: (body: string | Uint8Array): AddCheckpointAnswer =>
      addCheckpoint(parts, typeof body === 'string' ? Buffer.from(body) : body),
  }
}

describe('a witness', () => {
  it('cosigns each checkpoint that continues the last, also the same again', () => {
    const { add, book } = openWitness()
    for (const [old, size] of [
      [0, 0],
      [0, 1],
      [1, 7],
      [7, 7],
      [7, 40],
    ] as const) {
      const answer = add(log.submission(old, size))
      const line = parseSignatureLine(answer.kind === 'cosigned' ? answer.lines.trimEnd() : '')
      const text = log.note(size).split('\n\n')[0] ?? ''
      expect(verifyCosignature(`${text}\n`, line, parseVkey(cosigner.vkey))).toEqual({ kind: 'verified', seconds })
      expect(book.all()[0]?.latest.size).toBe(size)
    }
  })

  it('refuses what is not of a log that it follows, or not signed by its key', () => {
    const { add } = openWitness()
    expect(add(new SignedLog('other.example/log').submission(0, 5)).kind).toBe('unknown-log')
    const strangers = log.note(5, signerNamed(origin, 66))
    expect(add(log.submission(0, 5, strangers)).kind).toBe('not-signed')
    const ownLog = log.note(5, signerNamed('other.example/log'), origin)
    expect(add(log.submission(0, 5, ownLog)).kind).toBe('not-signed')
    expect(add(log.submission(0, 5, log.note(5).replace('\n5\n', '\n6\n'))).kind).toBe('not-signed')
    const cosigned = formatNote(`${log.note(5).split('\n\n')[0]}\n`, [`— ${origin} AAAAAAAA`])
    expect(add(log.submission(0, 5, cosigned)).kind).toBe('not-signed')
  })

  it('says which size it has when the old one is another', () => {
    const { add } = openWitness()
    expect(add(log.submission(3, 5))).toEqual({ kind: 'conflict', size: 0 })
    expect(add(log.submission(0, 20)).kind).toBe('cosigned')
    for (const [old, size] of [
      [0, 30],
      [19, 30],
      [0, 20],
      [10, 10],
      [30, 40],
    ] as const) {
      expect(add(log.submission(old, size))).toEqual({ kind: 'conflict', size: 20 })
    }
  })

  it('never cosigns another tree', () => {
    const { add } = openWitness()
    expect(add(log.submission(0, 20)).kind).toBe('cosigned')
    expect(add(fork.submission(20, 30)).kind).toBe('not-consistent')
    expect(add(fork.submission(20, 20))).toEqual({ kind: 'conflict', size: 20 })
    expect(add(log.submission(20, 30, fork.note(30))).kind).toBe('not-consistent')
    expect(add(log.submission(20, 30)).kind).toBe('cosigned')
  })

  it('wants no proof where none is needed', () => {
    const { add } = openWitness()
    const hash = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I='
    expect(add(`old 0\n${hash}\n\n${log.note(5)}`).kind).toBe('not-consistent')
    expect(add(log.submission(0, 5)).kind).toBe('cosigned')
    expect(add(`old 5\n${hash}\n\n${log.note(5)}`).kind).toBe('not-consistent')
  })

  it('takes both keys of a log after a rotation', () => {
    const rotated = signerNamed(origin, 2)
    const { add } = openWitness(newFolder(), [log.signer, rotated])
    expect(add(log.submission(0, 5)).kind).toBe('cosigned')
    expect(add(log.submission(5, 9, log.note(9, rotated))).kind).toBe('cosigned')
  })

  it.each([
    ['nothing', ''],
    ['no empty line', 'old 0\n'],
    ['no old size', `new 0\n\n${log.note(5)}`],
    ['an old size with a zero before it', `old 01\n\n${log.note(5)}`],
    ['an old size with a sign', `old -1\n\n${log.note(5)}`],
    ['an old size that is too large', `old 9007199254740992\n\n${log.note(5)}`],
    ['an old size above the checkpoint’s', log.submission(9, 5)],
    ['a hash that is too short', `old 0\nYQ==\n\n${log.note(5)}`],
    ['64 hashes', `old 0\n${'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'.repeat(64)}\n${log.note(5)}`],
    ['a checkpoint without signatures', 'old 0\n\nlog\n5\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'],
    ['a checkpoint without a root', `old 0\n\n${log.note(5).replace(/\n5\n.*\n/, '\n5\n')}`],
    ['carriage returns', log.submission(0, 5).replaceAll('\n', '\r\n')],
    ['what is not UTF-8', Buffer.from([0x6f, 0xff, 0x0a, 0x0a])],
    ['a byte order mark', `\ufeff${log.submission(0, 5)}`],
  ])('refuses a request with %s as malformed', (_, body) => {
    expect(openWitness().add(body)).toMatchObject({ kind: 'malformed', reason: expect.stringMatching(/./) })
  })

  it('cosigns one history, whatever is asked of it and in whatever order', () => {
    const request = fc.record({
      isFork: fc.boolean(),
      old: fc.nat(40),
      size: fc.nat(40),
      cut: fc.constantFrom(0, 0, 1),
    })
    fc.assert(
      fc.property(fc.array(request, { maxLength: 25 }), (requests) => {
        const dir = mkdtempSync(join(tmpdir(), 'airworthy-witness-'))
        const cosigned = new Map<number, string>()
        let last = 0
        let { add } = openWitness(dir)
        for (const { isFork, old, size, cut } of requests) {
          const source = isFork ? fork : log
          // A stop between two requests changes nothing.
          if (cut === 1) add = openWitness(dir).add
          if (add(source.submission(old % 2 === 0 ? last : old, size)).kind !== 'cosigned') continue
          expect(size).toBeGreaterThanOrEqual(last)
          expect(cosigned.get(size) ?? source.note(size)).toBe(source.note(size))
          last = size
          cosigned.set(size, source.note(size))
        }
        const isWhole = (one: SignedLog) => [...cosigned].every(([size, note]) => one.note(size) === note)
        expect(isWhole(log) || isWhole(fork)).toBe(true)
        rmSync(dir, { recursive: true, force: true })
      }),
      { numRuns: 8 },
    )
  })
})

describe('what a witness keeps', () => {
  const fileIn = (dir: string): string => join(dir, 'logs', readdirSync(join(dir, 'logs'))[0] ?? '')

  it('is there after a restart, each log for itself', () => {
    const dir = newFolder()
    const other = new SignedLog('other.example/log')
    const signers = [log.signer, other.signer]
    const before = openWitness(dir, signers)
    expect(before.add(log.submission(0, 20)).kind).toBe('cosigned')
    expect(before.add(other.submission(0, 3)).kind).toBe('cosigned')
    const { add, book } = openWitness(dir, signers)
    expect(book.all().map(({ latest }) => latest.size)).toEqual([20, 3])
    expect(add(log.submission(0, 30))).toEqual({ kind: 'conflict', size: 20 })
    expect(add(other.submission(3, 8)).kind).toBe('cosigned')
  })

  it.each([
    ['was cut off', 'airworthy/0123'],
    ['is empty', ''],
    ['was changed', log.note(20).replace('\n20\n', '\n19\n')],
    ['is another log’s', new SignedLog('other.example/log').note(20)],
  ])('is not taken when it %s: the witness does not start from nothing', (_, text) => {
    const dir = newFolder()
    expect(openWitness(dir).add(log.submission(0, 20)).kind).toBe('cosigned')
    writeFileSync(fileIn(dir), text)
    expect(() => openWitness(dir)).toThrow(expect.objectContaining({ code: 'data_dir_invalid' }))
  })

  it('that cannot be written is not cosigned', () => {
    const dir = newFolder()
    const { add, book } = openWitness(dir)
    expect(add(log.submission(0, 20)).kind).toBe('cosigned')
    rmSync(join(dir, 'logs'), { recursive: true })
    expect(() => add(log.submission(20, 30))).toThrow(/ENOENT/)
    expect(book.all()[0]?.latest.size).toBe(20)
  })
})
