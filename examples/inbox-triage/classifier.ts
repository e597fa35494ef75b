// The classifier: logistic regression on hashed words, trained by stochastic gradient descent, with calibrated output.
//
// Small on purpose, and deterministic: the same mails give the same weights, to the bit. The raw scores of such a model are
// too sure of themselves, so their probabilities come from Platt scaling on scores of mails that the scoring weights had
// not seen (cross-fitting in five folds). J. Platt, "Probabilistic Outputs for Support Vector Machines" (1999), with the
// target smoothing given there.

import { placesCount } from './features.ts'

export type Example = { readonly places: Uint32Array; readonly isJunk: boolean }

export type Classifier = {
  readonly weights: Float32Array
  readonly bias: number
  /** Score → probability: 1 / (1 + exp(-(slope × score + shift))). */
  readonly slope: number
  readonly shift: number
}

const epochs = 10
const learningRate = 0.5
/** Pulls weights to nought, so that a word seen once decides nothing alone. */
const decay = 1e-5
const folds = 5

/** Errors: when there are not both kinds of mail. */
export function trainClassifier(examples: readonly Example[]): Classifier {
  const junk = examples.filter((example) => example.isJunk).length
  if (junk === 0 || junk === examples.length) throw new Error('Training needs mails of both kinds.')
  const raw = fit(examples)
  return { ...raw, ...calibrate(crossScores(examples), examples) }
}

/** The score before calibration: over 0 speaks for junk. */
function scoreOf({ weights, bias }: Pick<Classifier, 'weights' | 'bias'>, places: Uint32Array): number {
  let sum = 0
  for (const place of places) sum += weights[place] ?? 0
  return bias + sum * scaleOf(places)
}

/** In (0, 1). */
export function junkProbability(classifier: Classifier, places: Uint32Array): number {
  return sigmoid(classifier.slope * scoreOf(classifier, places) + classifier.shift)
}

/** Long mails do not shout louder than short ones. */
function scaleOf(places: Uint32Array): number {
  return 1 / Math.sqrt(Math.max(1, places.length))
}

/** AdaGrad: each weight has its own step, smaller the more it has moved; rare words are heard, frequent ones settle. */
function fit(examples: readonly Example[]): { weights: Float32Array; bias: number } {
  const weights = new Float32Array(placesCount)
  const moved = new Float32Array(placesCount)
  const random = generator(1)
  let bias = 0
  let biasMoved = 1
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const at of shuffled(examples.length, random)) {
      const { places, isJunk } = examples[at] as Example
      const scale = scaleOf(places)
      const error = sigmoid(scoreOf({ weights, bias }, places)) - (isJunk ? 1 : 0)
      biasMoved += error * error
      bias -= (learningRate * error) / Math.sqrt(biasMoved)
      for (const place of places) {
        const slope = error * scale + decay * (weights[place] ?? 0)
        const sum = (moved[place] ?? 0) + slope * slope
        moved[place] = sum
        weights[place] = (weights[place] ?? 0) - (learningRate * slope) / (Math.sqrt(sum) + 1e-8)
      }
    }
  }
  return { weights, bias }
}

/** Each mail's score by weights that were trained without it. */
function crossScores(examples: readonly Example[]): Float64Array {
  const scores = new Float64Array(examples.length)
  for (let fold = 0; fold < folds; fold++) {
    const raw = fit(examples.filter((_, at) => at % folds !== fold))
    for (let at = fold; at < examples.length; at += folds) scores[at] = scoreOf(raw, (examples[at] as Example).places)
  }
  return scores
}

/** Platt scaling: two parameters by Newton's method on the smoothed targets. */
function calibrate(scores: Float64Array, examples: readonly Example[]): { slope: number; shift: number } {
  const junk = examples.filter((example) => example.isJunk).length
  const targetOfJunk = (junk + 1) / (junk + 2)
  const targetOfInbox = 1 / (examples.length - junk + 2)
  let slope = 1
  let shift = 0
  for (let step = 0; step < 50; step++) {
    const sums = { g0: 0, g1: 0, h00: 1e-9, h01: 0, h11: 1e-9 }
    for (const [at, score] of scores.entries()) {
      const probability = sigmoid(slope * score + shift)
      const error = probability - (examples[at]?.isJunk ? targetOfJunk : targetOfInbox)
      const curve = probability * (1 - probability)
      sums.g0 += error * score
      sums.g1 += error
      sums.h00 += curve * score * score
      sums.h01 += curve * score
      sums.h11 += curve
    }
    const determinant = sums.h00 * sums.h11 - sums.h01 * sums.h01
    const bySlope = (sums.h11 * sums.g0 - sums.h01 * sums.g1) / determinant
    const byShift = (sums.h00 * sums.g1 - sums.h01 * sums.g0) / determinant
    slope -= bySlope
    shift -= byShift
    if (Math.abs(bySlope) + Math.abs(byShift) < 1e-9) break
  }
  return { slope, shift }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** Fisher–Yates with a generator of our own: the order is part of the result, so it must not differ between runs. */
function shuffled(count: number, random: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, at) => at)
  for (let at = count - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const kept = order[at] as number
    order[at] = order[other] as number
    order[other] = kept
  }
  return order
}

/** Mulberry32: small, seeded, good enough to shuffle. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
