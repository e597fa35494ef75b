import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { emptyRoot, leafHash, nodeHash } from './merkle-hash.ts'

const sha256 = (...parts: readonly Uint8Array[]): string =>
  createHash('sha256').update(Buffer.concat(parts)).digest('hex')
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

it('hashes nothing, leaves and nodes as RFC 6962 says', () => {
  expect(hex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(hex(leafHash(new Uint8Array(0)))).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (one, other) => {
      const left = leafHash(one)
      const right = leafHash(other)
      expect(hex(left)).toBe(sha256(Uint8Array.of(0), one))
      expect(hex(nodeHash(left, right))).toBe(sha256(Uint8Array.of(1), left, right))
    }),
  )
})

it('takes the largest entry, and larger ones', () => {
  for (const size of [65_534, 65_535, 65_536, 200_000]) {
    const entry = Buffer.alloc(size, 7)
    expect(hex(leafHash(entry))).toBe(sha256(Uint8Array.of(0), entry))
  }
})
