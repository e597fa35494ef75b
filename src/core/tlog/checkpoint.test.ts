import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts'

// The example of c2sp.org/tlog-checkpoint.
const published = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`
const body = published.slice(0, published.indexOf('\n\n') + 1)
const root = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I='

describe('a checkpoint', () => {
  it('is read from a note and from its text', () => {
    for (const text of [published, body]) {
      const { origin, size, root: hash } = parseCheckpoint(text)
      expect({ origin, size }).toEqual({ origin: 'example.com/behind-the-sofa', size: 20_852_163 })
      expect(Buffer.from(hash).toString('base64')).toBe(root)
    }
  })

  it('is written as it is read', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(fc.maxSafeNat(), hash, (size, bytes) => {
        const back = parseCheckpoint(formatCheckpoint({ origin: 'airworthy/0123456789abcdef', size, root: bytes }))
        expect(back.size).toBe(size)
        expect(Buffer.compare(back.root, bytes)).toBe(0)
      }),
    )
  })

  it('may have lines of extensions', () => {
    expect(parseCheckpoint(`${body}extra line\nanother\n`)).toMatchObject({ size: 20_852_163 })
  })

  it.each([
    ['nothing', ''],
    ['no origin', `\n1\n${root}\n`],
    ['no root', 'log\n1\n'],
    ['no newline at the end', `log\n1\n${root}`],
    ['a size with a sign', `log\n+1\n${root}\n`],
    ['a size with a zero before it', `log\n01\n${root}\n`],
    ['a size that is a fraction', `log\n1.5\n${root}\n`],
    ['a size in hex', `log\n0x10\n${root}\n`],
    ['a size that is too large', `log\n9007199254740992\n${root}\n`],
    ['an empty size', `log\n\n${root}\n`],
    ['a root that is too short', `log\n1\n${root.slice(4)}\n`],
    ['a root without padding', `log\n1\n${root.slice(0, -1)}\n`],
    ['a root in hex', `log\n1\n${'ab'.repeat(32)}\n`],
    ['an empty extension', `log\n1\n${root}\n\nmore\n`],
  ])('with %s is refused', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: 'note_malformed' }))
  })
})
