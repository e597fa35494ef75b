// Copies a log from one store to another: entries, payloads, claims, the tree with its checkpoints, keys and secrets. Then
// reads both again, row by row, and grows a tree of what the copy has: it must give the newest checkpoint's root.
//
//   none ──► begun ──► checkpoints, tree, claims, keys, secrets ──entries──► compared      cut off anywhere, it goes on where it was
//
// Checkpoints come first: no server starts on a copy that was cut off, because it lacks entries that a checkpoint promises.
// Entries that are at the target already must be the first of the source; whether they are is seen in the comparison, and by
// the last of them before anything is written.

import { leafHash } from '#core/kernel/merkle-hash.ts'
import { PlatformError } from '#core/kernel/errors.ts'
import { GrowingTree } from '#core/tlog/growing-tree.ts'
import {
  archivedTableNames,
  secretNames,
  type ArchivedEntry,
  type ArchivedRow,
  type ArchivedTable,
  type Cell,
  type LogArchive,
  type WritableLogArchive,
} from './log-archive.ts'

export type CopyStep = 'copying' | 'comparing'

export type CopyOptions = {
  readonly from: LogArchive
  readonly to: WritableLogArchive
  readonly onProgress?: (step: CopyStep, done: number, of: number) => void
}

export type CopyResult =
  | {
      readonly kind: 'equal'
      readonly origin: string
      readonly entries: number
      /** Those that were not there before. */
      readonly copied: number
      readonly payloads: number
      /** Of all entries, base64. */
      readonly root: string
      /** Size of the newest checkpoint; its root is that of the copy. */
      readonly checkpoint: number | null
    }
  /** Where the two are not the same: `entry 17`, `table once`. */
  | { readonly kind: 'differs'; readonly where: string; readonly problem: string }

/** Entries at once; with contents of a megabyte each they still fit into memory. */
const entriesMax = 256
const rowsMax = 500

/** Errors: not_found without a log to copy, configuration_invalid for a target that holds something else. */
export async function copyLog({ from, to, onProgress }: CopyOptions): Promise<CopyResult> {
  const origin = await from.origin()
  if (origin === undefined) throw noLog(from)
  const before = await prepareTarget(from, to, origin)
  const size = await from.size()
  for (const table of archivedTableNames) await copyTable(from, to, table)
  for (const name of secretNames) {
    const value = await from.secret(name)
    if (value !== undefined) await to.putSecret(name, value)
  }
  for (let at = before; at < size; at += entriesMax) {
    await to.putEntries(await from.entries(at, Math.min(entriesMax, size - at)))
    onProgress?.('copying', Math.min(at + entriesMax, size), size)
  }
  return compare({ from, to, ...(onProgress ? { onProgress } : {}) }, { origin, size, copied: size - before })
}

/** How many entries the target has. */
async function prepareTarget(from: LogArchive, to: WritableLogArchive, origin: string): Promise<number> {
  const existing = await to.origin()
  if (existing === undefined) {
    await to.begin(origin)
    return 0
  }
  const [size, most] = [await to.size(), await from.size()]
  if (existing !== origin) throw occupied(to, `a log of another name (${existing})`)
  if (size > most) throw occupied(to, `${size} entries, and ${from.name} only ${most}`)
  if (size === 0) return 0
  const [ours] = await from.entries(size - 1, 1)
  const [theirs] = await to.entries(size - 1, 1)
  const problem = ours && theirs ? entryProblem(ours, theirs) : 'one of them is missing'
  if (problem !== undefined) throw occupied(to, `another entry ${size - 1} (${problem})`)
  return size
}

async function copyTable(from: LogArchive, to: WritableLogArchive, table: ArchivedTable): Promise<void> {
  let after: ArchivedRow | undefined
  for (;;) {
    const rows = await from.rows(table, after, rowsMax)
    if (rows.length === 0) return
    await to.putRows(table, rows)
    after = rows.at(-1)
  }
}

type Known = { readonly origin: string; readonly size: number; readonly copied: number }

async function compare({ from, to, onProgress }: CopyOptions, { origin, size, copied }: Known): Promise<CopyResult> {
  const [newest, promised] = await newestCheckpoint(to)
  const tree = GrowingTree.empty()
  let payloads = 0
  for (let at = 0; at < size; at += entriesMax) {
    const limit = Math.min(entriesMax, size - at)
    const [ours, theirs] = [await from.entries(at, limit), await to.entries(at, limit)]
    for (let n = 0; n < limit; n++) {
      const [one, other] = [ours[n], theirs[n]]
      const problem = one && other ? entryProblem(one, other) : 'it is missing'
      if (problem !== undefined || !other) return { kind: 'differs', where: `entry ${at + n}`, problem: problem ?? '' }
      payloads += other.payloads.length
      tree.append(leafHash(other.bytes))
      if (tree.size === newest && rootOf(tree) !== promised)
        return { kind: 'differs', where: `checkpoint ${newest}`, problem: `its root is not that of the entries` }
    }
    // What is full is not needed: only the root is asked for.
    tree.takeChanged()
    onProgress?.('comparing', at + limit, size)
  }
  if ((await to.size()) !== size) return { kind: 'differs', where: `entry ${size}`, problem: 'it is one too many' }
  for (const table of archivedTableNames) {
    const problem = await tableProblem(from, to, table)
    if (problem !== undefined) return { kind: 'differs', where: `table ${table}`, problem }
  }
  for (const name of secretNames)
    if ((await from.secret(name)) !== (await to.secret(name)))
      return { kind: 'differs', where: `secret ${name}`, problem: 'it is another one' }
  return { kind: 'equal', origin, entries: size, copied, payloads, root: rootOf(tree), checkpoint: newest }
}

async function newestCheckpoint(archive: LogArchive): Promise<readonly [size: number | null, root: string]> {
  let newest: ArchivedRow | undefined
  for (let rows = await archive.rows('checkpoint', undefined, rowsMax); rows.length > 0;) {
    newest = rows.at(-1)
    rows = await archive.rows('checkpoint', newest, rowsMax)
  }
  return newest === undefined ? [null, ''] : [Number(newest[0]), String(newest[2]).split('\n')[2] ?? '']
}

function rootOf(tree: GrowingTree): string {
  return Buffer.from(tree.root()).toString('base64')
}

async function tableProblem(from: LogArchive, to: LogArchive, table: ArchivedTable): Promise<string | undefined> {
  let after: ArchivedRow | undefined
  for (;;) {
    const [ours, theirs] = [await from.rows(table, after, rowsMax), await to.rows(table, after, rowsMax)]
    if (ours.length !== theirs.length) return 'one has rows that the other lacks'
    const other = ours.findIndex((row, at) => !row.every((cell, n) => isSame(cell, theirs[at]?.[n] ?? null)))
    if (other >= 0) return `the row ${String(ours[other]?.[0])} is not the same`
    if (ours.length === 0) return undefined
    after = ours.at(-1)
  }
}

function isSame(one: Cell, other: Cell): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0
  return one === other
}

function entryProblem(one: ArchivedEntry, other: ArchivedEntry): string | undefined {
  if (one.index !== other.index) return `there is entry ${other.index} in its place`
  if (one.id !== other.id) return 'its id is another one'
  if (Buffer.compare(one.bytes, other.bytes) !== 0) return 'its bytes are not the same'
  if (one.subjectRef !== other.subjectRef) return 'its subject is another one'
  if (one.payloads.length !== other.payloads.length) return 'it has not the same payloads'
  const changed = one.payloads.find(
    (payload, at) =>
      !(['position', 'part', 'salt', 'bytes'] as const).every((name) =>
        isSame(payload[name], other.payloads[at]?.[name] ?? null),
      ),
  )
  return changed && `its payload "${changed.part}" is not the same`
}

function noLog({ name }: LogArchive): PlatformError {
  return new PlatformError('not_found', `There is no log in ${name}.`, {
    hint: 'Name a data folder (with log.sqlite in it) or the address of a PostgreSQL database that holds one.',
  })
}

function occupied({ name }: LogArchive, what: string): PlatformError {
  return new PlatformError('configuration_invalid', `The log cannot be copied to ${name}: it holds ${what}.`, {
    hint: 'Copy to an empty folder or database, or to one where an earlier copy of the same log was cut off.',
  })
}
