// What is looked for in a page is found wherever it lies, and nothing else.

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { finder } from './sqlite-stale-copies.ts'

const text = fc.string({ unit: fc.constantFrom('0', '1', 'é'), minLength: 1, maxLength: 9 })

it('finds what a plain search finds', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
      fc.array(fc.oneof(text, fc.constant('\0')), { maxLength: 12 }),
      (texts, pieces) => {
        const page = Buffer.from(pieces.join(''))
        expect(finder(texts)(page)).toBe(texts.some((wanted) => page.includes(wanted)))
      },
    ),
    { examples: [[['00'], ['0']]] },
  )
})

it.each([0, 1, 4_096 - 32])('finds one of many at byte %i of a page', (at) => {
  const texts = Array.from({ length: 500 }, (_, n) => n.toString(16).padStart(32, '0'))
  const page = Buffer.alloc(4_096, 'f')
  expect(finder(texts)(page)).toBe(false)
  page.write(texts[321] ?? '', at)
  expect(finder(texts)(page)).toBe(true)
  page[at + 31] = 'x'.charCodeAt(0)
  expect(finder(texts)(page)).toBe(false)
})
