// The example of golang.org/x/mod/sumdb/note, whose format C2SP signed-note describes, and notes that are none.

import { describe, expect, it } from 'vitest'
import { mockSigner } from '../../mock/mock-tree.ts'
import { ProofProblem } from './bytes.ts'
import { checkSignature, parseCheckpoint, parseNote } from './note.ts'
import { foundCrypto } from './testing.ts'
import { parseVkey } from './vkey.ts'

const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
const text =
  'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n'.replace(
    '’',
    "'",
  )
const line =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'

async function holds(note: string, key = vkey): Promise<boolean> {
  const crypto = await foundCrypto()
  const { text, signatures } = parseNote(note)
  const signature = signatures[0]
  if (signature === undefined) throw new Error('Invariant broken: a note has a signature')
  return (await checkSignature({ text, signature, key: await parseVkey(key, crypto) }, crypto)).holds
}

describe('a signed note', () => {
  it('holds, and does not once a letter is changed', async () => {
    expect(await holds(`${text}\n${line}`)).toBe(true)
    expect(await holds(`${text.replace('answer', 'Answer')}\n${line}`)).toBe(false)
    expect(await holds(`${text}\n${line.replace('x08go/ZJ', 'x08go/ZK')}`)).toBe(false)
  })

  it('holds with the time that a witness vouches for', async () => {
    const crypto = await foundCrypto()
    const witness = mockSigner('witness.example/w', 4)
    const { text, signatures } = parseNote(`a\n1\nb\n\n${witness.line('a\n1\nb\n', 1_772_546_589)}`)
    const key = await parseVkey(witness.vkey, crypto)
    const [signature] = signatures
    if (signature === undefined) throw new Error('Invariant broken: it has a signature')
    expect(await checkSignature({ text, signature, key }, crypto)).toEqual({
      holds: true,
      at: '2026-03-03T14:03:09.000Z',
    })
    const late = new Uint8Array(signature.bytes)
    late[7] = (late[7] ?? 0) ^ 1
    expect(await checkSignature({ text, signature: { ...signature, bytes: late }, key }, crypto)).toMatchObject({
      holds: false,
    })
    const short = { ...signature, bytes: signature.bytes.slice(0, 64) }
    expect(await checkSignature({ text, signature: short, key }, crypto)).toEqual({ holds: false, at: null })
  })

  it.each([
    ['no empty line', `${text}${line}`],
    ['cut off', `${text}\n${line.trimEnd()}`],
    ['a hyphen for the dash', `${text}\n${line.replace('—', '-')}`],
    ['no base64', `${text}\n— PeterNeumann !!\n`],
    ['too short a signature', `${text}\n— PeterNeumann AAAA\n`],
    ['no signature', `${text}\n\n`],
    ['too many', `${text}\n${line.repeat(65)}`],
  ])('is none with %s', (_what, note) => expect(() => parseNote(note)).toThrow(ProofProblem))
})

describe('a key', () => {
  it.each([
    'PeterNeumann',
    'PeterNeumann+c74f20a3',
    vkey.replace('c74f20a3', 'c74f20a4'),
    vkey.replace('Peter', 'Paul'),
    `${vkey}A`,
    vkey.replace('+ARpc', '+BhpC'),
    '',
  ])('%j is none', async (text) => {
    await expect(parseVkey(text, await foundCrypto())).rejects.toThrow(ProofProblem)
  })

  it('may stand with white space around it, as it is copied', async () => {
    expect(await parseVkey(` ${vkey}\n`, await foundCrypto())).toMatchObject({ name: 'PeterNeumann', id: 'c74f20a3' })
  })
})

describe('a checkpoint', () => {
  const root = Buffer.alloc(32, 7).toString('base64')

  it('names its log, size and root; further lines are allowed', () => {
    expect(parseCheckpoint(`log.example\n12\n${root}\nmore\n`)).toMatchObject({ origin: 'log.example', size: 12 })
  })

  it.each([
    `log\n012\n${root}\n`,
    `log\n-1\n${root}\n`,
    `log\n1e3\n${root}\n`,
    `\n1\n${root}\n`,
    'log\n1\nAAAA\n',
    'log\n',
  ])('%j is none', (text) => expect(() => parseCheckpoint(text)).toThrow(ProofProblem))
})
