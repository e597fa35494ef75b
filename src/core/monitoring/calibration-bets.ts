// Betting against a score: whoever could win money against it by fixed bets has shown that it is not calibrated.
//
//   W = mean over λ in {±.1, ±.25, ±.5} of Π (1 + λ (y − p))
//
// If E[y|p] = p, W is a non-negative martingale with mean 1, so W ≥ 20 happens with probability at most 1/20, whenever one looks
// (Ville). The logarithm of each product is a sum over rows: it is additive, and the order of rows does not matter.

export const betLambdas = [-0.5, -0.25, -0.1, 0.1, 0.25, 0.5] as const

/** Of labelled rows whose score lies in [0, 1]; y is 1 for a positive label (several classes: for a right prediction). */
export type Bets = {
  readonly n: number
  /** Σ ln(1 + λ(y − p)), in the order of `betLambdas`. */
  readonly logWealth: readonly number[]
}

export const noBets: Bets = { n: 0, logWealth: betLambdas.map(() => 0) }

export function addBet(bets: Bets, probability: number, happened: boolean): Bets {
  if (!(probability >= 0 && probability <= 1)) throw new RangeError(`bets: ${probability} is no probability`)
  const surprise = (happened ? 1 : 0) - probability
  return {
    n: bets.n + 1,
    logWealth: bets.logWealth.map((sum, i) => sum + Math.log1p((betLambdas[i] as number) * surprise)),
  }
}

export function mergeBets(a: Bets, b: Bets): Bets {
  return { n: a.n + b.n, logWealth: a.logWealth.map((sum, i) => sum + (b.logWealth[i] as number)) }
}

/** W: at 20 the score is refuted at 5 %. Null without a bet. At most 1e300, so that it can be written as JSON. */
export function betEvidence(bets: Bets): number | null {
  if (bets.n === 0) return null
  const highest = Math.max(...bets.logWealth)
  const mean = bets.logWealth.reduce((sum, log) => sum + Math.exp(log - highest), 0) / bets.logWealth.length
  return Math.exp(Math.min(highest + Math.log(mean), 690))
}
