import { array, assert, integer, property } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { indicesOf, portionsOf, rangesOf } from './index-ranges.ts'

const indices = array(integer({ min: 0, max: 300 }), { maxLength: 200 })
const distinct = (given: readonly number[]) => [...new Set(given)].sort((a, b) => a - b)

describe('ranges of indices', () => {
  it('cover exactly what was given, in order, without touching each other', () => {
    assert(
      property(indices, integer({ min: 1, max: 20 }), (given, size) => {
        const ranges = rangesOf(given)
        expect([...indicesOf(ranges, size)].flat()).toEqual(distinct(given))
        for (const [at, [first, last]] of ranges.entries()) {
          expect(first).toBeLessThanOrEqual(last)
          expect(first).toBeGreaterThan((ranges[at - 1]?.[1] ?? -2) + 1)
        }
      }),
    )
  })

  it('are given back in portions of the size asked for, the last may be smaller', () => {
    assert(
      property(indices, integer({ min: 1, max: 20 }), (given, size) => {
        const portions = [...indicesOf(rangesOf(given), size)]
        expect(portions.slice(0, -1).every((portion) => portion.length === size)).toBe(true)
        expect(portions.every((portion) => portion.length > 0 && portion.length <= size)).toBe(true)
      }),
    )
  })

  it('are cut into portions that fit into an entry, and lose none', () => {
    assert(
      property(indices, integer({ min: 10, max: 200 }), (given, bytesMax) => {
        const ranges = rangesOf(given)
        const portions = portionsOf(ranges, bytesMax)
        expect(portions.flat()).toEqual(ranges)
        for (const portion of portions) {
          // Without the brackets around it.
          if (portion.length > 1) expect(JSON.stringify(portion).length - 2).toBeLessThanOrEqual(bytesMax)
        }
      }),
    )
  })
})
