// One submission to one witness: the request's text, and what came of it after everything was checked.

import { PlatformError } from '#core/kernel/errors.ts'
import { encodeBase64 } from '#core/tlog/base64.ts'
import { verifyCosignature } from '#core/tlog/cosignature.ts'
import { isSignedBy, parseNote, parseSignatureLine } from '#core/tlog/note.ts'
import { checkConsistency, consistencyProof, treeRoot, type ReadTile } from '#core/tlog/proof.ts'
import type { PolicyWitness } from '#core/tlog/witness-policy.ts'
import type { KeptCheckpoint, LogTree } from '#log/tree.ts'

/** What a witness's answer means; src/outgoing makes it. */
export type WitnessAnswer =
  | { readonly kind: 'cosigned'; readonly body: string }
  | { readonly kind: 'conflict'; readonly size: number }
  | {
      readonly kind: 'refused'
      readonly reason: 'unknown-log' | 'bad-signature' | 'bad-proof' | 'other'
      readonly detail: string
    }
  | { readonly kind: 'away'; readonly detail: string; readonly retryAfterMs?: number }

export type SubmitCheckpoint = (request: {
  readonly url: string
  readonly body: string
  readonly timeoutMs: number
}) => Promise<WitnessAnswer>

/** A witness of the policy that can be asked. */
export type AskedWitness = PolicyWitness & { readonly url: string }

export function isAsked(witness: PolicyWitness): witness is AskedWitness {
  return witness.url !== undefined
}

export type CallOutcome =
  | { readonly kind: 'cosigned'; readonly line: string }
  /** It has another size than we thought, one that we have a checkpoint for: ask again from there. */
  | { readonly kind: 'elsewhere'; readonly size: number }
  | { readonly kind: 'away'; readonly detail: string; readonly retryAfterMs?: number }
  /** `evidence`: it saw a log that ours does not continue. */
  | { readonly kind: 'refused'; readonly detail: string; readonly evidence?: PlatformError }

export type CallParts = {
  readonly tree: Pick<LogTree, 'tile' | 'latest' | 'waitFor'>
  readonly submit: SubmitCheckpoint
  readonly timeoutMs: number
  /** How long to wait for a checkpoint that a witness has seen and this process has not. */
  readonly newerMs: number
}

type Call = { readonly witness: AskedWitness; readonly checkpoint: KeptCheckpoint; readonly old: number }

/** Errors: those of reading tiles. */
export async function callWitness(parts: CallParts, call: Call): Promise<CallOutcome> {
  const { witness, checkpoint, old } = call
  const proof = await consistencyProof({ from: old, to: checkpoint.size }, reader(parts))
  const lines = [`old ${old}`, ...proof.map(encodeBase64), '', checkpoint.note]
  const answer = await parts.submit({ url: witness.url, body: lines.join('\n'), timeoutMs: parts.timeoutMs })
  switch (answer.kind) {
    case 'cosigned':
      return checkAnswer(call, answer.body)
    case 'conflict':
      return judgeConflict(parts, call, answer.size)
    case 'refused': {
      const isForked = answer.reason === 'bad-proof' && (await proves(parts, call, proof))
      return isForked ? evident(forked(call, old)) : { kind: 'refused', detail: answer.detail }
    }
    case 'away':
    default:
      return answer
  }
}

const reader =
  ({ tree }: CallParts): ReadTile =>
  async (level, n) =>
    (await tree.tile(level, n)) ?? new Uint8Array(0)

/** Finds the witness's own line among those that came back, and checks it. */
function checkAnswer({ witness, checkpoint }: Call, body: string): CallOutcome {
  const { text } = parseNote(checkpoint.note)
  let found: string | undefined
  for (const line of body.split('\n')) {
    try {
      const signature = parseSignatureLine(line)
      if (!isSignedBy(signature, witness.key)) continue
      const verified = verifyCosignature(text, signature, witness.key)
      if (verified.kind === 'verified') return { kind: 'cosigned', line }
      found = verified.reason
    } catch {
      // Not a line of a signature; what else comes back is none of ours.
    }
  }
  const why = found ?? `no line is of ${witness.key.name}+${witness.key.id}`
  return { kind: 'refused', detail: `What it answered is not its cosignature of our checkpoint: ${why}.` }
}

async function judgeConflict({ tree, newerMs }: CallParts, call: Call, size: number): Promise<CallOutcome> {
  const { checkpoint, old } = call
  // It answers 409 to its own size only for another root.
  if (size === old) {
    const detail = 'It answers 409 with the size that it was told.'
    return old === checkpoint.size ? evident(forked(call, size)) : { kind: 'refused', detail }
  }
  // Another process may have signed a newer one, which this one is about to hear of.
  if (size > tree.latest().size && (await tree.waitFor(size, newerMs)) === undefined) {
    return evident(rolledBack(call, size, tree.latest().size))
  }
  return { kind: 'elsewhere', size }
}

/** Whether our proof is right for our own tree: then it is the witness's tree that differs. */
async function proves(parts: CallParts, { checkpoint, old }: Call, proof: readonly Uint8Array[]): Promise<boolean> {
  const fromRoot = await treeRoot(old, reader(parts))
  const toRoot = Buffer.from(checkpoint.root, 'base64')
  return checkConsistency({ from: old, to: checkpoint.size, fromRoot, toRoot, proof }) === undefined
}

const evident = (evidence: PlatformError): CallOutcome => ({ kind: 'refused', detail: evidence.message, evidence })

/** What to do about a witness that saw another log. */
export const evidenceHint =
  'Entries that it saw are missing or others here: put the newest copy of the log back. A witness that is itself at fault is taken out of the policy.'

function forked({ witness: { name } }: Call, size: number): PlatformError {
  const message = `The witness ${name} has cosigned another tree of ${size} entries of this log.`
  return new PlatformError('log_forked', message, { hint: evidenceHint, details: { witness: name, size } })
}

function rolledBack({ witness: { name } }: Call, seen: number, size: number): PlatformError {
  const message = `The witness ${name} has cosigned ${seen} entries of this log; the newest checkpoint here covers ${size}.`
  return new PlatformError('log_rolled_back', message, { hint: evidenceHint, details: { witness: name, seen, size } })
}
