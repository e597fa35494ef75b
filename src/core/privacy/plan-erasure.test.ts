import { describe, expect, it } from 'vitest'
import { planErasure, type Erasable, type HoldInForce } from './plan-erasure.ts'

const decision = (index: number, more: Partial<Erasable> = {}): Erasable => ({
  indices: [index, index + 100],
  isDecision: true,
  useCase: 'credit',
  subjectRef: 'ann',
  ...more,
})
const onCredit: HoldInForce = { id: 'h1', useCase: 'credit', subjectRef: null, reason: 'case 1' }
const onAnn: HoldInForce = { id: 'h2', useCase: null, subjectRef: 'ann', reason: 'case 2' }

describe('what of an erasure may go', () => {
  it('is everything without holds', () => {
    const outcome: Erasable = { indices: [7], isDecision: false, useCase: null, subjectRef: 'ann' }
    expect(planErasure([decision(1), decision(2), outcome], [])).toMatchObject({
      indices: [1, 101, 2, 102, 7],
      decisions: 2,
      held: [],
      heldDecisions: 0,
    })
  })

  it('leaves what a hold on the use case or on the person covers, and counts each decision once', () => {
    const found = [decision(1), decision(2, { useCase: 'mail' }), decision(3, { useCase: 'mail', subjectRef: 'bob' })]
    expect(planErasure(found, [onCredit, onAnn])).toMatchObject({
      indices: [3, 103],
      decisions: 1,
      held: [
        { hold: 'h1', decisions: 1 },
        { hold: 'h2', decisions: 2 },
      ],
      heldDecisions: 2,
    })
  })

  it('never takes a hold on a person for one on whatever has no person', () => {
    const nobodys = decision(1, { subjectRef: undefined })
    const erasedPerson: HoldInForce = { ...onAnn, subjectRef: null }
    expect(planErasure([nobodys], [onAnn, erasedPerson])).toMatchObject({ decisions: 1, held: [] })
  })

  it('neither takes nor keeps what was erased before', () => {
    const gone = decision(1, { indices: [], isDecision: false })
    expect(planErasure([gone], [onCredit])).toEqual({
      going: [],
      indices: [],
      decisions: 0,
      held: [],
      heldDecisions: 0,
    })
  })
})
