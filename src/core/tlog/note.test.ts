import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createEd25519Signer,
  formatNote,
  generateKey,
  keyIdOf,
  makeVkey,
  parseNote,
  parseVkey,
  signNote,
  verifyNote,
  type Signer,
} from './note.ts'

// The example of Go's package golang.org/x/mod/sumdb/note. Ed25519 gives the same signature every time.
const published = {
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  skey: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  line: '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=',
}

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const signerOf = (name: string, fill = 1): Signer => createEd25519Signer(generateKey(name, Buffer.alloc(32, fill)).skey)
const keysOf = (...signers: readonly Signer[]) => signers.map(({ vkey }) => parseVkey(vkey))
const malformed = expect.objectContaining({ code: 'note_malformed' })

describe('keys', () => {
  it('are those that others publish', () => {
    const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
    expect(parseVkey(vkey)).toMatchObject({ name: 'example.com/foo', id: '530d903a', type: 1 })
    expect(makeVkey(parseVkey(vkey))).toBe(vkey)
    const witness = 'remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2'
    expect(parseVkey(witness)).toMatchObject({ name: 'remora.n621.de', id: 'da77ade7', type: 4 })
    expect(createEd25519Signer(published.skey)).toMatchObject({ vkey: published.vkey, id: 'c74f20a3' })
    expect(keyIdOf(published.vkey)).toBe('c74f20a3')
  })

  it('from any seed can be written and read back', () => {
    fc.assert(
      fc.property(seed, (bytes) => {
        const { skey, vkey } = generateKey('airworthy/0123456789abcdef', bytes)
        expect(createEd25519Signer(skey).vkey).toBe(vkey)
        expect(makeVkey(parseVkey(vkey))).toBe(vkey)
      }),
      { numRuns: 20 },
    )
  })

  it.each([
    ['no parts', 'example.com'],
    ['two parts', 'example.com+530d903a'],
    ['an id that is not hex', 'example.com/foo+530d903x+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['an id in capitals', 'example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['another id', 'example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['another name', 'example.com/fox+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['no name', '+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['a space in the name', 'a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['base64 with a newline', 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n'],
    ['a key that is too short', 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv'],
    ['an unknown type', 'rekor.sigstore.dev+12345678+AwEB'],
    ['nothing', ''],
  ])('with %s are refused', (_, vkey) => expect(() => parseVkey(vkey)).toThrow(malformed))

  it('that are private and no good are refused without being shown', () => {
    const secret = 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz'
    for (const skey of [
      '',
      published.vkey,
      `PRIVATE+KEY+PeterNeumann+c74f20a4+${secret}`,
      `PRIVATE+KEY+Peter Neumann+c74f20a3+${secret}`,
      `PRIVATE+KEY+PeterNeumann+c74f20a3+${secret} `,
      `PRIVATE+KEY+PeterNeumann+c74f20a3+${secret.slice(0, -4)}`,
    ]) {
      expect(() => createEd25519Signer(skey)).toThrow(malformed)
      try {
        createEd25519Signer(skey)
      } catch (error) {
        expect(String(error)).not.toContain('EKFALV')
      }
    }
    expect(() => generateKey('two words', Buffer.alloc(32))).toThrow(malformed)
    expect(() => generateKey('a+b', Buffer.alloc(32))).toThrow(malformed)
  })
})

describe('notes', () => {
  it('are signed as others sign them', () => {
    const signed = signNote(published.text, [createEd25519Signer(published.skey)])
    expect(signed).toBe(`${published.text}\n${published.line}\n`)
    expect(verifyNote(signed, [parseVkey(published.vkey)])).toMatchObject({ kind: 'verified' })
  })

  it('are split at the last blank line', () => {
    const signer = signerOf('a')
    const text = 'one\n\ntwo\n\n\nthree\n'
    const verified = verifyNote(signNote(text, [signer]), keysOf(signer))
    expect(verified).toMatchObject({ kind: 'verified', note: { text } })
  })

  it('are checked with what is known among many signatures', () => {
    const signers = Array.from({ length: 40 }, (_, i) => signerOf(`witness.example/${i}`, i))
    const note = signNote('text\n', signers)
    expect(parseNote(note).signatures).toHaveLength(40)
    const known = keysOf(...signers.slice(30, 33), signerOf('unknown.example', 77))
    const verified = verifyNote(note, known)
    expect(verified).toMatchObject({ kind: 'verified', by: known.slice(0, 3).map(({ vkey }) => ({ vkey })) })
    expect(verifyNote(note, keysOf(signerOf('unknown.example', 77)))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('trusted'),
    })
    expect(verifyNote(note, [])).toMatchObject({ kind: 'refused' })
  })

  it('pass over lines with the name of a known key and another id, and the other way round', () => {
    const [mine, namesake, other] = [signerOf('log'), signerOf('log', 2), signerOf('else', 3)]
    const stranger = { ...other, id: mine.id }
    const note = signNote('text\n', [namesake, stranger, mine])
    expect(verifyNote(note, keysOf(mine))).toMatchObject({ kind: 'verified', by: [{ vkey: mine.vkey }] })
  })

  it('are refused when one signature of a known key is false', () => {
    const [one, other] = [signerOf('one'), signerOf('two', 2)]
    const forged: Signer = { ...other, sign: () => new Uint8Array(64) }
    expect(verifyNote(signNote('text\n', [one, forged]), keysOf(one))).toMatchObject({ kind: 'verified' })
    expect(verifyNote(signNote('text\n', [one, forged]), keysOf(one, other))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('two+'),
    })
  })

  it('are refused after any change to their text', () => {
    const signer = signerOf('log')
    const text = 'origin\n12\nabc\n'
    const note = signNote(text, [signer])
    fc.assert(
      fc.property(fc.nat(text.length - 2), fc.constantFrom('x', '7', ' '), (at, letter) => {
        fc.pre(note[at] !== letter)
        const changed = note.slice(0, at) + letter + note.slice(at + 1)
        expect(verifyNote(changed, keysOf(signer))).toMatchObject({ kind: 'refused' })
      }),
    )
  })

  it('take no signature that is too short, and none of another kind of key', () => {
    const signer = signerOf('log')
    const short = formatNote('text\n', [`— log ${Buffer.from(`${signer.id}00ff`, 'hex').toString('base64')}`])
    expect(verifyNote(short, keysOf(signer))).toMatchObject({ kind: 'refused' })
  })

  const line = published.line
  it.each([
    ['nothing', ''],
    ['no signatures', 'text\n'],
    ['an empty list of signatures', 'text\n\n'],
    ['no blank line', `text\n${line}\n`],
    ['no newline at the end', `text\n\n${line}`],
    ['a blank line after the signatures', `text\n\n${line}\n\n`],
    ['something else after the signatures', `text\n\n${line}\nmore\n`],
    ['a hyphen for the dash', `text\n\n${line.replace('—', '-')}\n`],
    ['two spaces', `text\n\n${line.replace('— ', '—  ')}\n`],
    ['a name with a plus', `text\n\n${line.replace('PeterNeumann', 'Peter+Neumann')}\n`],
    ['a name with a space of Unicode', `text\n\n${line.replace('PeterNeumann', 'Peter\u2003Neumann')}\n`],
    ['a name with U+0085', `text\n\n${line.replace('PeterNeumann', 'Peter\u0085Neumann')}\n`],
    ['no name', `text\n\n— ${line.split(' ')[2]}\n`],
    ['base64 without padding', `text\n\n${line.slice(0, -1)}\n`],
    ['base64 of URLs', `text\n\n${line.replace('/', '_')}\n`],
    ['only an id', 'text\n\n— PeterNeumann x08gow==\n'],
    ['a tab', `te\txt\n\n${line}\n`],
    ['a carriage return', `text\r\n\n${line}\n`],
    ['half a surrogate', `te\ud800xt\n\n${line}\n`],
    ['too many signatures', `text\n\n${`${line}\n`.repeat(101)}`],
    ['a million characters', `${'x'.repeat(1_000_000)}\n\n${line}\n`],
  ])('with %s are refused', (_, note) => expect(() => parseNote(note)).toThrow(malformed))
})
