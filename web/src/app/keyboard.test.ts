import { describe, expect, it } from 'vitest'
import { matchKey, type KeyBinding, type Keystroke } from './keyboard.ts'

const nothing = () => undefined
const bindings: KeyBinding[] = [
  { keys: 'a', does: 'approve', run: nothing },
  { keys: '?', does: 'keys', run: nothing },
  { keys: '1-9', does: 'reason', run: nothing },
  { keys: 'Enter', does: 'open', run: nothing },
  { keys: 'Escape', does: 'leave', alsoInFields: true, run: nothing },
  { keys: 'Ctrl+k', does: 'palette', run: nothing },
]
const plain: Keystroke = { key: 'a', isCtrlOrCmd: false, isAlt: false, isInField: false, isOnControl: false }
const pressed = (stroke: Partial<Keystroke>, singleKeys = true) => {
  const match = matchKey(bindings, { ...plain, ...stroke }, { singleKeys })
  return match && [match.binding.does, match.digit]
}

describe('the keyboard map', () => {
  it.each([
    ['a letter', { key: 'a' }, ['approve', 0]],
    ['a letter in capitals', { key: 'A' }, ['approve', 0]],
    ['a digit', { key: '7' }, ['reason', 7]],
    ['no zero', { key: '0' }, undefined],
    ['a question mark', { key: '?' }, ['keys', 0]],
    ['Ctrl+K', { key: 'k', isCtrlOrCmd: true }, ['palette', 0]],
    ['not k alone', { key: 'k' }, undefined],
    ['not Ctrl+A, which selects all', { key: 'a', isCtrlOrCmd: true }, undefined],
    ['not Alt+A', { key: 'a', isAlt: true }, undefined],
    ['no letter while typing', { key: 'a', isInField: true }, undefined],
    ['Escape while typing', { key: 'Escape', isInField: true }, ['leave', 0]],
    ['Ctrl+K while typing', { key: 'k', isCtrlOrCmd: true, isInField: true }, ['palette', 0]],
    ['Enter', { key: 'Enter' }, ['open', 0]],
    ['no Enter on a button, which has its own', { key: 'Enter', isOnControl: true }, undefined],
  ])('knows %s', (_what, stroke, expected) => {
    expect(pressed(stroke)).toEqual(expected)
  })

  it('leaves single keys alone when they are switched off', () => {
    expect([pressed({ key: 'a' }, false), pressed({ key: '7' }, false), pressed({ key: 'Escape' }, false)]).toEqual([
      undefined,
      undefined,
      ['leave', 0],
    ])
  })
})
