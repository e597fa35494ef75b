// The model as the server runs it: protocol `module`, one function from input to output. Loaded from AIRWORTHY_MODEL_DIR.

import { junkProbability } from './classifier.ts'
import { marksOf, placeOf, placesOf } from './features.ts'
import type { MailInput } from './parse-mail.ts'
import { readTrained } from './trained-model.ts'

export type Triage = {
  readonly label: 'junk' | 'inbox'
  /** Calibrated: of the mails given 0.9, nine in ten should be junk. */
  readonly junkProbability: number
  /** Of the label that was given. */
  readonly confidence: number
  /** What spoke for the label most, strongest first: so that a person need not guess why. */
  readonly signals: readonly string[]
}

const trained = readTrained()
if (!trained) {
  throw new Error('The model is not trained yet. Run: node scripts/run.mjs examples/inbox-triage/train.ts')
}
const { classifier } = trained
const signalsMax = 6

export default function triage(mail: MailInput): Triage {
  const probability = junkProbability(classifier, placesOf(mail))
  const label = probability >= 0.5 ? 'junk' : 'inbox'
  return {
    label,
    junkProbability: rounded(probability),
    confidence: rounded(Math.max(probability, 1 - probability)),
    signals: signalsFor(label, mail),
  }
}

/** The marks with the largest weights on the label's side. Senders' names are left out: they are people. */
function signalsFor(label: 'junk' | 'inbox', mail: MailInput): string[] {
  const side = label === 'junk' ? 1 : -1
  const found: { mark: string; weight: number }[] = []
  for (const mark of marksOf(mail)) {
    const weight = side * (classifier.weights[placeOf(mark)] ?? 0)
    if (weight > 0 && !mark.startsWith('sender:')) found.push({ mark, weight })
  }
  return found
    .sort((a, b) => b.weight - a.weight || (a.mark < b.mark ? -1 : 1))
    .slice(0, signalsMax)
    .map(({ mark }) => mark)
}

/** Four places: more would pretend. Never 1, which would read as certainty. */
function rounded(probability: number): number {
  return Math.min(0.9999, Math.max(0.0001, Math.round(probability * 1e4) / 1e4))
}
