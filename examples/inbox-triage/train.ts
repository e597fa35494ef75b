// The pilot: trains the classifier on the clean half of the mail and tests it on mails of that half it never saw.
//
//   node scripts/run.mjs examples/inbox-triage/train.ts
//
// The model that is tested is the model that is served: nothing is trained again on the test mails afterwards.

import { junkProbability, trainClassifier, type Classifier, type Example } from './classifier.ts'
import { pilotGroups, readMails, type Mail } from './corpus.ts'
import { placesOf } from './features.ts'
import { mailRow, tableText, type MailRow } from './mail-row.ts'
import { splitPilot } from './pilot-split.ts'
import { proportion, type Proportion } from './proportion.ts'
import { hasTested, madeFromNow, readTrained, trainedFile, writeTested, writeTrained } from './trained-model.ts'
import type { TrainedModel } from './trained-model.ts'
import { answerOf } from './triage-answer.ts'

export type PilotReport = {
  readonly trainedOn: number
  readonly testedOn: number
  /** Share of test mails that the model put where they belong. */
  readonly accuracy: Proportion
  /** Junk among the pilot's mails: what the model takes for normal. */
  readonly junkShare: number
  readonly seconds: number
}

export type OnProgress = (done: number, total: number) => void

/** The model that is there, or a newly trained one when there is none or what it is made from has changed. */
export async function trainWhenNeeded(onProgress?: OnProgress): Promise<TrainedModel & { readonly isNew: boolean }> {
  const kept = readTrained()
  const madeFrom = madeFromNow()
  if (kept?.madeFrom === madeFrom && hasTested()) return { ...kept, isNew: false }
  const started = performance.now()
  const mails = await readMails(pilotGroups, onProgress)
  const { classifier, report, tested } = runPilot(mails)
  const seconds = Math.round((performance.now() - started) / 100) / 10
  const trained = { madeFrom, classifier, report: { ...report, seconds } }
  // The model comes last: where it is, what it was tested on is there too.
  writeTested(tableText(tested))
  writeTrained(trained)
  return { ...trained, isNew: true }
}

export type PilotRun = {
  readonly classifier: Classifier
  readonly report: Omit<PilotReport, 'seconds'>
  /** The mails that it was tested on, with its answers. */
  readonly tested: readonly MailRow[]
}

/** Trains and tests. The same mails give the same classifier and the same report. */
export function runPilot(mails: readonly Mail[]): PilotRun {
  const { train, test } = splitPilot(mails)
  const classifier = trainClassifier(train.map(exampleOf))
  const tested = test.map((mail) => {
    return mailRow({ ...mail, answer: answerOf(junkProbability(classifier, placesOf(mail.input))) })
  })
  const right = tested.filter(({ prediction, label }) => prediction === label).length
  return {
    classifier,
    tested,
    report: {
      trainedOn: train.length,
      testedOn: test.length,
      accuracy: proportion(right, test.length),
      junkShare: mails.filter(isJunk).length / mails.length,
    },
  }
}

function exampleOf(mail: Mail): Example {
  return { places: placesOf(mail.input), isJunk: isJunk(mail) }
}

function isJunk({ label }: Mail): boolean {
  return label === 'junk'
}

if (import.meta.main) {
  const { report, isNew } = await trainWhenNeeded()
  process.stdout.write(`${JSON.stringify({ isNew, ...report, file: trainedFile }, null, 2)}\n`)
}
