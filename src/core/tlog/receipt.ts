// Receipts (c2sp.org/tlog-proof): an entry's place on the log, the proof that a checkpoint covers it, and the checkpoint, in
// one text that can be checked offline. `extra` carries the entry's own bytes; nothing signs them, the proof binds them.

import { PlatformError } from '#core/kernel/errors.ts'
import { hashBytes, leafHash } from '#core/kernel/merkle-hash.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { verifyNote, type VerifierKey } from './note.ts'
import { checkInclusion } from './proof.ts'

export type Receipt = {
  readonly index: number
  /** From the leaf's sibling up. */
  readonly proof: readonly Uint8Array[]
  /** The signed note. */
  readonly checkpoint: string
  /** The entry's own bytes. */
  readonly extra?: Uint8Array
}

const firstLine = 'c2sp.org/tlog-proof@v1'
const proofLinesMax = 63

export function formatReceipt({ index, proof, checkpoint, extra }: Receipt): string {
  const extraLine = extra === undefined ? '' : `extra ${encodeBase64(extra)}\n`
  const proofLines = proof.map((hash) => `${encodeBase64(hash)}\n`).join('')
  return `${firstLine}\n${extraLine}index ${index}\n${proofLines}\n${checkpoint}`
}

/** Errors: note_malformed. Nothing is checked yet. */
export function parseReceipt(text: string): Receipt {
  const split = text.indexOf('\n\n')
  const [first, ...lines] = text.slice(0, Math.max(0, split)).split('\n')
  if (first !== firstLine) throw malformed(`Its first line is not ${firstLine}`)
  const extra = lines[0]?.startsWith('extra ') ? lines.shift()?.slice('extra '.length) : undefined
  const [, index = ''] = /^index (0|[1-9]\d*)$/.exec(lines.shift() ?? '') ?? []
  if (index === '' || !Number.isSafeInteger(Number(index))) throw malformed('It has no line with the index')
  if (lines.length > proofLinesMax) throw malformed(`Its proof has ${lines.length} hashes`)
  const receipt = { index: Number(index), proof: lines.map(parseHash), checkpoint: text.slice(split + 2) }
  if (extra === undefined) return receipt
  const bytes = decodeBase64(extra)
  if (bytes === undefined) throw malformed('Its line extra is not base64')
  return { ...receipt, extra: bytes }
}

function parseHash(line: string): Uint8Array {
  const hash = decodeBase64(line)
  if (hash?.length === hashBytes) return hash
  throw malformed(`This line of its proof is not 32 bytes in base64: ${JSON.stringify(line.slice(0, 60))}`)
}

/**
 * Undefined when one of `keys` promised the entry, else why not. `entry` is for receipts that do not carry it.
 * Errors: note_malformed for what cannot be read at all.
 */
export function checkReceipt(
  text: string,
  { keys, entry }: { readonly keys: readonly VerifierKey[]; readonly entry?: Uint8Array },
): string | undefined {
  const { index, proof, checkpoint, extra } = parseReceipt(text)
  const bytes = entry ?? extra
  if (bytes === undefined) return 'the receipt does not carry the entry; give its bytes'
  const signed = verifyNote(checkpoint, keys)
  if (signed.kind === 'refused') return signed.reason
  const { origin, size, root } = parseCheckpoint(signed.note.text)
  if (!signed.by.some((key) => key.name === origin)) return `the checkpoint is of another log: ${origin}`
  return checkInclusion({ index, size, leaf: leafHash(bytes), proof, root })
}

function malformed(what: string): PlatformError {
  return new PlatformError('note_malformed', `The receipt cannot be read. ${what}.`, {
    hint: 'The format is that of https://c2sp.org/tlog-proof.',
  })
}
