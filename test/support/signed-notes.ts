// Who signed a note, for tests.

import { parseNote, parseVkey, verifyNote } from '#core/tlog/note.ts'

/** Those of `vkeys` whose signatures hold, in the order of the note's lines; fails on one that does not hold. */
export function signersOf(note: string, vkeys: readonly string[]): string[] {
  const keys = vkeys.map(parseVkey)
  const verified = verifyNote(note, keys)
  if (verified.kind === 'refused') throw new Error(verified.reason)
  return parseNote(note).signatures.flatMap(({ name, id }) => {
    const key = verified.by.find((one) => one.name === name && one.id === id)
    return key ? [key.vkey] : []
  })
}
