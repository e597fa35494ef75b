// An interval of a difference of means that may be looked at after every observation, for large samples.
//
// I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy, A. Ramdas, "Time-uniform central limit theory and asymptotic confidence
// sequences" (arXiv 2103.06476), eq. 9, with the tuning that GrowthBook uses: tightest at `planned` observations.
//
//   half = s·√( 2(Nρ² + 1)/(N²ρ²) · ln(√(Nρ² + 1)/α) ),   s = SE·√N,   ρ² = (−2 ln α + ln(−2 ln α + 1)) / planned

export type SequenceQuestion = {
  /** Standard error of the difference now. */
  readonly standardError: number
  /** Observations so far, of all arms. */
  readonly n: number
  /** Observations at which it shall be tightest. */
  readonly planned: number
  readonly alpha: number
}

/** The interval is the difference ± this, at any time and at all times together. Errors: RangeError for n or planned < 1. */
export function sequenceHalfWidth(question: SequenceQuestion): number {
  const { standardError, n, alpha } = question
  const rho2 = rhoSquared(question)
  const grown = n * rho2 + 1
  return standardError * Math.sqrt(n) * Math.sqrt(((2 * grown) / (n * n * rho2)) * Math.log(Math.sqrt(grown) / alpha))
}

/** Of "no difference", valid whenever one looks: 1/e of the mixture e-value, at most 1. */
export function sequencePValue(difference: number, question: SequenceQuestion): number {
  const { standardError, n } = question
  const rho2 = rhoSquared(question)
  const grown = n * rho2 + 1
  const squared = (difference * difference * n) / (standardError * standardError)
  const logE = (rho2 * squared) / (2 * grown) - Math.log(grown) / 2
  return Math.min(1, Math.max(Math.exp(-logE), Number.MIN_VALUE))
}

function rhoSquared({ n, planned, alpha, standardError }: SequenceQuestion): number {
  if (!(n >= 1) || !(planned >= 1) || !(alpha > 0 && alpha < 1) || !(standardError > 0)) {
    throw new RangeError(`sequence: n ${n}, planned ${planned}, alpha ${alpha}, standard error ${standardError}`)
  }
  const log = -2 * Math.log(alpha)
  return (log + Math.log1p(log)) / planned
}
