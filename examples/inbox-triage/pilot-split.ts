// Which mails of the pilot train the model and which test it. Honest: what is the same text, sent twice, is on one side.

import { hash } from 'node:crypto'
import type { Mail } from './corpus.ts'

export type PilotSplit = { readonly train: readonly Mail[]; readonly test: readonly Mail[] }

/** One in four groups of equal texts tests. By a hash of the text, so that a mail's side depends on nothing but itself. */
export function splitPilot(mails: readonly Mail[]): PilotSplit {
  const train: Mail[] = []
  const test: Mail[] = []
  for (const mail of mails) (Number.parseInt(textKey(mail).slice(0, 8), 16) % 4 === 0 ? test : train).push(mail)
  return { train, test }
}

/** Equal for mails that say the same: letters alone, so that figures, dates and spacing do not make a copy look new. */
export function textKey({ input }: Mail): string {
  const letters = `${input.subject ?? ''}\n${input.body}`.toLowerCase().replace(/[^\p{L}]+/gu, '')
  return hash('sha256', letters.slice(0, 2000), 'hex')
}
