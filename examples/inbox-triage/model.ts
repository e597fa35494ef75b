// The model as the server runs it: protocol `module`, one function from input to output. Loaded from AIRWORTHY_MODEL_DIR.

import { junkProbability } from './classifier.ts'
import { marksOf, placeOf, placesOf } from './features.ts'
import type { MailInput } from './parse-mail.ts'
import { readTrained } from './trained-model.ts'
import { answerOf, type TriageAnswer } from './triage-answer.ts'

export type Triage = TriageAnswer & {
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
  const answer = answerOf(junkProbability(classifier, placesOf(mail)))
  return { ...answer, signals: signalsFor(answer.label, mail) }
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
