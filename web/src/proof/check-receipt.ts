// Checks a receipt in the browser, one step after the other: the entry's bytes hash to a leaf, the leaf and the proof to a
// root, the root is the one of the checkpoint, and the log's key signed that checkpoint. Witnesses come on top.
//
// Written apart from the server's code on purpose: an error there is not an error here. Nothing is asked of the server.

import { ProofProblem, sameBytes, toHex, type Bytes } from './bytes.ts'
import { hashSteps, leafHash, type HashStep } from './inclusion.ts'
import { checkSignature, type NoteSignature } from './note.ts'
import type { ProofCrypto } from './proof-crypto.ts'
import { parseReceipt, type Receipt } from './receipt.ts'
import { parseVkey, type Vkey } from './vkey.ts'

/** By whom a line under the checkpoint is, and whether it holds. `unknown`: by a key that was not given, so not checked. */
export type SignatureCheck = {
  readonly name: string
  readonly id: string
  readonly of: 'log' | 'witness' | 'unknown'
  readonly holds: boolean
  /** When a witness saw it, as it signed. */
  readonly at: string | null
}

/** What was found, as far as it was read. `problem` is null when the receipt proves what it says. */
export type ReceiptCheck = {
  readonly problem: string | null
  readonly receipt: Receipt | null
  readonly leaf: Bytes | null
  readonly steps: readonly HashStep[]
  /** What the steps lead to; the leaf itself in a tree of one entry. */
  readonly root: Bytes | null
  readonly signatures: readonly SignatureCheck[]
}

export type CheckingKeys = {
  /** Of the log: the key in force and those before it. One of them has to have signed. */
  readonly log: readonly string[]
  readonly witnesses?: readonly string[]
}

const nothingFound: ReceiptCheck = { problem: null, receipt: null, leaf: null, steps: [], root: null, signatures: [] }

/** Never throws for what is in the receipt: that is what the answer says. */
export async function checkReceipt(text: string, keys: CheckingKeys, crypto: ProofCrypto): Promise<ReceiptCheck> {
  let found = nothingFound
  try {
    const receipt = parseReceipt(text)
    const { index, entry, proof, checkpoint } = receipt
    found = { ...found, receipt }
    const leaf = await leafHash(entry, crypto)
    found = { ...found, leaf }
    const steps = await hashSteps({ index, size: checkpoint.size, leaf, proof }, crypto)
    const root = steps.at(-1)?.result ?? leaf
    found = { ...found, steps, root }
    if (!sameBytes(root, checkpoint.root)) {
      const words = `The hashes lead to the root ${toHex(root)}, but the checkpoint says ${toHex(checkpoint.root)}.`
      throw new ProofProblem(`${words} The entry, its place or the proof is not what the log holds.`)
    }
    const signatures = await checkSignatures(receipt, keys, crypto)
    found = { ...found, signatures }
    return { ...found, problem: signatureProblem(receipt, signatures) }
  } catch (error) {
    if (error instanceof ProofProblem) return { ...found, problem: error.message }
    throw error
  }
}

async function checkSignatures({ note }: Receipt, keys: CheckingKeys, crypto: ProofCrypto): Promise<SignatureCheck[]> {
  const log = await Promise.all(keys.log.map((key) => parseVkey(key, crypto)))
  const witnesses = await Promise.all((keys.witnesses ?? []).map((key) => parseVkey(key, crypto)))
  return Promise.all(
    note.signatures.map(async (signature) => {
      const logKey = log.find((key) => isBy(key, signature))
      const key = logKey ?? witnesses.find((each) => isBy(each, signature))
      const { name, id } = signature
      if (key === undefined) return { name, id, of: 'unknown', holds: false, at: null }
      const { holds, at } = await checkSignature({ text: note.text, signature, key }, crypto)
      return { name, id, of: key === logKey ? 'log' : 'witness', holds, at }
    }),
  )
}

function isBy(key: Vkey, signature: NoteSignature): boolean {
  return key.name === signature.name && key.id === signature.id
}

function signatureProblem({ checkpoint, note }: Receipt, signatures: readonly SignatureCheck[]): string | null {
  const broken = signatures.find((signature) => signature.of !== 'unknown' && !signature.holds)
  if (broken !== undefined) {
    return `The signature of ${broken.name}+${broken.id} does not fit the checkpoint: one of the two was changed.`
  }
  const byLog = signatures.filter((signature) => signature.of === 'log')
  if (byLog.length === 0) {
    const names = note.signatures.map(({ name, id }) => `${name}+${id}`).join(', ')
    return `No key that was given signed the checkpoint; it is signed by ${names}.`
  }
  if (!byLog.some((signature) => signature.name === checkpoint.origin)) {
    return `The checkpoint is of the log ${checkpoint.origin}, but the key is that of ${byLog[0]?.name ?? 'another'}.`
  }
  return null
}
