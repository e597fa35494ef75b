// Randomness with a seed: the same seed gives the same numbers on every machine, so that a simulated figure can be made again.

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

export type Random = {
  /** In [0,1). */
  readonly uniform: () => number
  /** In [0, below); `below` ≥ 1. */
  readonly integer: (below: number) => number
  /** Standard normal. */
  readonly normal: () => number
  /** Poisson with this mean ≥ 0. */
  readonly poisson: (mean: number) => number
}

/** `seed`: any integer; the lowest 32 bits count. */
export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed)
  const uniform = () => uniformFloat64(generator)
  let spare: number | null = null
  /** Marsaglia's polar method (SIAM Rev. 6 (1964) 260–264): two normals from a point in the unit disc. */
  const normal = (): number => {
    if (spare !== null) {
      const kept = spare
      spare = null
      return kept
    }
    for (;;) {
      const x = 2 * uniform() - 1
      const y = 2 * uniform() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const factor = Math.sqrt((-2 * Math.log(square)) / square)
      spare = y * factor
      return x * factor
    }
  }
  return {
    uniform,
    integer: (below) => uniformInt(generator, 0, below - 1),
    normal,
    poisson: (mean) => poisson(mean, { uniform, normal }),
  }
}

/**
 * By inversion, in steps of 30 (a sum of Poissons is Poisson), where e^-30 is still far from underflow. From 500 on the normal
 * with the same mean and variance, rounded: it is within 1 % of every probability that a simulation of some thousands can see.
 */
function poisson(mean: number, { uniform, normal }: Pick<Random, 'uniform' | 'normal'>): number {
  if (!(mean >= 0 && mean < Infinity)) throw new RangeError(`Poisson with mean ${mean}`)
  if (mean > 500) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()))
  let count = 0
  for (let rest = mean; rest > 0; rest -= 30) {
    const part = Math.min(rest, 30)
    let term = Math.exp(-part)
    let u = uniform() - term
    for (let k = 1; u >= 0 && k < 400; k++) {
      count++
      term *= part / k
      u -= term
    }
  }
  return count
}

/**
 * One draw of the Poisson bootstrap over cells: each row gets an independent Poisson(1) weight, so a cell of c rows weighs
 * Poisson(c) (N. Chamandy et al., "Estimating uncertainty for massive data streams", Google 2012). `counts`: non-negative.
 */
export function poissonBootstrap(counts: ArrayLike<number>, random: Random): Float64Array {
  return Float64Array.from(counts, (count) => random.poisson(count))
}
