// The one thing a witness does (c2sp.org/tlog-witness): take a checkpoint with the proof that it continues the last one,
// keep it, and cosign it.
//
// From the comparison with what was kept to the end of the write there is no await: requests for a log cannot overlap, so a
// slower one never takes the log back to a smaller tree.

import { decodeBase64 } from '#core/tlog/base64.ts'
import { parseCheckpoint, type Checkpoint } from '#core/tlog/checkpoint.ts'
import { cosign } from '#core/tlog/cosignature.ts'
import { parseNote, verifyNote, type Signer } from '#core/tlog/note.ts'
import { checkConsistency } from '#core/tlog/proof.ts'
import type { WitnessBook } from './witness-book.ts'

export type AddCheckpointParts = {
  readonly book: WitnessBook
  readonly cosigner: Signer
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

export type AddCheckpointAnswer =
  | { readonly kind: 'cosigned'; readonly lines: string }
  | { readonly kind: 'malformed' | 'unknown-log' | 'not-signed' | 'not-consistent'; readonly reason: string }
  | { readonly kind: 'conflict'; readonly size: number }

/** Errors: those of writing what it knows; nothing is cosigned then. */
export function addCheckpoint({ book, cosigner, clock }: AddCheckpointParts, body: Uint8Array): AddCheckpointAnswer {
  const request = readRequest(body)
  if (typeof request === 'string') return { kind: 'malformed', reason: request }
  const { old, proof, note, checkpoint } = request
  const log = book.find(checkpoint.origin)
  if (!log) return { kind: 'unknown-log', reason: `this witness does not follow ${checkpoint.origin}` }
  const signed = verifyNote(note, log.keys)
  if (signed.kind === 'refused') return { kind: 'not-signed', reason: signed.reason }
  if (old > checkpoint.size) {
    return { kind: 'malformed', reason: `the old size ${old} is more than the checkpoint's ${checkpoint.size}` }
  }

  const latest = book.latest(log)
  const isSameSize = old === checkpoint.size
  if (old !== latest.size || (isSameSize && Buffer.compare(latest.root, checkpoint.root) !== 0)) {
    return { kind: 'conflict', size: latest.size }
  }
  const claim = { from: old, to: checkpoint.size, fromRoot: latest.root, toRoot: checkpoint.root, proof }
  const reason = checkConsistency(claim)
  if (reason !== undefined) return { kind: 'not-consistent', reason }
  // The root of nothing is known to all: there is nothing to keep.
  if (!isSameSize) book.keep(log, note)
  return { kind: 'cosigned', lines: `${cosign(signed.note.text, Math.floor(clock() / 1000), cosigner)}\n` }
}

type Request = {
  readonly old: number
  readonly proof: readonly Uint8Array[]
  readonly note: string
  readonly checkpoint: Checkpoint
}

const proofLinesMax = 63

/** A text says what is wrong with it. */
function readRequest(body: Uint8Array): Request | string {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return 'the body is not UTF-8'
  }
  const split = text.indexOf('\n\n')
  if (split < 0) return 'the body has no empty line before the checkpoint'
  const [first = '', ...lines] = text.slice(0, split).split('\n')
  const [, digits] = /^old (0|[1-9]\d*)$/.exec(first) ?? []
  if (digits === undefined) return 'the first line is not `old <size>`'
  if (!Number.isSafeInteger(Number(digits))) return 'the old size is more than can be counted here'
  if (lines.length > proofLinesMax) return `the proof has ${lines.length} lines; ${proofLinesMax} are allowed`
  const proof = lines.map(decodeBase64)
  if (!proof.every((hash) => hash?.length === 32)) return 'a line of the proof is not 32 bytes in base64'
  const note = text.slice(split + 2)
  try {
    const checkpoint = parseCheckpoint(parseNote(note).text)
    return { old: Number(digits), proof: proof as Uint8Array[], note, checkpoint }
  } catch (error) {
    return (error as Error).message
  }
}
