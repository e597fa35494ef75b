// A kept checkpoint as the port gives it: the signed note and the lines of witnesses joined.

import type { SignedCheckpoint } from './tree-grower.ts'
import type { Cosignature, KeptCheckpoint } from './tree.ts'

const rootLine = 2

export function keptCheckpointOf(
  { size, at, note }: SignedCheckpoint,
  cosignatures: readonly Cosignature[] = [],
): KeptCheckpoint {
  const lines = cosignatures.map(({ line }) => `${line}\n`).join('')
  return { size, at, root: note.split('\n')[rootLine] ?? '', note: note + lines, cosignatures }
}
