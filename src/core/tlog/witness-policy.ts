// Trust policies (c2sp.org/tlog-policy): which logs and witnesses are known, and how many of the witnesses must have
// cosigned a checkpoint before it counts as witnessed.

import { PlatformError } from '#core/kernel/errors.ts'
import { verifyCosignature } from './cosignature.ts'
import { isSignedBy, keyTypes, makeVkey, parseNote, parseVkey, type KeyType, type VerifierKey } from './note.ts'

export type PolicyWitness = {
  /** Means something in this file only; lines of signatures have the key's name. */
  readonly name: string
  readonly key: VerifierKey
  /** Where checkpoints are submitted. */
  readonly url?: string
}

export type PolicyGroup = { readonly name: string; readonly threshold: number; readonly members: readonly string[] }

export type WitnessPolicy = {
  readonly logs: readonly { readonly key: VerifierKey; readonly url?: string }[]
  readonly witnesses: readonly PolicyWitness[]
  readonly groups: readonly PolicyGroup[]
  /** A witness's name, a group's, or `none`. */
  readonly quorum: string
}

/** Errors: configuration_invalid, naming the line. */
export function parseWitnessPolicy(text: string): WitnessPolicy {
  const draft: Draft = { logs: [], witnesses: [], groups: [], members: new Set(), quorum: undefined }
  for (const [index, line] of text.split('\n').entries()) {
    try {
      readLine(draft, line)
    } catch (error) {
      const hint = 'Its lines are those of https://c2sp.org/tlog-policy: log, witness, group, quorum.'
      const message = `Line ${index + 1} of the witness policy: ${(error as Error).message}`
      throw new PlatformError('configuration_invalid', message, { cause: error, hint })
    }
  }
  const { logs, witnesses, groups, quorum } = draft
  if (quorum === undefined) {
    throw new PlatformError('configuration_invalid', 'The witness policy has no quorum line.', {
      hint: 'Say who must have cosigned: `quorum <name of a witness or group>`, or `quorum none`.',
    })
  }
  return { logs, witnesses, groups, quorum }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] }
type Draft = Mutable<Omit<WitnessPolicy, 'quorum'>> & { readonly members: Set<string>; quorum: string | undefined }

function readLine(draft: Draft, line: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  const control = /[\u0000-\u0008\u000b-\u001f\u007f]/.exec(line)
  if (control) throw new Error('It has a control character (a carriage return?); only tabs are allowed.')
  const [kind, ...items] = line.split(/[ \t]+/).filter((item) => item !== '')
  if (kind === undefined || kind.startsWith('#')) return
  if (kind === 'log') addLog(draft, items)
  else if (kind === 'witness') addWitness(draft, items)
  else if (kind === 'group') addGroup(draft, items)
  else if (kind === 'quorum') setQuorum(draft, items)
  else throw new Error(`A line begins with log, witness, group or quorum, not ${JSON.stringify(kind)}.`)
}

function addLog(draft: Draft, [vkey, url, ...more]: readonly string[]): void {
  if (vkey === undefined || more.length > 0) throw new Error('Write `log <vkey> [<url>]`.')
  const key = parseKey(vkey, keyTypes.ed25519)
  assertOther(key, draft.logs)
  draft.logs.push(url === undefined ? { key } : { key, url })
}

function addWitness(draft: Draft, [name, vkey, url, ...more]: readonly string[]): void {
  if (name === undefined || vkey === undefined || more.length > 0) {
    throw new Error('Write `witness <name> <vkey> [<url>]`.')
  }
  assertFree(draft, name)
  const key = parseKey(vkey, keyTypes.cosignature)
  assertOther(key, draft.witnesses)
  draft.witnesses.push(url === undefined ? { name, key } : { name, key, url })
}

function parseKey(vkey: string, type: KeyType): VerifierKey {
  const key = parseVkey(vkey)
  if (key.type === type) return key
  const wanted = makeVkey({ ...key, type })
  throw new Error(`The key is of type ${key.type}, not of type ${type}. If it is the right key, write it ${wanted}`)
}

function assertOther(key: VerifierKey, known: readonly { readonly key: VerifierKey }[]): void {
  const same = known.find((one) => Buffer.compare(one.key.publicKey, key.publicKey) === 0)
  if (same) throw new Error(`The key ${key.name}+${key.id} is that of an earlier line.`)
}

function assertFree(draft: Draft, name: string): void {
  if (name === 'none') throw new Error('The name none is taken: it means that no witness is required.')
  if (isDefined(draft, name)) throw new Error(`The name ${name} is that of an earlier line.`)
}

const isDefined = ({ witnesses, groups }: Draft, name: string): boolean =>
  [...witnesses, ...groups].some((one) => one.name === name)

function addGroup(draft: Draft, [name, count, ...members]: readonly string[]): void {
  if (name === undefined || count === undefined || members.length === 0) {
    throw new Error('Write `group <name> <number|any|all> <member> …`.')
  }
  assertFree(draft, name)
  for (const member of members) {
    if (!isDefined(draft, member)) throw new Error(`The member ${member} is not defined on an earlier line.`)
    if (draft.members.has(member)) throw new Error(`${member} is a member already; each can be one once.`)
    draft.members.add(member)
  }
  const threshold = count === 'all' ? members.length : count === 'any' ? 1 : Number(count)
  if (!/^(any|all|[1-9]\d*)$/.test(count) || threshold > members.length) {
    throw new Error(`A group of ${members.length} asks for any, all, or a number from 1 to ${members.length} of them.`)
  }
  draft.groups.push({ name, threshold, members })
}

function setQuorum(draft: Draft, [name, ...more]: readonly string[]): void {
  if (name === undefined || more.length > 0) throw new Error('Write `quorum <name|none>`.')
  if (draft.quorum !== undefined) throw new Error('There is a quorum line already.')
  if (name !== 'none' && !isDefined(draft, name)) throw new Error(`${name} is not defined on an earlier line.`)
  draft.quorum = name
}

/** Whether these witnesses (names of the policy) are enough. */
export function isQuorumMet(policy: WitnessPolicy, names: Iterable<string>): boolean {
  const cosigned = new Set(names)
  const counts = (name: string): boolean => {
    const group = policy.groups.find((one) => one.name === name)
    return group ? group.members.filter(counts).length >= group.threshold : cosigned.has(name)
  }
  return policy.quorum === 'none' || counts(policy.quorum)
}

/** The rule for people: `2 of (a, b, c)`. */
export function describeQuorum(policy: WitnessPolicy): string {
  const describe = (name: string): string => {
    const group = policy.groups.find((one) => one.name === name)
    return group ? `${group.threshold} of (${group.members.map(describe).join(', ')})` : name
  }
  return describe(policy.quorum)
}

/** Names of the policy's witnesses whose cosignatures the checkpoint's note carries. Errors: note_malformed. */
export function witnessesOf(policy: WitnessPolicy, note: string): string[] {
  const { text, signatures } = parseNote(note)
  const hasCosigned = ({ key }: PolicyWitness): boolean =>
    signatures.some((line) => isSignedBy(line, key) && verifyCosignature(text, line, key).kind === 'verified')
  return policy.witnesses.filter(hasCosigned).map(({ name }) => name)
}
