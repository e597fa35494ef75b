import { describe, expect, it } from 'vitest'
import { reviewItem } from '../../mock/review-samples.ts'
import { activeGroup, approval, choiceGroups, choose, ownDecision, startDraft } from './desk-draft.ts'

const item = reviewItem({})
const audit = reviewItem({ kind: 'audit', proposal: null, allowed: { ...item.allowed, approve: 'blind' } })

describe('a reviewer’s draft', () => {
  it('stands before the proposal, and deciding otherwise needs only the reason', () => {
    const draft = startDraft(item)
    expect(draft.isDeciding).toBe(false)
    expect(approval(draft)).toEqual({ verdict: 'approve' })
    expect(approval({ ...draft, comment: ' clear ' })).toEqual({ verdict: 'approve', comment: 'clear' })
    expect(ownDecision(item, draft)).toMatchObject({ kind: 'invalid', problems: [{ field: 'reason' }] })
    expect(ownDecision(item, choose(draft, 'reason', 'newsletter'))).toEqual({
      kind: 'decision',
      decision: { verdict: 'override', output: { label: 'ham', score: 0.61 }, reason: 'newsletter' },
    })
  })

  it('asks at once where there is nothing to approve, and an audit for no reason', () => {
    const draft = startDraft(audit)
    expect(draft).toMatchObject({ isDeciding: true, values: {} })
    expect(choiceGroups(audit, draft).map((group) => group.name)).toEqual(['label'])
    const filled = choose(choose(draft, 'label', 'ham'), 'score', 0.1)
    expect(ownDecision(audit, filled)).toMatchObject({
      kind: 'decision',
      decision: { output: { label: 'ham', score: 0.1 } },
    })
  })

  it('begins again where a verdict that came back had left off', () => {
    const earlier = {
      verdict: 'override',
      output: { label: 'spam', score: 0.5 },
      reason: 'newsletter',
      comment: 'x',
    } as const
    expect(startDraft(item, earlier)).toMatchObject({
      isDeciding: true,
      values: { label: 'spam', score: 0.5 },
      reason: 'newsletter',
      comment: 'x',
    })
  })

  it('edits as JSON what has no form', () => {
    const odd = reviewItem({ outputSchema: { type: 'array' }, proposal: [1] })
    const draft = choose(startDraft(odd), 'reason', 'newsletter')
    expect(ownDecision(odd, { ...draft, json: '[2]' })).toMatchObject({ decision: { output: [2] } })
    expect(ownDecision(odd, { ...draft, json: '[' })).toMatchObject({ kind: 'invalid' })
  })
})

describe('what the digits choose in', () => {
  it('is the first group without a choice, unless another has the focus', () => {
    const groups = choiceGroups(item, startDraft(item))
    expect(groups.map((group) => group.name)).toEqual(['label', 'reason'])
    expect(activeGroup(groups, undefined)?.name).toBe('reason')
    expect(activeGroup(groups, 'label')?.name).toBe('label')
    expect(activeGroup(choiceGroups(item, choose(startDraft(item), 'reason', 'newsletter')), undefined)?.name).toBe(
      'reason',
    )
    expect(activeGroup([], undefined)).toBeUndefined()
  })
})
