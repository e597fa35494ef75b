import { describe, expect, it } from 'vitest'
import { decisionDetail } from '../../mock/decision-samples.ts'
import { decisionSentence } from './decision-sentence.ts'

const sentence = (changes: Parameters<typeof decisionDetail>[0]) => decisionSentence(decisionDetail(changes), 'UTC')
const review = {
  id: '0198aaaa-0000-7000-8000-000000000001',
  useCase: 'inbox-triage',
  kind: 'decision',
  status: 'done',
  openedAt: '2026-03-03T14:03:09.000Z',
  dueAt: null,
  claimedBy: null,
  claimedByMe: false,
  claimedUntil: null,
  doneAt: '2026-03-03T14:10:00.000Z',
  doneBy: 'mail desk',
  verdict: 'approve',
  reason: null,
  comment: null,
  agrees: true,
  log: null,
} as const

describe('the sentence of a decision', () => {
  it('says that the system decided, on what basis, and where it is proven', () => {
    expect(sentence({})).toBe(
      'Decided by the system on 3 March 2026, 14:03 UTC as “spam” by triage 3 (confidence 0.97), by the rule “confidence >= 0.92”. On the log at 48,211.',
    )
  })

  it('says that it waits, and who is at it', () => {
    const waiting = {
      status: 'pending_review',
      route: 'review',
      reason: 'otherwise',
      rule: null,
      finalValue: null,
    } as const
    const held = {
      ...review,
      status: 'claimed',
      claimedBy: 'mail desk',
      doneAt: null,
      doneBy: null,
      agrees: null,
    } as const
    expect(sentence({ ...waiting, review: held })).toBe(
      'Waits for a person since 3 March 2026, 14:03 UTC, because no rule matched; mail desk is at it. On the log at 48,211.',
    )
  })

  it('says whether the person agreed', () => {
    expect(sentence({ route: 'review', review, rule: null, reason: 'large-amount' })).toContain(
      'Decided by mail desk as “spam”, as triage 3 had proposed. Asked on 3 March 2026, 14:03 UTC, because of “large amount”.',
    )
    expect(
      sentence({
        route: 'review',
        finalValue: 'ham',
        review: { ...review, verdict: 'override', agrees: false },
        rule: null,
      }),
    ).toContain('Decided by mail desk as “ham”, otherwise than triage 3 had proposed (spam).')
  })

  it('says why it was refused, that a rule stood in, and that others decided', () => {
    const none = { model: null, confidence: null, value: null, finalValue: null, rule: null } as const
    expect(sentence({ ...none, status: 'rejected', route: 'reject', reason: 'contract-violation' })).toContain(
      'Refused on 3 March 2026, 14:03 UTC, because the input broke the data contract.',
    )
    expect(sentence({ ...none, route: 'fallback', value: 'ham', reason: 'model-timeout' })).toContain(
      'Decided by the baseline rule on 3 March 2026, 14:03 UTC as “ham”, because the model did not answer in time.',
    )
    expect(sentence({ ...none, reason: 'audit', withheld: 'blind-audit' })).toContain(
      'Decided by the system on 3 March 2026, 14:03 UTC, on what basis is hidden while a blind audit of it is open.',
    )
    expect(sentence({ origin: 'observation' })).toContain('Decided elsewhere as “spam” and reported on')
    expect(
      sentence({
        ...none,
        reason: 'holdout',
        route: 'review',
        status: 'pending_review',
        review: { ...review, status: 'open' },
      }),
    ).toContain('because it was drawn for the holdout, where no AI decides.')
  })
})
