import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { makePayload, payloadRef } from './payload.ts'

it('digests salt and bytes one after the other, wherever they lie', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.string({ unit: 'grapheme' }), (salt, text) => {
      const bytes = Buffer.from(text, 'utf8')
      const expected = createHash('sha256').update(salt).update(bytes).digest('hex')
      const together = makePayload('input', salt, text)
      expect(Buffer.from(together.bytes).equals(bytes)).toBe(true)
      for (const payload of [together, { part: 'input', salt, bytes }]) {
        expect(payloadRef(payload)).toEqual({ bytes: bytes.length, digest: `sha256:${expected}` })
      }
    }),
  )
})
