// What a page may say of a decision's proof. It says "proven" only when the browser itself has checked the receipt and found
// that its entry is the decision that the page shows.
//
//   hidden        while a blind audit is open: the entry tells what the system decided
//   unsupported   this browser, or the way the page came, gives no cryptography to check with
//   follows       recorded, but no checkpoint covers it yet
//   reading       the receipt is fetched or checked
//   unread        the receipt cannot be read now
//   refuted       the receipt does not prove this decision
//   proven

import type { DecisionDetail } from '#wire/decision.ts'
import type { ReceiptCheck } from './check-receipt.ts'
import { matchDecision, type ShownDecision } from './decision-entry.ts'
import type { FoundCrypto, MissingCrypto } from './proof-crypto.ts'

export type ProofState =
  | { readonly kind: 'hidden' }
  | { readonly kind: 'unsupported'; readonly why: MissingCrypto }
  | { readonly kind: 'follows' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'unread'; readonly error: unknown }
  | { readonly kind: 'refuted'; readonly problem: string; readonly check: ReceiptCheck }
  | { readonly kind: 'proven'; readonly compared: readonly string[]; readonly check: ReceiptCheck }

export type ProvableDecision = ShownDecision & Pick<DecisionDetail, 'proof' | 'withheld' | 'review'>

export type ProofFacts = {
  readonly decision: ProvableDecision
  /** Undefined while it is not known. */
  readonly crypto: FoundCrypto | undefined
  readonly receipt: string | undefined
  readonly check: ReceiptCheck | undefined
  /** Why the receipt, or what is needed to check it, cannot be read. */
  readonly error: unknown
  /** The error is that no checkpoint covers it yet. */
  readonly isPending: boolean
}

export function proofState({ decision, crypto, receipt, check, error, isPending }: ProofFacts): ProofState {
  if (isHidden(decision)) return { kind: 'hidden' }
  if (crypto?.kind === 'missing') return { kind: 'unsupported', why: crypto.why }
  if (check !== undefined) return judge(check, decision)
  if (isPending) return { kind: 'follows' }
  if (error !== null && error !== undefined) return { kind: 'unread', error }
  return receipt === undefined && !decision.proof.checkpointed ? { kind: 'follows' } : { kind: 'reading' }
}

/** The API hides what the system decided, so the entry, which tells it, is not asked for either. */
export function isHidden({ withheld, review, reason }: ProvableDecision): boolean {
  const isOpenAudit = review?.kind === 'audit' && review.status !== 'done'
  return withheld === 'blind-audit' || (withheld === 'erased' && isOpenAudit && reason === 'audit')
}

function judge(check: ReceiptCheck, decision: ShownDecision): ProofState {
  if (check.problem !== null || check.receipt === null) {
    return { kind: 'refuted', problem: check.problem ?? 'The receipt cannot be read.', check }
  }
  const match = matchDecision(check.receipt.entry, check.receipt.index, decision)
  if (match.kind === 'other') return { kind: 'refuted', problem: match.problem, check }
  return { kind: 'proven', compared: match.compared, check }
}
