// The independent verifier: reads a log from its first entry to its last and says whether it holds, and if not, what is
// wrong and where. One pass, in memory that does not grow with the log.
//
// It shares nothing with the writer but the hash of a leaf and of a node (core/kernel/merkle-hash.ts); forms, tree, notes and
// queries are its own, so that a mistake of the writer's cannot hide itself.

import { isObject } from './canonical-value.ts'
import { CheckpointCheck, type WitnessFigure } from './checkpoint-check.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { EntryCheck, type Telling } from './entry-check.ts'
import { EntryPass, readLaterErasures } from './entry-pass.ts'
import { Findings, type Finding, type FindingCode } from './finding.ts'
import { confirmRepeatedIds } from './id-check.ts'
import { KeyChain } from './key-chain.ts'
import { judgeKeys, keyFigures, keysBeside, type KeyFigures } from './key-verdict.ts'
import { PayloadCheck, type PayloadFigures } from './payload-check.ts'
import type { VerifierKey } from './signed-note.ts'
import { StoreDamaged, type LogSource, type StoredCheckpoint } from './source.ts'
import { TreeCheck } from './tree-check.ts'
import { ViewCheck, type ViewFigures } from './view-check.ts'
import type { ViewSource } from './view-source.ts'

export type LogVerifyOptions = {
  /** Keys of the log that came another way than with the log. */
  readonly keys?: readonly VerifierKey[]
  readonly witnesses?: readonly VerifierKey[]
  /** Checkpoints kept outside the log. */
  readonly kept?: readonly StoredCheckpoint[]
  /** Where entries may not be read: only tiles and checkpoints are checked. */
  readonly withoutEntries?: boolean
  /** Findings kept of each code; the rest is counted. */
  readonly findingsPerCode?: number
  readonly onProgress?: (done: number, total: number) => void
  /** To be compared with the log; the caller closes it. */
  readonly view?: ViewSource | undefined
  readonly onViewProgress?: (done: number, total: number) => void
}

export type LogVerification = {
  readonly verdict: 'holds' | 'broken'
  readonly source: string
  readonly origin: string | null
  /** How many entries the log has. */
  readonly entries: number
  /** False with `withoutEntries`: only their hashes were read, from the tiles. */
  readonly areEntriesRead: boolean
  /** The newest checkpoint that agrees with the entries; entries from its size on are not under one yet. */
  readonly checkpoint: { readonly size: number; readonly root: string } | null
  /** How many checkpoints agree with the entries. */
  readonly checkpoints: number
  readonly tiles: number
  readonly keys: KeyFigures
  readonly witnesses: readonly WitnessFigure[]
  /** Null where payloads are not kept. */
  readonly payloads: PayloadFigures | null
  /** Null where no view was compared with it. */
  readonly view: ViewFigures | null
  /** False when the log has more ids than fit in memory: then only the first 14 million were compared with all others. */
  readonly allIdsCompared: boolean
  readonly findings: readonly Finding[]
  /** Findings that were counted and not kept, by code. */
  readonly omitted: Partial<Record<FindingCode, number>>
  readonly faults: number
}

const findingsPerCodeDefault = 20

/** Errors: NotCheckable. */
export async function verifyLog(source: LogSource, options: LogVerifyOptions = {}): Promise<LogVerification> {
  const findings = new Findings(options.findingsPerCode ?? findingsPerCodeDefault)
  try {
    return await verify(source, { options, findings })
  } catch (error) {
    // What holds the whole together cannot be read: a damaged file.
    if (!(error instanceof StoreDamaged)) throw error
    return damagedLog(source.name, { error, findings, origin: source.origin })
  }
}

type Damage = { readonly error: StoreDamaged; readonly findings?: Findings; readonly origin?: string | undefined }

/** What is said of a log that cannot be read, or not even be opened. */
export function damagedLog(
  name: string,
  { error, findings = new Findings(findingsPerCodeDefault), origin }: Damage,
): LogVerification {
  findings.fault('store-damaged', { file: name }, `It cannot be read: ${error.message}.`)
  return {
    verdict: 'broken',
    source: name,
    origin: origin ?? null,
    entries: 0,
    areEntriesRead: false,
    checkpoint: null,
    checkpoints: 0,
    tiles: 0,
    keys: { trust: 'none', inForce: [], unknownSignatures: 0 },
    witnesses: [],
    payloads: null,
    view: null,
    allIdsCompared: true,
    findings: findings.list,
    omitted: Object.fromEntries(findings.omitted),
    faults: findings.faults,
  }
}

type Task = { readonly options: LogVerifyOptions; readonly findings: Findings }

async function verify(source: LogSource, task: Task): Promise<LogVerification> {
  const { options, findings } = task
  const extent = await readExtent(source)
  const { origin, keys, checkpoints, tree, entryCheck, payloadCheck, viewCheck } = await checksOf(source, task, extent)
  const end = extent.entries
  const withoutEntries = options.withoutEntries ?? false
  const { onProgress, onViewProgress } = options
  await tree.begin()
  await new EntryPass({ source, findings, entryCheck, payloadCheck, tree, end, withoutEntries, onProgress }).run()
  await tree.finish()
  await confirmRepeatedIds(source, entryCheck.suspects, findings)
  const payloads = payloadCheck ? await finishPayloads(source, { payloadCheck, findings, end }) : null
  const view = (await viewCheck?.finish(source, { end, origin, onProgress: onViewProgress })) ?? null
  judgeKeys({
    given: options.keys ?? [],
    keys,
    findings,
    origin,
    hasCheckpoint: checkpoints.seen > 0,
    isComplete: source.hasAllCheckpoints,
  })
  return {
    verdict: findings.faults === 0 ? 'holds' : 'broken',
    source: source.name,
    origin: origin ?? null,
    entries: end,
    areEntriesRead: !withoutEntries,
    checkpoint: checkpoints.newest ?? null,
    checkpoints: checkpoints.agreeing,
    tiles: tree.tiles,
    keys: keyFigures(keys),
    witnesses: checkpoints.witnessFigures(),
    payloads,
    view,
    allIdsCompared: entryCheck.sawAllIds(),
    findings: findings.list,
    omitted: Object.fromEntries(findings.omitted),
    faults: findings.faults,
  }
}

/** Everything that looks at the log as it goes by, joined. */
async function checksOf(source: LogSource, { options, findings }: Task, extent: Extent) {
  const { entries, newest, upTo } = extent
  const { keys: given = [], witnesses = [], kept = [], withoutEntries = false, view } = options
  const origin = source.origin ?? given[0]?.name ?? extent.origin
  const keys = new KeyChain(given, await keysBeside(source, findings), () => source.hasAllCheckpoints)
  const checkpoints = new CheckpointCheck({ source, findings, origin, keys, witnesses, kept, upTo })
  const tree = new TreeCheck({ source, findings, checkpoints, newest })
  const payloadCheck = source.payloads && !withoutEntries ? new PayloadCheck(findings, entries) : undefined
  const viewCheck = view && !withoutEntries ? new ViewCheck(view, findings, entries) : undefined
  const entryCheck = new EntryCheck({
    findings,
    origin,
    expected: withoutEntries ? 0 : entries,
    onTelling: (telling) => hear(telling, { findings, keys, payloadCheck }),
    onEvent: viewCheck && ((index, type, bytes) => viewCheck.note(index, type, bytes)),
  })
  return { origin, keys, checkpoints, tree, entryCheck, payloadCheck, viewCheck }
}

type Extent = {
  readonly entries: number
  readonly newest: { readonly size: number; readonly root: Uint8Array } | undefined
  /** Checkpoints filed above were made after this. */
  readonly upTo: number
  readonly origin: string | undefined
}

/** The checkpoint first: a running server adds entries, and a checkpoint may not be ahead of them. */
async function readExtent(source: LogSource): Promise<Extent> {
  const stored = await source.newestCheckpoint()
  const newest = stored && parseCheckpoint(stored.note)
  const entries = await source.size()
  const upTo = stored?.size ?? Infinity
  return typeof newest === 'object'
    ? { entries, newest, upTo, origin: newest.origin }
    : { entries, newest: undefined, upTo, origin: undefined }
}

type Hearers = { readonly findings: Findings; readonly keys: KeyChain; readonly payloadCheck: PayloadCheck | undefined }

function hear({ index, type, data }: Telling, { findings, keys, payloadCheck }: Hearers): void {
  if (type === 'payloads-erased') {
    payloadCheck?.erasure(index, data)
    return
  }
  const vkey = isObject(data) ? data.get('vkey') : undefined
  const problem = typeof vkey === 'string' ? keys.announce(index, vkey) : 'it names none'
  if (problem !== undefined)
    findings.fault('entry-contradicts', { entry: index }, `It announces a key, and ${problem}.`)
}

type PayloadTask = { readonly payloadCheck: PayloadCheck; readonly findings: Findings; readonly end: number }

async function finishPayloads(
  source: LogSource,
  { payloadCheck, findings, end }: PayloadTask,
): Promise<PayloadFigures | null> {
  const { payloads } = source
  if (!payloads) return null
  const payloadEnd = await payloads.end()
  const entries = await source.size()
  if (payloadEnd > entries)
    findings.fault(
      'payload-unnamed',
      { entry: payloadEnd - 1 },
      `A payload lies there, and the log ends at ${entries}.`,
    )
  if (payloadCheck.hasUnexplained()) await readLaterErasures(source, end, payloadCheck)
  return payloadCheck.finish(payloads)
}
