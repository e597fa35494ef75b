// Receipts (C2SP tlog-proof): what one entry's owner keeps. It carries the entry, its place, the proof that the log's checkpoint
// covers it, and the checkpoint; with the log's key it can be checked anywhere, without the log.

import { leafHash } from '#core/kernel/merkle-hash.ts'
import { parseCheckpoint, type Checkpoint } from './checkpoint.ts'
import { EventReader } from './event-reader.ts'
import type { Findings } from './finding.ts'
import { inclusionProblem } from './merkle-proof.ts'
import { cosignedAt, fromBase64, isFrom, isValidSignature, type VerifierKey } from './signed-note.ts'
import { hashBytes } from './tree-builder.ts'

export type ReceiptKeys = {
  /** Any of them may have signed: keys of one log, the newest and older ones. */
  readonly keys: readonly VerifierKey[]
  /** All of them must have cosigned. */
  readonly witnesses: readonly VerifierKey[]
}

/** What a receipt that holds proves: this log promised this entry. */
export type ProvenEntry = {
  readonly file: string
  readonly origin: string
  readonly index: number
  readonly size: number
  readonly id: string
  readonly type: string
  readonly time: string
  readonly cosigned: readonly { readonly name: string; readonly at: string }[]
}

type Parsed = {
  readonly entry: Uint8Array
  readonly index: number
  readonly proof: readonly Uint8Array[]
  readonly checkpoint: Checkpoint
}

const firstLine = 'c2sp.org/tlog-proof@v1'
const proofLinesMax = 63

/** Undefined when it does not hold: `findings` say why. */
export function verifyReceipt(
  receipt: { readonly file: string; readonly text: string },
  { keys, witnesses }: ReceiptKeys,
  findings: Findings,
): ProvenEntry | undefined {
  const where = { file: receipt.file }
  const parsed = parseReceipt(receipt.text)
  if (typeof parsed === 'string') {
    findings.fault('receipt-malformed', where, `It cannot be read: ${parsed}.`)
    return undefined
  }
  const before = findings.faults
  const { entry, index, proof, checkpoint } = parsed
  const signature = signatureProblem(checkpoint, keys)
  if (signature !== undefined) findings.fault('receipt-not-signed', where, signature)
  const { size, root, origin } = checkpoint
  const inclusion = inclusionProblem({ index, size, leaf: leafHash(entry), proof, root })
  if (inclusion !== undefined)
    findings.fault(
      'receipt-wrong-proof',
      { ...where, entry: index },
      `Its proof does not lead from its entry to its checkpoint: ${inclusion}.`,
    )
  const reader = new EventReader(origin)
  const fault = reader.read(entry)
  if (fault) findings.fault(fault.code, { ...where, entry: index }, `Of its entry: ${fault.problem}.`)
  const cosigned = witnesses.flatMap((witness) => cosignatureOf(checkpoint, { witness, findings, file: receipt.file }))
  if (findings.faults > before) return undefined
  return {
    file: receipt.file,
    origin,
    index,
    size,
    id: reader.id(),
    type: reader.type(),
    time: reader.time(),
    cosigned,
  }
}

/** Answers what is wrong with it as a text. */
function parseReceipt(text: string): Parsed | string {
  const end = text.indexOf('\n\n')
  const [first, ...lines] = text.slice(0, Math.max(0, end)).split('\n')
  if (first !== firstLine) return `its first line is not ${firstLine}`
  const extra = /^extra (\S+)$/.exec(lines[0] ?? '')?.[1]
  if (extra === undefined) return 'it does not carry its entry (a line "extra")'
  const entry = fromBase64(extra)
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines[1] ?? '')?.[1]
  if (!entry) return 'its entry is not base64'
  if (index === undefined || !Number.isSafeInteger(Number(index))) return 'it has no index'
  const proof = lines.slice(2).map((line) => fromBase64(line))
  if (proof.length > proofLinesMax || proof.some((hash) => hash?.length !== hashBytes))
    return 'its proof is not a list of hashes'
  const checkpoint = parseCheckpoint(text.slice(end + 2))
  if (typeof checkpoint === 'string') return `of its checkpoint: ${checkpoint}`
  return { entry, index: Number(index), proof: proof as Uint8Array[], checkpoint }
}

function signatureProblem({ origin, note }: Checkpoint, keys: readonly VerifierKey[]): string | undefined {
  const ours = keys.filter(({ name }) => name === origin)
  if (ours.length === 0) return `It is of the log ${origin}, and no key of that log was given.`
  for (const key of ours) {
    for (const signature of note.signatures.filter((each) => isFrom(each, key))) {
      return isValidSignature(note.text, signature, key)
        ? undefined
        : `The signature of its checkpoint that names the key ${key.keyId} is not by that key.`
    }
  }
  const signers = note.signatures.filter(({ name }) => name === origin).map(({ keyId }) => keyId)
  return `Its checkpoint is not signed by ${ours.map(({ keyId }) => keyId).join(' or ')}, but by ${signers.join(', ') || 'nobody under the name of the log'}.`
}

type Cosigning = { readonly witness: VerifierKey; readonly findings: Findings; readonly file: string }

function cosignatureOf({ note }: Checkpoint, { witness, findings, file }: Cosigning): { name: string; at: string }[] {
  const line = note.signatures.find((each) => isFrom(each, witness))
  if (line && isValidSignature(note.text, line, witness))
    return [{ name: witness.name, at: new Date(Number(cosignedAt(line.signature)) * 1000).toISOString() }]
  if (line)
    findings.fault('cosignature-invalid', { file }, `The cosignature of ${witness.name} is not by that witness.`)
  else findings.fault('cosignature-missing', { file }, `The witness ${witness.name} has not cosigned its checkpoint.`)
  return []
}
