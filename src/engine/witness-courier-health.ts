// What is known of witnesses: by the process that asks them, and by those that only read what it brought.

import { describeQuorum, isQuorumMet, witnessesOf, type WitnessPolicy } from '#core/tlog/witness-policy.ts'
import type { KeptCheckpoint, LogTree } from '#log/tree.ts'
import type { WitnessHealth, WitnessStanding, WitnessStateName } from './witness-courier-standing.ts'

/** What `GET /api/v1/log` says of witnesses. */
export type CourierHealth = {
  /** The newest checkpoint that the policy counts as witnessed, and when it became so. */
  readonly witnessed: { readonly size: number; readonly root: string; readonly at: string } | null
  readonly witnesses: WitnessHealth[]
  /** `met` while those that keep up are enough. */
  readonly quorum: { readonly required: string; readonly met: boolean }
}

type Known = {
  readonly policy: WitnessPolicy
  readonly latest: KeptCheckpoint
  readonly witnessed: KeptCheckpoint | undefined
  readonly witnesses: WitnessHealth[]
}

export function courierHealth({ policy, latest, witnessed, witnesses }: Known): CourierHealth {
  const newest = policy.quorum === 'none' ? latest : witnessed
  return {
    witnessed: newest === undefined ? null : { size: newest.size, root: newest.root, at: witnessedAt(newest) },
    witnesses,
    quorum: { required: describeQuorum(policy), met: isQuorumMet(policy, withState(witnesses, 'ok')) },
  }
}

/** Witnesses that are away or refuse. */
export function troubledOf(witnesses: readonly WitnessHealth[]): number {
  return [...withState(witnesses, 'away'), ...withState(witnesses, 'refused')].length
}

export const isWitnessed = (policy: WitnessPolicy, { note }: KeptCheckpoint): boolean =>
  isQuorumMet(policy, witnessesOf(policy, note))

const pageCheckpoints = 200

type Recalled = {
  readonly policy: WitnessPolicy
  readonly tree: Pick<LogTree, 'history'>
  /** Told of every checkpoint that is looked through, newest first. */
  readonly standings: readonly WitnessStanding[]
  readonly pagesMax: number
}

/** Looks through what is kept and answers the newest checkpoint that the policy counts as witnessed. */
export async function recallWitnessed(recalled: Recalled): Promise<KeptCheckpoint | undefined> {
  const { tree, policy, standings, pagesMax } = recalled
  let before: number | undefined
  for (let page = 0; page < pagesMax; page++) {
    const checkpoints = await tree.history({ ...(before === undefined ? {} : { before }), limit: pageCheckpoints })
    for (const checkpoint of checkpoints) for (const standing of standings) standing.learn(checkpoint)
    const witnessed = checkpoints.find((checkpoint) => isWitnessed(policy, checkpoint))
    before = checkpoints.at(-1)?.size
    if (checkpoints.length < pageCheckpoints || witnessed) return witnessed
  }
  return undefined
}

/** When the last of its cosignatures came. */
function witnessedAt({ at, cosignatures }: KeptCheckpoint): string {
  return cosignatures.map((one) => one.at).reduce((last, one) => (one > last ? one : last), at)
}

const withState = (witnesses: readonly WitnessHealth[], state: WitnessStateName): string[] =>
  witnesses.filter((one) => one.state === state).map(({ name }) => name)
