// What is said of a log's keys in the end: which signed, and whether they lead to one that came another way.

import type { Findings } from './finding.ts'
import type { KeyChain } from './key-chain.ts'
import { parseVerifierKey, type VerifierKey } from './signed-note.ts'
import type { LogSource } from './source.ts'

export type KeyFigures = {
  /** `given`: signatures lead to a key that came another way. `beside`: only to one that lies with the log. */
  readonly trust: 'given' | 'beside' | 'none'
  /** As vkeys, oldest first. */
  readonly inForce: readonly string[]
  /** Checkpoints whose signature could not be checked for want of an older key; their roots were. */
  readonly unknownSignatures: number
}

/** Keys that lie beside the log, as far as they can be read. */
export async function keysBeside(source: LogSource, findings: Findings): Promise<VerifierKey[]> {
  const keys: VerifierKey[] = []
  for (const vkey of await source.keys()) {
    const key = parseVerifierKey(vkey)
    if (typeof key !== 'string') keys.push(key)
    else findings.fault('key-malformed', {}, `A key that lies beside the log cannot be read: ${key}.`)
  }
  return keys
}

type KeyTask = {
  readonly given: readonly VerifierKey[]
  readonly keys: KeyChain
  readonly findings: Findings
  readonly origin: string | undefined
  readonly hasCheckpoint: boolean
  readonly isComplete: boolean
}

export function judgeKeys({ given, keys, findings, origin, hasCheckpoint, isComplete }: KeyTask): void {
  if (!hasCheckpoint) {
    findings.fault(
      'checkpoint-missing',
      {},
      'The log has no checkpoint that can be read: nothing says that these are the entries that were written.',
    )
    return
  }
  const [first] = given
  if (first && first.name !== origin)
    findings.fault('key-unknown', {}, `The key given is of the log ${first.name}, and this is ${origin}.`)
  else if (first && !keys.isTrusted)
    findings.fault(
      'key-unknown',
      {},
      `No checkpoint is signed by the key given, ${first.keyId}, or by one that is linked with it.${isComplete ? '' : unlinked(keys)}`,
    )
  else if (!first && keys.inForce.length === 0)
    findings.fault('key-unknown', {}, 'No key is known by which a checkpoint is signed.')
}

function unlinked({ inForce }: KeyChain): string {
  const newest = inForce.at(-1)
  if (!newest) return ''
  return ` ${newest.keyId} signs now. If the key was rotated, the checkpoint that both signed is not here: give it too, or the newer key.`
}

export function keyFigures(keys: KeyChain): KeyFigures {
  return {
    trust: keys.isTrusted ? 'given' : keys.inForce.length > 0 ? 'beside' : 'none',
    inForce: keys.inForce.map(({ vkey }) => vkey),
    unknownSignatures: keys.unknown,
  }
}
