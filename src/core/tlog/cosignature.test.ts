import { describe, expect, it } from 'vitest'
import { cosign, createCosigner, verifyCosignature } from './cosignature.ts'
import { createEd25519Signer, generateKey, parseSignatureLine, parseVkey, signNote, verifyNote } from './note.ts'

const text = 'airworthy/0123456789abcdef\n12\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n'
const { skey, vkey } = generateKey('witness.example/w1', Buffer.alloc(32, 7))
const cosigner = createCosigner(skey)
const key = parseVkey(cosigner.vkey)

describe('a cosignature', () => {
  it('holds for its checkpoint and says when', () => {
    const line = parseSignatureLine(cosign(text, 1_679_315_147, cosigner))
    expect(verifyCosignature(text, line, key)).toEqual({ kind: 'verified', seconds: 1_679_315_147 })
  })

  it('is laid out as published: id, time, 64 bytes', () => {
    const bytes =
      'jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA=='
    const example = parseSignatureLine(`— witness.example.com/w1 ${bytes}`)
    const ours = parseSignatureLine(cosign(text, 1_679_315_147, cosigner))
    expect(ours.signature.length).toBe(example.signature.length)
    expect([...ours.signature.subarray(0, 8)]).toEqual([...example.signature.subarray(0, 8)])
  })

  it('signs exactly the text of the specification', () => {
    const line = parseSignatureLine(cosign(text, 1_679_315_147, cosigner))
    const signed = Buffer.from(`cosignature/v1\ntime 1679315147\n${text}`)
    expect(parseVkey(vkey).verifies(signed, line.signature.subarray(8))).toBe(true)
  })

  it('does not hold for another text, time, or key', () => {
    const line = parseSignatureLine(cosign(text, 1_679_315_147, cosigner))
    expect(verifyCosignature(text.replace('12', '13'), line, key).kind).toBe('refused')
    const later = { ...line, signature: Uint8Array.from(line.signature, (byte, i) => (i === 7 ? byte + 1 : byte)) }
    expect(verifyCosignature(text, later, key).kind).toBe('refused')
    const far = { ...line, signature: Uint8Array.from(line.signature, (byte, i) => (i === 0 ? 0x7f : byte)) }
    expect(verifyCosignature(text, far, key)).toMatchObject({ reason: expect.stringContaining('out of range') })
    const other = parseVkey(createCosigner(generateKey('witness.example/w2', Buffer.alloc(32, 8)).skey).vkey)
    expect(verifyCosignature(text, line, other)).toMatchObject({ reason: expect.stringContaining('w1') })
    expect(verifyCosignature(text, line, parseVkey(vkey))).toMatchObject({ reason: expect.stringContaining('witness') })
    const short = { ...line, signature: line.signature.subarray(1) }
    expect(verifyCosignature(text, short, key)).toMatchObject({ reason: expect.stringContaining('72 bytes') })
  })

  it('is not taken for a signature of the log, nor one of the log for it', () => {
    expect(cosigner.id).not.toBe(parseVkey(vkey).id)
    const note = `${text}\n${cosign(text, 1, cosigner)}\n`
    expect(verifyNote(note, [parseVkey(vkey), key])).toMatchObject({ kind: 'refused' })
    const signed = signNote(text, [createEd25519Signer(skey)])
    const line = parseSignatureLine(signed.trimEnd().split('\n').at(-1) ?? '')
    expect(verifyCosignature(text, line, key).kind).toBe('refused')
  })
})
