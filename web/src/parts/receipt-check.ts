// What somebody typed or pasted to have checked, made ready for the check.

import type { LogState } from '#wire/log.ts'
import { checkReceipt, type ReceiptCheck } from '../proof/check-receipt.ts'
import { readEntry } from '../proof/decision-entry.ts'
import type { ProofCrypto } from '../proof/proof-crypto.ts'

export type TypedReceipt = {
  readonly text: string
  /** Of the decision whose receipt is fetched; used where there is no text. */
  readonly id: string
  readonly keys: 'this' | 'other'
  readonly key: string
}

/** What is missing, by field. */
export function typedProblem({ text, id, keys, key }: TypedReceipt): { text?: string; id?: string; key?: string } {
  const isId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id.trim())
  return {
    ...(text.trim() === '' && id.trim() === ''
      ? { text: 'Paste a receipt, choose its file, or give a decision’s id.' }
      : {}),
    ...(text.trim() === '' && id.trim() !== '' && !isId
      ? { id: 'An id of a decision looks like 0198aaaa-0000-7000-8000-000000000001.' }
      : {}),
    ...(keys === 'other' && key.trim() === '' ? { key: 'Paste the key that you were given.' } : {}),
  }
}

/** Pasting through mails and forms changes line ends and loses the last one; neither is signed. */
export function tidyReceipt(text: string): string {
  const lines = text.replaceAll('\r\n', '\n').trim()
  return lines === '' ? '' : `${lines}\n`
}

type Checking = {
  readonly typed: TypedReceipt
  readonly log: LogState
  readonly crypto: ProofCrypto
  readonly fetchReceipt: (id: string) => Promise<string>
}

/** The receipt as it was checked, and how that ended. Errors: those of fetching. */
export async function checkTyped({ typed, log, crypto, fetchReceipt }: Checking): Promise<{
  readonly text: string
  readonly check: ReceiptCheck
}> {
  const isFetched = typed.text.trim() === ''
  const id = typed.id.trim().toLowerCase()
  const text = isFetched ? await fetchReceipt(id) : tidyReceipt(typed.text)
  const isOwn = typed.keys === 'this'
  const keys = {
    log: isOwn ? log.keys.map((key) => key.vkey) : [typed.key],
    witnesses: log.witnesses.map((witness) => witness.vkey),
  }
  const check = await checkReceipt(text, keys, crypto)
  return { text, check: isFetched ? ofDecision(check, id) : check }
}

/** A sound receipt of another entry would be no proof of the decision that was asked for. */
function ofDecision(check: ReceiptCheck, id: string): ReceiptCheck {
  const event = check.receipt === null ? undefined : readEntry(check.receipt.entry)
  const isIt = event?.type === 'decision-recorded' && event.id === id
  return check.problem !== null || isIt
    ? check
    : { ...check, problem: `The server answered with the receipt of another entry than the decision ${id}.` }
}
