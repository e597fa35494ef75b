// A receipt (c2sp.org/tlog-proof@v1): the entry's own bytes, its place, the hashes up to the root, and the checkpoint that
// vouches for the root.

import { fromBase64, ProofProblem, type Bytes } from './bytes.ts'
import { parseCheckpoint, parseNote, parseNumber, type Checkpoint, type Note } from './note.ts'

export type Receipt = {
  readonly index: number
  readonly entry: Bytes
  readonly proof: readonly Bytes[]
  readonly checkpoint: Checkpoint
  readonly note: Note
}

const firstLine = 'c2sp.org/tlog-proof@v1'
const hashesMax = 63
/** An entry has at most 65,535 bytes; proofs and cosignatures need a few thousand more. */
export const receiptBytesMax = 256 * 1024

/** Errors: ProofProblem. */
export function parseReceipt(text: string): Receipt {
  if (text.length > receiptBytesMax) throw new ProofProblem('This is far longer than any receipt.')
  const split = text.indexOf('\n\n')
  if (!text.startsWith(`${firstLine}\n`) || split < 0) {
    throw new ProofProblem(`This is no receipt: one begins with the line ${firstLine} and contains an empty line.`)
  }
  const lines = text.slice(0, split).split('\n').slice(1)
  const extra = lines[0]?.startsWith('extra ') ? lines.shift() : undefined
  if (extra === undefined) {
    throw new ProofProblem(
      'The receipt does not carry the entry’s bytes (a line “extra …”), so there is nothing to hash.',
    )
  }
  const indexLine = lines.shift() ?? ''
  if (!indexLine.startsWith('index ')) throw new ProofProblem('The receipt has no line “index …” where it belongs.')
  if (lines.length > hashesMax) throw new ProofProblem(`The receipt has more than ${hashesMax} hashes.`)
  const note = parseNote(text.slice(split + 2))
  return {
    index: parseNumber(indexLine.slice('index '.length), 'The receipt’s index'),
    entry: fromBase64(extra.slice('extra '.length), 'The receipt’s extra'),
    proof: lines.map(parseHash),
    checkpoint: parseCheckpoint(note.text),
    note,
  }
}

function parseHash(line: string, at: number): Bytes {
  const hash = fromBase64(line, `Hash ${at + 1} of the receipt`)
  if (hash.length !== 32)
    throw new ProofProblem(`Hash ${at + 1} of the receipt has ${hash.length} bytes instead of 32.`)
  return hash
}
