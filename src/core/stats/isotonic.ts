// Weighted isotonic regression: the non-decreasing values nearest to the given ones in weighted squares.
//
// Pool adjacent violators (M. Ayer et al., Ann. Math. Stat. 26 (1955) 641–647), in one pass with a stack of blocks.

/**
 * `values` and `weights` (≥ 0) in the order of the score; returns the fitted value of each. Where a whole block weighs nothing
 * its plain mean counts. Errors: RangeError for different lengths, negative weights, NaN.
 */
export function isotonic(values: ArrayLike<number>, weights: ArrayLike<number>): Float64Array {
  if (values.length !== weights.length) throw new RangeError('isotonic: as many weights as values')
  const blocks: { mean: number; weight: number; size: number }[] = []
  for (let index = 0; index < values.length; index++) {
    const mean = values[index] ?? 0
    const weight = weights[index] ?? 0
    if (!Number.isFinite(mean) || !(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`isotonic: value ${mean} with weight ${weight}`)
    }
    let block = { mean, weight, size: 1 }
    for (let last = blocks.at(-1); last !== undefined && last.mean >= block.mean; last = blocks.at(-1)) {
      blocks.pop()
      block = join(last, block)
    }
    blocks.push(block)
  }
  const fitted = new Float64Array(values.length)
  let at = 0
  for (const { mean, size } of blocks) {
    fitted.fill(mean, at, at + size)
    at += size
  }
  return fitted
}

function join(a: { mean: number; weight: number; size: number }, b: { mean: number; weight: number; size: number }) {
  const weight = a.weight + b.weight
  const size = a.size + b.size
  const mean =
    weight > 0 ? (a.mean * a.weight + b.mean * b.weight) / weight : (a.mean * a.size + b.mean * b.size) / size
  return { mean, weight, size }
}
