import { describe, expect, it } from 'vitest'
import { decisionDetail } from '../../mock/decision-samples.ts'
import { createMockStore } from '../../mock/mock-store.ts'
import { reviewState } from '../../mock/review-samples.ts'
import { checkReceipt } from './check-receipt.ts'
import { proofState, type ProofFacts } from './proof-state.ts'
import { foundCrypto } from './testing.ts'

const crypto = { kind: 'found', crypto: await foundCrypto() } as const
const decision = decisionDetail({})
const facts: ProofFacts = {
  decision,
  crypto,
  receipt: undefined,
  check: undefined,
  error: null,
  isPending: false,
}
const uncovered = { ...decision, proof: { ...decision.proof, checkpointed: false } }

describe('what is said of a proof', () => {
  it('is "proven" only for a receipt that holds and is of this decision', async () => {
    const store = createMockStore({ clock: () => 1_772_546_589_000 })
    const [first, second] = store.decisions
    const shown = store.detail(first?.id ?? '')
    const other = store.detail(second?.id ?? '')
    if (!shown || !other) throw new Error('Invariant broken: the mock has decisions')
    const receipt = store.log.receipt(shown.log.index)
    const keys = { log: store.log.state('usual').keys.map((key) => key.vkey) }
    const check = await checkReceipt(receipt, keys, crypto.crypto)
    expect(proofState({ ...facts, decision: shown, receipt, check })).toMatchObject({ kind: 'proven' })
    expect(proofState({ ...facts, decision: other, receipt, check })).toMatchObject({ kind: 'refuted' })
    expect(proofState({ ...facts, decision: { ...shown, route: 'fallback' }, receipt, check }).kind).toBe('refuted')
    const forged = await checkReceipt(store.log.receipt(shown.log.index, { isForged: true }), keys, crypto.crypto)
    expect(proofState({ ...facts, decision: shown, receipt, check: forged })).toMatchObject({
      kind: 'refuted',
      problem: forged.problem,
    })
  })

  it('waits for the checkpoint, then for the receipt', () => {
    expect(proofState({ ...facts, decision: uncovered }).kind).toBe('follows')
    expect(proofState({ ...facts, decision: uncovered, error: new Error('503'), isPending: true }).kind).toBe('follows')
    expect(proofState({ ...facts, decision: uncovered, receipt: 'x' }).kind).toBe('reading')
    expect(proofState(facts).kind).toBe('reading')
  })

  it('is never good where something is missing', () => {
    expect(proofState({ ...facts, error: new Error('gone') }).kind).toBe('unread')
    expect(proofState({ ...facts, crypto: { kind: 'missing', why: 'insecure' } })).toEqual({
      kind: 'unsupported',
      why: 'insecure',
    })
  })

  it('is hidden as long as a blind audit hides the decision', () => {
    const audit = reviewState({ kind: 'audit' })
    expect(proofState({ ...facts, decision: { ...decision, withheld: 'blind-audit' } }).kind).toBe('hidden')
    const erased = { ...decision, withheld: 'erased', review: audit, reason: 'audit' } as const
    expect(proofState({ ...facts, decision: erased }).kind).toBe('hidden')
    expect(proofState({ ...facts, decision: { ...erased, review: null } }).kind).toBe('reading')
  })
})
