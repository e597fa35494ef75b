import { describe, expect, it } from 'vitest'
import { junkProbability, trainClassifier, type Classifier, type Example } from './classifier.ts'
import { placeOf } from './features.ts'

/** Mails of made-up words: `pure` words tell the kind, `common` ones do not. */
function examples(count: number, { seed, noise }: { seed: number; noise: number }): Example[] {
  let state = seed
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31
  return Array.from({ length: count }, () => {
    const isJunk = random() < 0.3
    const words = Array.from({ length: 10 }, () => {
      const tells = random() < 0.3
      const side = random() < noise ? !isJunk : isJunk
      return tells ? `${side ? 'junk' : 'inbox'}${Math.floor(random() * 20)}` : `common${Math.floor(random() * 200)}`
    })
    return { places: Uint32Array.from(new Set(words.map(placeOf))), isJunk }
  })
}

function bitsOf({ weights, bias, slope, shift }: Classifier): Buffer {
  return Buffer.concat([Buffer.from(weights.buffer), Buffer.from(Float64Array.of(bias, slope, shift).buffer)])
}

describe('trainClassifier', () => {
  it('gives the same weights for the same mails, to the bit', () => {
    const mails = examples(300, { seed: 1, noise: 0.2 })
    expect(bitsOf(trainClassifier(mails)).equals(bitsOf(trainClassifier(mails)))).toBe(true)
    const others = examples(300, { seed: 2, noise: 0.2 })
    expect(bitsOf(trainClassifier(mails)).equals(bitsOf(trainClassifier(others)))).toBe(false)
  })

  it('learns what can be learned', () => {
    const classifier = trainClassifier(examples(1500, { seed: 3, noise: 0.1 }))
    const unseen = examples(1500, { seed: 4, noise: 0.1 })
    const right = unseen.filter(({ places, isJunk }) => junkProbability(classifier, places) >= 0.5 === isJunk).length
    expect(right / unseen.length).toBeGreaterThan(0.85)
  })

  it('means its probabilities: of mails given p, about p are junk', () => {
    const classifier = trainClassifier(examples(3000, { seed: 5, noise: 0.25 }))
    const judged = examples(6000, { seed: 6, noise: 0.25 }).map(({ places, isJunk }) => ({
      p: junkProbability(classifier, places),
      isJunk,
    }))
    for (const [from, to] of [
      [0, 0.2],
      [0.2, 0.5],
      [0.5, 0.8],
      [0.8, 1],
    ] as const) {
      const bin = judged.filter(({ p }) => p >= from && p < to)
      expect(bin.length).toBeGreaterThan(100)
      const mean = bin.reduce((sum, { p }) => sum + p, 0) / bin.length
      const junk = bin.filter(({ isJunk }) => isJunk).length / bin.length
      expect(Math.abs(mean - junk)).toBeLessThan(0.08)
    }
  })

  it('refuses mails of one kind alone', () => {
    const junk = examples(50, { seed: 7, noise: 0 }).filter(({ isJunk }) => isJunk)
    expect(() => trainClassifier(junk)).toThrow('both kinds')
  })
})
