// What the model answers, from the probability that its classifier gives: the served model and the pilot's test say the same.

export type TriageAnswer = {
  readonly label: 'junk' | 'inbox'
  /** Calibrated: of the mails given 0.9, nine in ten should be junk. */
  readonly junkProbability: number
  /** Of the label that was given. */
  readonly confidence: number
}

export function answerOf(probability: number): TriageAnswer {
  return {
    label: probability >= 0.5 ? 'junk' : 'inbox',
    junkProbability: rounded(probability),
    confidence: rounded(Math.max(probability, 1 - probability)),
  }
}

/** Four places: more would pretend. Never 1, which would read as certainty. */
function rounded(probability: number): number {
  return Math.min(0.9999, Math.max(0.0001, Math.round(probability * 1e4) / 1e4))
}
