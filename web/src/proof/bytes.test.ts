import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64, joinBytes, ProofProblem, sameBytes, toBase64, toHex, utf8 } from './bytes.ts'

describe('bytes', () => {
  it('are written and read as base64, the same way back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'))
        expect(sameBytes(fromBase64(toBase64(bytes), 'it'), bytes)).toBe(true)
      }),
    )
  })

  it.each(['QQ', 'QQ= ', 'QR==', 'Q Q==', 'QQ==\n', '=', 'Q-_=', '€'])('are not read from %j', (text) => {
    expect(() => fromBase64(text, 'The hash')).toThrow(ProofProblem)
  })

  it('are compared, joined and shown', () => {
    expect(sameBytes(utf8('ab'), utf8('ab'))).toBe(true)
    expect(sameBytes(utf8('ab'), utf8('ac'))).toBe(false)
    expect(sameBytes(utf8('ab'), utf8('abc'))).toBe(false)
    expect(toHex(joinBytes(Uint8Array.of(0, 255), utf8('\n')))).toBe('00ff0a')
  })
})
