import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reviewItem } from '../../mock/review-samples.ts'
import { currentItem, deskQueue, emptyDesk, type DeskEvent } from './desk-queue.ts'

const items = ['a', 'b', 'c'].map((id) => reviewItem({ id }))
const after = (...events: DeskEvent[]) => events.reduce(deskQueue, deskQueue(emptyDesk, { kind: 'loaded', items }))
const shown = (...events: DeskEvent[]) => currentItem(after(...events))?.id
const order = (...events: DeskEvent[]) => after(...events).items.map((item) => item.id)
const refused: DeskEvent = {
  kind: 'refused',
  returned: {
    item: reviewItem({ id: 'a' }),
    decision: { verdict: 'approve' },
    words: { what: 'No', why: '', todo: '', id: undefined, kind: 'other' },
  },
}

describe('the queue of the desk', () => {
  it('shows the next item the moment one is decided', () => {
    expect(shown()).toBe('a')
    expect(shown({ kind: 'decided', id: 'a' })).toBe('b')
    expect(shown({ kind: 'next' }, { kind: 'next' }, { kind: 'decided', id: 'c' })).toBe('a')
    expect(
      shown({ kind: 'decided', id: 'a' }, { kind: 'decided', id: 'b' }, { kind: 'decided', id: 'c' }),
    ).toBeUndefined()
  })

  it('does not show again what was decided here, though an older page still lists it', () => {
    expect(order({ kind: 'decided', id: 'a' }, { kind: 'loaded', items })).toEqual(['b', 'c'])
  })

  it('leaves the shown item alone when a decision is refused, and takes the refused one up when asked', () => {
    const events: DeskEvent[] = [{ kind: 'decided', id: 'a' }, refused]
    expect(shown(...events)).toBe('b')
    expect(after(...events).returned).toHaveLength(1)
    expect(order(...events, { kind: 'taken-up', id: 'a' })).toEqual(['a', 'b', 'c'])
    expect(shown(...events, { kind: 'taken-up', id: 'a' })).toBe('a')
    expect(after(...events, { kind: 'taken-up', id: 'a' }).returned).toEqual([])
    expect(after(...events, { kind: 'dismissed', id: 'a' }).returned).toEqual([])
  })

  it('puts a skipped item behind the others', () => {
    expect(order({ kind: 'skipped' })).toEqual(['b', 'c', 'a'])
    expect(shown({ kind: 'skipped' })).toBe('b')
    expect(shown({ kind: 'next' }, { kind: 'next' }, { kind: 'skipped' })).toBe('a')
  })

  it('keeps the shown item when one before it goes', () => {
    expect(shown({ kind: 'next' }, { kind: 'gone', id: 'a' })).toBe('b')
  })

  it('always shows something while anything is left, and never the same item twice', () => {
    const event = fc.oneof(
      fc.constantFrom<DeskEvent>(
        { kind: 'next' },
        { kind: 'previous' },
        { kind: 'skipped' },
        { kind: 'loaded', items },
        refused,
      ),
      fc
        .constantFrom('a', 'b', 'c')
        .chain((id) =>
          fc.constantFrom<DeskEvent>(
            { kind: 'decided', id },
            { kind: 'gone', id },
            { kind: 'taken-up', id },
            { kind: 'dismissed', id },
          ),
        ),
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const queue = after(...events)
        const ids = queue.items.map((item) => item.id)
        expect(new Set(ids).size).toBe(ids.length)
        expect(currentItem(queue) !== undefined).toBe(ids.length > 0)
      }),
    )
  })
})
