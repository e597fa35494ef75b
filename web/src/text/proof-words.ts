// The words of a proof: what the badge says, what it means, and each step of the check.

import type { ReceiptCheck, SignatureCheck } from '../proof/check-receipt.ts'
import type { MissingCrypto } from '../proof/proof-crypto.ts'
import type { ProofState } from '../proof/proof-state.ts'
import { formatCount, plural } from './format.ts'
import type { Verdict } from './words.ts'

const verdicts: Record<ProofState['kind'], Verdict> = {
  hidden: { tone: 'unknown', word: 'recorded; proof after the audit' },
  unsupported: { tone: 'unknown', word: 'recorded; not checked here' },
  follows: { tone: 'unknown', word: 'recorded, proof follows' },
  reading: { tone: 'unknown', word: 'recorded; checking the proof' },
  unread: { tone: 'watch', word: 'recorded; proof not readable' },
  refuted: { tone: 'fails', word: 'the proof does not hold' },
  proven: { tone: 'holds', word: 'recorded and proven' },
}

export function proofVerdict(state: ProofState): Verdict {
  return verdicts[state.kind]
}

/** What the badge means, for whoever opens it. */
export function proofSentence(state: ProofState): string {
  if (state.kind === 'unsupported')
    return `${missingCryptoWords[state.why]} The receipt can be checked offline instead.`
  if (state.kind === 'refuted') return `${state.problem} Keep the receipt, and show it to whoever answers for this log.`
  if (state.kind !== 'proven') return sentences[state.kind]
  const facts = plural(state.compared.length, 'fact')
  return `This browser has checked it: the entry has what this page shows (${facts} compared), and the log’s key signed a tree that contains it.${witnessedWords(state.check)}`
}

const sentences: Record<Exclude<ProofState['kind'], 'unsupported' | 'refuted' | 'proven'>, string> = {
  hidden: 'The entry tells what the system decided, so its proof is shown once the blind audit is done.',
  follows:
    'It is durable on the log. The next signed checkpoint covers it, usually within a second; then this page checks its receipt by itself.',
  reading: 'The receipt is being fetched and checked.',
  unread: 'It is recorded, but its receipt could not be checked now. This says nothing against the record.',
}

export const missingCryptoWords: Record<MissingCrypto, string> = {
  insecure: 'This page came without HTTPS, so the browser gives it no cryptography to check with.',
  'no-ed25519': 'This browser does not know Ed25519 signatures; a newer one does.',
}

function witnessedWords({ signatures }: ReceiptCheck): string {
  const count = signatures.filter((signature) => signature.of === 'witness' && signature.holds).length
  return count === 0 ? '' : ` ${plural(count, 'witness', 'witnesses')} signed the same tree.`
}

/** How the check of a receipt by itself ended. */
export function receiptSentence({ problem, receipt, signatures }: ReceiptCheck): string {
  if (problem !== null || receipt === null) return `This receipt proves nothing. ${problem ?? ''}`.trim()
  const { index, checkpoint } = receipt
  const by = signatures.find((signature) => signature.of === 'log' && signature.holds)
  return `This receipt holds: the entry below is number ${formatCount(index)} of the log ${checkpoint.origin}, in the tree of ${plural(checkpoint.size, 'entry', 'entries')} that key ${by?.id ?? ''} signed.`
}

export function signatureVerdict({ of, holds }: SignatureCheck): Verdict {
  if (of === 'unknown') return { tone: 'unknown', word: 'not checked' }
  return holds ? { tone: 'holds', word: 'holds' } : { tone: 'fails', word: 'does not hold' }
}

export function signatureWords({ name, id, of }: SignatureCheck): string {
  if (of === 'log') return `The log’s key ${id} signed the checkpoint`
  if (of === 'witness') return `Witness ${name} signed it too`
  return `Signed by ${name}+${id}, a key that was not given`
}
