import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '#core/stats/random.ts'
import { attributeLoss } from './attribution.ts'
import { type AttributionCause, attributionCauses, type AttributionSegment } from './attribution-counts.ts'
import type { Losses } from './slice-counts.ts'

const losses = (known: number, wrong: number): Losses => ({ n: known, known, loss: wrong, lossSquares: wrong })
const segment = (
  cause: AttributionCause,
  name: string,
  reference: readonly [number, number],
  live: readonly [number, number],
  label = '',
): AttributionSegment => ({
  cause,
  segment: name,
  label,
  reference: losses(...reference),
  live: losses(...live),
})
const attribute = (segments: readonly AttributionSegment[]) => attributeLoss({ metric: 'accuracy', segments, seed: 1 })
const partOf = (found: ReturnType<typeof attribute>, cause: string) => found?.parts.find((part) => part.cause === cause)

describe('attribution', () => {
  it('gives a loss to rows with unseen words when they are the ones that are wrong', () => {
    const found = attribute([
      segment('unseen-words', 'message', [20, 4], [400, 240]),
      segment('mix', '', [980, 80], [600, 49]),
    ])
    expect(found?.reference.value).toBeCloseTo(0.916)
    expect(found?.live.value).toBeCloseTo(0.711)
    expect(partOf(found, 'unseen-words')?.share).toBeGreaterThan(0.95)
    expect(partOf(found, 'unseen-words')?.message).toBe(
      'Cases with words that the pilot never had (message): 40 % of the labelled live rows.',
    )
    expect(Math.abs(found?.unexplained.share ?? 1)).toBeLessThan(0.05)
    expect(found?.unexplained.message).toMatch(/^Beyond these causes nothing is shown/)
  })

  it('tells a shift of the mix from a change of the relation', () => {
    const mixed = attribute([
      segment('mix', 'easy', [900, 45], [500, 25]),
      segment('mix', 'hard', [100, 40], [500, 200]),
    ])
    expect(partOf(mixed, 'mix')?.share).toBeCloseTo(1, 10)
    const changed = attribute([
      segment('mix', 'easy', [900, 45], [900, 180]),
      segment('mix', 'hard', [100, 40], [100, 60]),
    ])
    expect(partOf(changed, 'mix')?.loss.value).toBeCloseTo(0, 12)
    expect(changed?.unexplained.share).toBeCloseTo(1, 10)
    expect(changed?.unexplained.message).toMatch(/does worse than in the pilot\. .* cannot tell apart/)
  })

  it('finds nothing in a mix that did not move, whatever happens to rows with a cause of their own', () => {
    const found = attribute([segment('nulls', 'age', [100, 50], [100, 90]), segment('mix', '', [900, 45], [900, 45])])
    expect(partOf(found, 'mix')?.loss.value).toBeCloseTo(0, 12)
    expect(partOf(found, 'nulls')?.loss.value).toBeCloseTo(0.04, 12)
  })

  it('gives a cause only what its rows lose beyond what ordinary live rows lose, too', () => {
    const found = attribute([segment('nulls', 'age', [20, 2], [500, 150]), segment('mix', '', [980, 98], [500, 150])])
    expect(found?.loss.value).toBeCloseTo(0.2)
    expect(partOf(found, 'nulls')?.loss.value).toBeCloseTo(0, 10)
    expect(found?.unexplained.share).toBeCloseTo(1, 10)
  })

  it('names no cause where nearly every live row has one', () => {
    const found = attribute([
      segment('out-of-range', 'month', [0, 0], [960, 480]),
      segment('mix', '', [1000, 50], [40, 20]),
    ])
    expect(found?.parts).toEqual([])
    expect(found?.unexplained).toMatchObject({
      share: 1,
      message: expect.stringMatching(/^Nearly all live cases/) as unknown,
    })
  })

  it('knows rows whose right answer the pilot never had', () => {
    const found = attribute([
      segment('unseen-labels', '“other”', [0, 0], [400, 400], 'other'),
      segment('mix', '', [1000, 100], [600, 60]),
    ])
    expect(partOf(found, 'unseen-labels')?.share).toBeCloseTo(1, 10)
    expect(partOf(found, 'unseen-labels')?.message).toContain('a right answer that the pilot never had (“other”): 40 %')
  })

  it('tells a shift of the labels within a segment from more errors for the same label', () => {
    const cells = (live: readonly [number, number, number, number]) =>
      attribute([
        segment('mix', 's', [800, 40], [live[0], live[1]], 'no'),
        segment('mix', 's', [200, 100], [live[2], live[3]], 'yes'),
      ])
    // Errors 5 % and 50 % as in the pilot, but half of the labels are yes.
    const shifted = cells([500, 25, 500, 250])
    expect(partOf(shifted, 'labels')?.share).toBeCloseTo(1, 10)
    const worse = cells([800, 160, 200, 150])
    expect(partOf(worse, 'labels')?.loss.value).toBeCloseTo(0, 12)
    expect(worse?.unexplained.share).toBeCloseTo(1, 10)
  })

  it('counts a kind of case that the pilot hardly had to the mix', () => {
    const found = attribute([segment('mix', 'old', [1000, 50], [700, 35]), segment('mix', 'new', [3, 0], [300, 150])])
    expect(partOf(found, 'mix')?.share).toBeGreaterThan(0.95)
  })

  it('has parts that add up to the loss, for any counts, and no NaN', () => {
    const pair = fc.tuple(fc.nat(200), fc.nat(200)).map(([right, wrong]) => [right + wrong, wrong] as const)
    const any = fc
      .tuple(
        fc.constantFrom(...attributionCauses),
        fc.constantFrom('a', 'b', 'c'),
        pair,
        pair,
        fc.constantFrom('x', 'y'),
      )
      .map(([cause, name, reference, live, label]) => segment(cause, name, reference, live, label))
    fc.assert(
      fc.property(
        fc.uniqueArray(any, { selector: ({ cause, segment, label }) => `${cause} ${segment} ${label}`, maxLength: 12 }),
        (segments) => {
          const found = attribute(segments)
          if (found === null) return
          expect(JSON.stringify(found)).not.toMatch(/NaN/)
          expect(found.loss.value).toBeCloseTo((found.reference.value ?? 0) - (found.live.value ?? 0), 9)
          if (found.unexplained.share === null) return
          const shares = found.parts.reduce((sum, { share }) => sum + (share ?? 0), found.unexplained.share)
          expect(shares).toBeCloseTo(1, 6)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('gives no shares of a loss that is not shown, and nothing at all from fewer than 100 labels', () => {
    const found = attribute([segment('mix', '', [1000, 80], [1000, 82])])
    expect(found?.unexplained.share).toBeNull()
    expect(found?.loss.low).toBeLessThan(0)
    expect(attribute([segment('mix', '', [1000, 80], [99, 50])])).toBeNull()
    expect(attribute([])).toBeNull()
  })

  it('has intervals that cover the true part about as often as they say', () => {
    const random = seededRandom(51)
    const draw = (n: number, p: number) => {
      let hits = 0
      for (let i = 0; i < n; i++) if (random.uniform() < p) hits++
      return hits
    }
    const runs = 150
    let covered = 0
    for (let run = 0; run < runs; run++) {
      const [a, b] = [draw(1000, 0.1), draw(500, 0.4)]
      const found = attribute([
        segment('mix', 'hard', [a, draw(a, 0.4)], [b, draw(b, 0.4)]),
        segment('mix', 'easy', [1000 - a, draw(1000 - a, 0.05)], [500 - b, draw(500 - b, 0.05)]),
      ])
      const { low, high } = partOf(found, 'mix')?.loss ?? { low: null, high: null }
      // (0.4 − 0.1)·(0.4 − 0.05)
      if ((low ?? 2) <= 0.105 && 0.105 <= (high ?? -2)) covered++
    }
    expect(covered / runs).toBeGreaterThan(0.9)
    expect(covered / runs).toBeLessThan(0.995)
  })

  it('of numbers is in units of the error', () => {
    const of = (known: number, mean: number): Losses => ({
      n: known,
      known,
      loss: known * mean,
      lossSquares: known * (mean * mean + 1),
    })
    const found = attributeLoss({
      metric: 'mae',
      seed: 1,
      segments: [
        { cause: 'nulls', segment: 'weight', label: '', reference: of(10, 3), live: of(300, 9) },
        { cause: 'mix', segment: '', label: '', reference: of(990, 3), live: of(700, 3) },
      ],
    })
    expect(found?.loss.value).toBeCloseTo(1.8)
    expect(partOf(found, 'nulls')?.share).toBeCloseTo(1)
  })
})
